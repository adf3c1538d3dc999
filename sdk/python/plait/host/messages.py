"""The messages a step sends: Dagster Pipes lines appended to a file, one write(2) each."""

from __future__ import annotations

import json
import math
import os
from typing import Any

VERSION = "0.1"
LONGEST = 16 << 20  # bytes of a line that plait takes
TEXT_KEPT = 64 << 10  # characters of a text in a message that would be longer


def _text(value: str) -> str:
    """Text that UTF-8 can hold: a lone surrogate, as in an odd file name, is spelt out."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def plain(value: Any) -> Any:
    """Any value as JSON can hold it: no non-finite or huge numbers, text for what is neither."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return int(value) if -(1 << 63) <= value < 1 << 63 else str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {_text(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    return _text(str(value))


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
    line = json.dumps(
        {"__dagster_pipes_version": VERSION, "method": method, "params": params},
        separators=(",", ":"),
    )
    return line.encode("utf-8", "replace") + b"\n"


class Messages:
    """An append-only message file. A reader sees whole lines only, whenever the writer dies."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._closed = False

    def send(self, method: str, params: dict | None) -> None:
        """Append one message; raises OSError when the disk refuses it, ValueError when it is too long to be taken."""
        if self._closed:
            return
        params = plain(params)
        data = _line(method, params)
        if len(data) > LONGEST:
            data = _line(method, _cut(params))
        if len(data) > LONGEST:
            raise ValueError(
                f"a message ({method}) has {len(data)} bytes; a step may send {LONGEST} at once, "
                "so keep large data out of metadata"
            )
        written = os.write(self._fd, data)
        while written < len(data):
            written += os.write(self._fd, data[written:])

    def opened(self, pid: int, started: str | None) -> None:
        """The first message: who speaks, so that whoever comes after a crash of plait finds this process."""
        self.send("opened", {"extras": {"plait": {"pid": pid, "started": started}}})

    def log(self, level: str, message: str) -> None:
        self.send("log", {"message": message, "level": level})

    def custom(self, kind: str, facts: dict[str, Any]) -> None:
        """plait's own payloads: `output`, `input`, `metadata`."""
        self.send("report_custom_message", {"payload": {"plait": kind, **facts}})

    def close(self, exception: dict | None = None) -> None:
        """The last message; later ones are dropped."""
        self.send("closed", {} if exception is None else {"exception": exception})
        self._closed = True
        os.close(self._fd)
