"""The messages a step sends: Dagster Pipes lines, appended to a file and then sent to whoever listens.

The file is for those who come after a crash, the socket is for speed and pushes back. Both carry the same bytes.
"""

from __future__ import annotations

import os
import select
import socket
import threading
from typing import Any

from plait.host.encoding import json_of, plain
from plait.host.interrupts import Interrupts

VERSION = "0.1"
LONGEST = 16 << 20  # bytes of a line that plait takes
TEXT_KEPT = 64 << 10  # characters of a text in a message that would be longer
GATHERED = 64 << 10  # bytes of structural lines that wait for the next line that cannot wait

#: how a file that a step writes is opened: only ever appended to
FILE_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC

_NOW = socket.MSG_DONTWAIT | getattr(socket, "MSG_NOSIGNAL", 0)  # PyPy has no name for it


def _cut(value: Any) -> Any:
    """The same, with the rest of very long texts left out and said so."""
    if isinstance(value, str) and len(value) > TEXT_KEPT:
        return f"{value[:TEXT_KEPT]} … ({len(value)} characters in all)"
    if isinstance(value, dict):
        return {key: _cut(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cut(item) for item in value]
    return value


def _line(method: str, params: Any) -> bytes:
    text = f'{{"__dagster_pipes_version":"{VERSION}","method":"{method}","params":{json_of(params)}}}\n'
    return text.encode()


def _fitting(method: str, params: Any) -> bytes:
    """The line of a message; ValueError when it is too long to be taken."""
    data = _line(method, params)
    if len(data) > LONGEST:
        data = _line(method, _cut(plain(params)))
    if len(data) > LONGEST:
        raise ValueError(
            f"a message ({method}) has {len(data)} bytes; a step may send {LONGEST} at once, "
            "so keep large data out of metadata"
        )
    return data


def open_file(path: str) -> int:
    """A descriptor that appends to the message file `path`; its folder is made where it is missing."""
    try:
        return os.open(path, FILE_FLAGS, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return os.open(path, FILE_FLAGS, 0o644)


class Messages:
    """One step's messages. A reader of the file sees whole lines only, whenever the writer dies.

    `fd` is the file, `sock` the listener's socket or None; both stay the caller's. Threads may send at once. Sending waits for
    a slow listener; a listener that went away is not missed.
    """

    def __init__(
        self, fd: int, sock: socket.socket | None = None, interrupts: Interrupts | None = None
    ) -> None:
        self._fd = fd
        self._socket = sock
        self._interrupts = interrupts or Interrupts()
        self._closed = False
        self._pid = os.getpid()
        self._main = threading.main_thread().ident
        #: bytes that the file has and the listener has not
        self._unsent = bytearray()
        self._draining = False
        self._lock = threading.RLock()

    def send(self, method: str, params: dict | None, wait: bool = False) -> None:
        """Append one message; OSError when the disk refuses it, ValueError when it is too long to be taken.

        With `wait` the listener hears of it together with the next one, the file has it at once.
        """
        if not self._closed:
            self._put(_fitting(method, params), wait)

    def _put(self, data: bytes, wait: bool, last: bool = False) -> None:
        if os.getpid() != self._pid:
            self._after_fork()
        with self._lock:
            # A signal must not come between the file and the listener: both get the same bytes in the same order.
            held = self._hold()
            try:
                refusal = self._write(data)
                if self._socket is not None and (refusal is None or last):
                    self._unsent += data
                    if not wait or len(self._unsent) > GATHERED:
                        self._drain()
                if refusal is not None:
                    raise refusal
            finally:
                if held:
                    self._interrupts.release()

    def _hold(self) -> bool:
        return threading.get_ident() == self._main and self._interrupts.hold()

    def _after_fork(self) -> None:
        """User code forked: what waits in the parent is the parent's to send."""
        self._pid, self._main = os.getpid(), threading.main_thread().ident
        self._unsent, self._draining = bytearray(), False
        self._lock = threading.RLock()

    def _write(self, data: bytes) -> OSError | None:
        """All of it, or nothing and the reason: a line behind half a line would be lost with it."""
        written = 0
        try:
            while written < len(data):
                written += os.write(self._fd, data[written:])
        except OSError as error:
            if written:
                os.ftruncate(self._fd, os.lseek(self._fd, 0, os.SEEK_END) - written)
            return error
        return None

    def _drain(self) -> None:
        if self._draining:
            return  # a signal handler of user code talks while its thread waits below: that thread goes on
        self._draining = True
        try:
            while self._unsent and self._socket is not None:
                try:
                    count = self._socket.send(self._unsent, _NOW)
                except BlockingIOError:
                    self._await_listener()
                    continue
                except OSError:
                    self._socket = None
                    break
                del self._unsent[:count]
        finally:
            self._draining = False

    def _await_listener(self) -> None:
        """Until the socket takes more. Nothing is half done here, so the step may be interrupted."""
        poll = select.poll()
        poll.register(self._socket.fileno(), select.POLLOUT)
        main = threading.get_ident() == self._main
        if main:
            self._interrupts.release()
        try:
            poll.poll()
        finally:
            if main:
                self._interrupts.hold()

    def opened(self, **facts: Any) -> None:
        """The first message: who speaks, so that whoever comes after a crash of plait finds this process."""
        self.send("opened", {"extras": {"plait": facts}}, wait=True)

    def log(self, level: str, message: str) -> None:
        self.send("log", {"message": message, "level": level})

    def custom(self, kind: str, facts: dict[str, Any]) -> None:
        """plait's own payloads: `output`, `input`, `metadata`, `hook`."""
        self.send("report_custom_message", {"payload": {"plait": kind, **facts}}, wait=True)

    def close(self, exception: dict | None = None, usage: dict | None = None) -> None:
        """The last message; later ones are dropped. The listener is told even where the disk refuses it."""
        params: dict[str, Any] = {} if usage is None else {"plait": usage}
        if exception is not None:
            params["exception"] = exception
        try:
            data = _fitting("closed", params)
        except ValueError:
            params["exception"] = {**exception, "cause": None, "context": None, "stack": []}
            data = _fitting("closed", params)
        try:
            self._put(data, wait=False, last=True)
        finally:
            self._closed = True
