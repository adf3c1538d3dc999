"""How messages come back: through a file that the process appends to, a named pipe, or its standard output."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import Any, Iterator, Mapping

from plait import check
from plait.io.place import temporary_folder
from plait.pipes.lines import Lines
from plait.pipes.protocol import LONGEST
from plait.pipes.pump import Pump
from plait.pipes.sources import FileSource, PipeSource

Params = Mapping[str, Any]


class PipesMessageReader(ABC):
    """Base of readers. A subclass hands each message to `handler.handle_message`, from any thread."""

    @abstractmethod
    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Params]:
        """Read while inside, and to the end on leaving; gives the parameters by which the process knows where to write."""
        raise NotImplementedError

    @abstractmethod
    def no_messages_debug_text(self) -> str:
        """A sentence about where messages were awaited, for the warning that the process never spoke."""

    def on_opened(self, opened_payload: Mapping[str, Any]) -> None:  # noqa: B027
        """Called when the process has opened its session, with what it said then."""

    def on_launched(self, launched_payload: Mapping[str, Any]) -> None:  # noqa: B027
        """Called when the starting side has told about the process that it started."""

    @property
    def expected_writer_count(self) -> int:
        """How many processes report into this reader."""
        return 1


class _Messages:
    """Takes bytes of a channel in which only messages should be."""

    def __init__(self, handler: Any, reader: PipesMessageReader) -> None:
        self._handler = handler
        self._lines = Lines()
        self._origin = f"reading messages ({type(reader).__name__})"

    def take(self, data: bytes) -> None:
        for line, whole in self._lines.feed(data):
            if whole and not self._handler.handle_line(line):
                self._handler.garbled(line)
        if self._lines.size > LONGEST and not self._lines.broken:
            self._handler.fault(
                f"it has more than {LONGEST} bytes; keep large data out of messages"
            )
        if self._lines.size > LONGEST:
            self._lines.release()

    def end(self) -> None:
        """What has no newline is a message if it is whole, else the process died while it wrote it."""
        if self._lines.size and not self._lines.broken:
            line = self._lines.release()
            if not self._handler.handle_line(line):
                self._handler.garbled(line)

    def failed(self, error: Exception) -> None:
        self._handler.report_pipes_framework_exception(self._origin, sys.exc_info())


class _Output(_Messages):
    """Takes bytes of a standard stream: messages, and between them ordinary output that goes its way."""

    def __init__(self, handler: Any, reader: PipesMessageReader, stream: str) -> None:
        super().__init__(handler, reader)
        self._stream = stream

    def take(self, data: bytes) -> None:
        for line, whole in self._lines.feed(data):
            if not whole or not self._handler.handle_line(line):
                self._handler.forward(self._stream, line)
        # A prompt or a progress bar has no newline and is wanted now.
        if self._lines.size and (self._lines.size > LONGEST or not self._lines.opens_brace()):
            self._handler.forward(self._stream, self._lines.release())

    def end(self) -> None:
        line = self._lines.release()
        if line and not self._handler.handle_line(line):
            self._handler.forward(self._stream, line)


class PipesFileMessageReader(PipesMessageReader):
    """The process appends messages to the file `path`, which is emptied before and removed afterwards.

    With `include_stdio_in_messages` a Python process sends its output as messages too.
    """

    def __init__(
        self, path: str, include_stdio_in_messages: bool = False, cleanup_file: bool = True
    ) -> None:
        self._path = check.text(
            os.fspath(path) if isinstance(path, os.PathLike) else path, "path of the message file"
        )
        self._include_stdio = check.flag(include_stdio_in_messages, "include_stdio_in_messages")
        self._cleanup = check.flag(cleanup_file, "cleanup_file")

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Params]:
        open(self._path, "wb").close()
        try:
            with _reading(FileSource(self._path), _Messages(handler, self)):
                yield {"path": self._path, "include_stdio_in_messages": self._include_stdio}
        finally:
            if self._cleanup and os.path.exists(self._path):
                os.remove(self._path)

    def no_messages_debug_text(self) -> str:
        return f"messages were awaited in the file {self._path}"


class PipesTempFileMessageReader(PipesMessageReader):
    """The process appends messages to a file in a temporary folder of its own."""

    def __init__(self, include_stdio_in_messages: bool = False) -> None:
        self._include_stdio = check.flag(include_stdio_in_messages, "include_stdio_in_messages")

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Params]:
        with temporary_folder("plait-pipes-") as folder:
            inner = PipesFileMessageReader(os.path.join(folder, "messages"), self._include_stdio)
            with inner.read_messages(handler) as params:
                yield params

    def no_messages_debug_text(self) -> str:
        return "messages were awaited in a temporary file"


class PipesFifoMessageReader(PipesMessageReader):
    """The process writes messages to a named pipe: nothing is stored, and a fast writer waits for the reader."""

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Params]:
        with temporary_folder("plait-pipes-") as folder:
            path = os.path.join(folder, "messages")
            os.mkfifo(path, 0o600)
            # Open for writing too: writers that come and go are then no end of the pipe.
            source = PipeSource(os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))
            with _reading(source, _Messages(handler, self)):
                yield {"path": path}

    def no_messages_debug_text(self) -> str:
        return "messages were awaited in a named pipe"


class PipesStdioMessageReader(PipesMessageReader):
    """The process writes messages to `stream`, "stdout" or "stderr", among its ordinary output, which is passed on.

    With `buffered` it writes them all when it closes. The client connects the stream; whoever starts the process
    by hand connects it to the descriptor `session.stdio[stream]`.
    """

    def __init__(self, stream: str = "stdout", buffered: bool = False) -> None:
        if stream not in ("stdout", "stderr"):
            raise check.wrong("stream", '"stdout" or "stderr"', stream)
        self._stream = stream
        self._buffered = check.flag(buffered, "buffered")

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Params]:
        ours, theirs = os.pipe()
        handler.stdio[self._stream] = theirs
        try:
            with _reading(PipeSource(ours), _Output(handler, self, self._stream)):
                yield {"buffered_stdio" if self._buffered else "stdio": self._stream}
        finally:
            del handler.stdio[self._stream]
            os.close(theirs)

    def no_messages_debug_text(self) -> str:
        return f"messages were awaited on the process's {self._stream}"


@contextmanager
def _reading(source: Any, messages: _Messages) -> Iterator[None]:
    pump = Pump(source, messages.take, messages.failed)
    try:
        yield
    finally:
        pump.stop()
        messages.end()
