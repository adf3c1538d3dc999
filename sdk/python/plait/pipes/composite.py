"""Several processes that report into one session, each through a reader of its own."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import Any, Iterator, Mapping, Sequence

from plait.errors import DagsterInvariantViolationError
from plait.pipes.protocol import read_message
from plait.pipes.readers import PipesMessageReader
from plait.pipes.session import WRITERS


class PipesCompositeMessageReader(PipesMessageReader):
    """One reader for each process. `session.get_per_writer_bootstrap_env_vars()` has the variables of each, in order."""

    def __init__(self, readers: Sequence[PipesMessageReader]) -> None:
        if not readers or any(reader.expected_writer_count != 1 for reader in readers):
            raise DagsterInvariantViolationError(
                "PipesCompositeMessageReader takes at least one reader, and only readers of one process each"
            )
        self._readers = tuple(readers)

    @property
    def expected_writer_count(self) -> int:
        return len(self._readers)

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Mapping[str, Any]]:
        with ExitStack() as stack:
            params = [
                stack.enter_context(reader.read_messages(_Part(handler, reader)))
                for reader in self._readers
            ]
            yield {WRITERS: params}

    def on_launched(self, launched_payload: Mapping[str, Any]) -> None:
        for reader in self._readers:
            reader.on_launched(launched_payload)

    def no_messages_debug_text(self) -> str:
        return "\n".join(
            f"process {number}: {reader.no_messages_debug_text()}"
            for number, reader in enumerate(self._readers)
        )


class _Part:
    """The handler as one of the readers sees it: that reader alone hears of its process's opening."""

    def __init__(self, handler: Any, reader: PipesMessageReader) -> None:
        self._handler = handler
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def handle_message(self, message: Mapping[str, Any]) -> None:
        self._handler.handle_message(message)
        if message.get("method") == "opened":
            self._reader.on_opened(message.get("params") or {})

    def handle_line(self, line: bytes) -> bool:
        message = read_message(line)
        if message is not None:
            self.handle_message(message)
        return message is not None
