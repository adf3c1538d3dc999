"""Where bytes come from while a process runs: a file that grows, or a pipe. Nothing is polled: the kernel says when."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Callable

_CHUNK = 1 << 16
#: bytes still taken from a pipe when its writers should be gone: the most that a pipe holds
_LEFT_IN_PIPE = 1 << 20
#: seconds between two looks where the kernel gives no notice (no inotify, or no instance left)
_LOOK = 0.05
_IN_MODIFY, _IN_CLOSE_WRITE = 0x2, 0x8

try:
    _libc: Any = ctypes.CDLL(None, use_errno=True)
    _available = hasattr(_libc, "inotify_init1") and hasattr(_libc, "inotify_add_watch")
except (OSError, TypeError):
    _available = False

Take = Callable[[bytes], None]


class FileSource:
    """A regular file that others append to."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._notice = _notice_of(path)
        self.ended = False

    @property
    def timeout(self) -> float | None:
        """Seconds after which to look again unasked; None where the kernel gives notice."""
        return None if self._notice >= 0 else _LOOK

    def fileno(self) -> int:
        """What becomes readable when the file grows; -1 when nothing does."""
        return self._notice

    def drain(self, take: Take, last: bool) -> None:
        """Take what is there. The last time it is only what the file holds at that moment."""
        if self._notice >= 0:
            _forget_events(self._notice)
        left = os.fstat(self._fd).st_size if last else None
        while True:
            data = os.read(self._fd, _CHUNK)
            if not data:
                return
            take(data)
            if left is not None and os.lseek(self._fd, 0, os.SEEK_CUR) >= left:
                return

    def close(self) -> None:
        os.close(self._fd)
        if self._notice >= 0:
            os.close(self._notice)


def _notice_of(path: str) -> int:
    """An inotify descriptor that tells of writes to `path`, or -1."""
    if not _available:
        return -1
    fd = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if fd >= 0 and _libc.inotify_add_watch(fd, os.fsencode(path), _IN_MODIFY | _IN_CLOSE_WRITE) < 0:
        os.close(fd)
        return -1
    return fd


def _forget_events(fd: int) -> None:
    try:
        while os.read(fd, _CHUNK):
            pass
    except BlockingIOError:
        pass


class PipeSource:
    """The reading end of a pipe or of a named one. Owns the descriptor."""

    timeout = None

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self.ended = False

    def fileno(self) -> int:
        return self._fd

    def drain(self, take: Take, last: bool) -> None:
        """Take what is there; the last time no more than a pipe can hold, for a writer may have got away."""
        taken = 0
        while not last or taken < _LEFT_IN_PIPE:
            try:
                data = os.read(self._fd, _CHUNK)
            except BlockingIOError:
                return
            if not data:
                self.ended = True
                return
            taken += len(data)
            take(data)

    def close(self) -> None:
        os.close(self._fd)
