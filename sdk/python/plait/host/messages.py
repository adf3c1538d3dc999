"""The messages a step sends: Dagster Pipes lines, appended to a file and then sent to whoever listens.

The file is for those who come after a crash, the socket is for speed and pushes back. Both carry the same bytes.
"""

from __future__ import annotations

import json
import math
import os
import re
import select
import socket
import threading
from typing import Any, Callable

from plait.host.interrupts import Interrupts

VERSION = "0.1"
LONGEST = 16 << 20  # bytes of a line that plait takes
TEXT_KEPT = 64 << 10  # characters of a text in a message that would be longer
GATHERED = 64 << 10  # bytes of structural lines that wait for the next line that cannot wait

#: how a file that a step writes is opened: only ever appended to
FILE_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC

_NOW = socket.MSG_DONTWAIT | getattr(socket, "MSG_NOSIGNAL", 0)  # PyPy has no name for it


def _encoder() -> Callable[[Any], str]:
    """JSON of plain values. The standard encoder makes anew, for each value, what is made once here."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
    text = json.encoder.encode_basestring_ascii
    parts = make(None, None, text, None, ":", ",", False, False, False)
    return lambda value: "".join(parts(value, 0))


_encode = _encoder()


def _text(value: str) -> str:
    """Text that UTF-8 can hold: a lone surrogate, as in an odd file name, is spelt out."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def _key(key: Any) -> str:
    """The key of an object, spelt as `json.dumps` spells it: true, null, 1.5. What that refuses is text."""
    if isinstance(key, str):
        return _text(key)
    if key is None or isinstance(key, (int, float)):
        return json.dumps(key)
    return _text(str(key))


def plain(value: Any) -> Any:
    """Any value as JSON can hold it: no non-finite or huge numbers, text for what is neither."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else _text(value)
    if kind is dict:
        return {
            key if type(key) is str and key.isascii() else _key(key): plain(item)
            for key, item in value.items()
        }
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return int(value) if -(1 << 63) <= value < 1 << 63 else str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    return _text(str(value))


_long_number = re.compile(r"[0-9]{19}").search


def _doubtful(text: str) -> bool:
    """Whether JSON may have what not everybody reads: half a surrogate pair (or a whole one), a number beyond 64 bits."""
    return "\\ud" in text or _long_number(text) is not None


def _json(value: Any) -> str:
    """JSON of any value. Most are plain already, which shows when they are written."""
    try:
        text = _encode(value)
    except (TypeError, ValueError):
        return _encode(plain(value))
    return _encode(plain(value)) if _doubtful(text) else text


def encoded(message: dict) -> bytes:
    """One line of JSON for any value."""
    return _json(message).encode() + b"\n"


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
    text = (
        f'{{"__dagster_pipes_version":"{VERSION}","method":"{method}","params":{_json(params)}}}\n'
    )
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

    def _put(self, data: bytes, wait: bool) -> None:
        if os.getpid() != self._pid:
            self._after_fork()
        with self._lock:
            # A signal must not come between the file and the listener: both get the same bytes in the same order.
            held = self._hold()
            try:
                self._write(data)
                if self._socket is not None:
                    self._unsent += data
                    if not wait or len(self._unsent) > GATHERED:
                        self._drain()
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

    def _write(self, data: bytes) -> None:
        written = os.write(self._fd, data)
        while written < len(data):
            written += os.write(self._fd, data[written:])

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
            self._put(data, wait=False)
        finally:
            self._closed = True
