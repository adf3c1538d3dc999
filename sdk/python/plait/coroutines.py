"""Asynchronous functions of the user, run to their end."""

from __future__ import annotations

from typing import Any, Iterator


def finished(result: Any) -> Any:
    """The result of a coroutine or an asynchronous generator, run to its end; anything else as it is."""
    if hasattr(result, "__aiter__"):
        return _run(_collect(result))
    if hasattr(result, "__await__"):
        return _run(_await(result))
    return result


def _run(coroutine: Any) -> Any:
    import asyncio

    return asyncio.run(coroutine)


async def _await(awaitable: Any) -> Any:
    return await awaitable


async def _collect(generator: Any) -> Iterator[Any]:
    return iter([item async for item in generator])
