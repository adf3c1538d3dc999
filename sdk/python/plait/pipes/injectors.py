"""Where a session puts what the process must know: its environment, or a file."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import Any, Iterator, Mapping

from plait import check
from plait.io.place import temporary_folder

Params = Mapping[str, Any]


class PipesContextInjector(ABC):
    """Base of injectors. A subclass says how the context reaches the process."""

    @abstractmethod
    @contextmanager
    def inject_context(self, context_data: Mapping[str, Any]) -> Iterator[Params]:
        """While inside, the context is where the process finds it by the parameters that this gives."""
        raise NotImplementedError

    @abstractmethod
    def no_messages_debug_text(self) -> str:
        """A sentence about where the context was put, for the warning that the process never spoke."""


class PipesEnvContextInjector(PipesContextInjector):
    """The whole context stands in the parameters. Linux allows 128 KiB in one environment variable."""

    @contextmanager
    def inject_context(self, context_data: Mapping[str, Any]) -> Iterator[Params]:
        yield {"data": context_data}

    def no_messages_debug_text(self) -> str:
        return "the context was given in the environment variable or argument itself"


class PipesFileContextInjector(PipesContextInjector):
    """The context is written to the file `path`, which is removed afterwards."""

    def __init__(self, path: str) -> None:
        self._path = check.text(
            os.fspath(path) if isinstance(path, os.PathLike) else path, "path of the context file"
        )

    @contextmanager
    def inject_context(self, context_data: Mapping[str, Any]) -> Iterator[Params]:
        with open(self._path, "w", encoding="utf-8") as file:
            json.dump(context_data, file)
        try:
            yield {"path": self._path}
        finally:
            if os.path.exists(self._path):
                os.remove(self._path)

    def no_messages_debug_text(self) -> str:
        return f"the context was written to {self._path}"


class PipesTempFileContextInjector(PipesContextInjector):
    """The context is written to a file in a temporary folder of its own."""

    @contextmanager
    def inject_context(self, context_data: Mapping[str, Any]) -> Iterator[Params]:
        with temporary_folder("plait-pipes-") as folder:
            inner = PipesFileContextInjector(os.path.join(folder, "context"))
            with inner.inject_context(context_data) as params:
                yield params

    def no_messages_debug_text(self) -> str:
        return "the context was written to a temporary file"
