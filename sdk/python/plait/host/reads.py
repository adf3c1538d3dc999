"""Notices when a step opens the stored value of a declared upstream by path, without an I/O manager.

Native readers (pandas and polars reading Parquet) open files without Python knowing, so the kernel is asked: one
inotify descriptor watches the files that the step's pinned inputs have as current views. The kernel does not tell
who opened a file: a neighbour reading the same one at the same time counts too. Where inotify is refused nothing
is recorded.
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Any, Iterable

from plait.io.staging import Session, version_of
from plait.keys import AssetKey

_IN_OPEN = 0x20
_EVENT = struct.Struct("iIII")

try:
    _libc: Any = ctypes.CDLL(None, use_errno=True)
    _available = hasattr(_libc, "inotify_init1") and hasattr(_libc, "inotify_add_watch")
except (OSError, TypeError):
    _available = False


def views_of(pin: Any, key: str) -> list[str]:
    """Where a pinned version's files are seen under their base's current paths."""
    base = pin.storage.get("base")
    if not base or pin.storage.get("kind") != "filesystem":
        return []
    folder = os.path.join(base, *AssetKey.from_escaped_user_string(key).path[:-1])
    return [os.path.join(folder, name) for name in pin.files if os.sep not in name]


class Reads:
    """Watches the upstreams `keys` from its making to `report`; at most one message for each."""

    def __init__(self, session: Session, keys: Iterable[str]) -> None:
        self._session = session
        self._fd = -1
        self._watched: dict[int, tuple[str, str]] = {}
        views = [(key, view) for key in keys for view in views_of(session.pins[key], key)]
        if _available and views:
            self._fd = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._fd >= 0:
            for key, view in views:
                self._watch(key, view)

    def _watch(self, key: str, view: str) -> None:
        number = _libc.inotify_add_watch(self._fd, os.fsencode(view), _IN_OPEN)
        if number >= 0:
            self._watched.setdefault(number, (key, view))

    def report(self) -> None:
        """Tell what was opened and not reported by a manager already."""
        if self._fd < 0:
            return
        opened = []
        while True:
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                break
            if not data:
                break
            offset = 0
            while offset < len(data):
                number, _, _, length = _EVENT.unpack_from(data, offset)
                offset += _EVENT.size + length
                if number in self._watched and self._watched[number] not in opened:
                    opened.append(self._watched[number])
        os.close(self._fd)
        self._fd = -1
        for key, view in opened:
            if key not in self._session.reported:
                self._session.opened(key, version_of(view), False, view, None)
