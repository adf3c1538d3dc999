"""Cheaper forks: what every worker writes to is copied while it is forked.

A fork shares the memory of its parent; whichever of the two writes to a page first gets a copy of it by a fault. A Python
writes to many: looking at an object means counting it, so a step writes to 600 pages before it has done anything. A fault and
its copy take 3.7 µs here, a copy within the fork 1.8. The kernel copies within the fork what a device may be writing to. So
the pages that a *scout* wrote to, a fork that goes where steps go, are made buffers of an io_uring that nobody ever uses; the
parent's own faults after each fork go with them, for the most part. Where the kernel has no io_uring or refuses it, or
PLAIT_NO_IO_URING is set (what watches over a machine may not like to see one), forks are what they were.
"""

from __future__ import annotations

import ctypes
import os
from typing import Callable, Iterator

from plait.host import mappings
from plait.host.mappings import PAGE, Part

#: in an entry of /proc/self/pagemap: the page is in memory, and in that of no other process
_OWN = 1 << 63 | 1 << 56
_ENTRY = 8  # bytes

# <sys/mman.h>, <sys/syscall.h>, <linux/io_uring.h>
_POPULATE_WRITE = 23
_SETUP, _REGISTER = 425, 427
_REGISTER_BUFFERS = 0
_PARAMETERS = 120  # bytes


class _Buffer(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def copy_written_by(scout: Callable[[], object]) -> int:
    """Have forks of this process copy at once what a fork that calls `scout` writes to, until the descriptor that is returned
    is closed (forks close theirs); -1 where that is not to be had, or not wanted."""
    if os.environ.get("PLAIT_NO_IO_URING"):
        return -1
    libc = ctypes.CDLL(None)
    with _Scout(scout) as found:
        # While the scout shares them, writing gives this process pages of their own: of a huge page all would be copied.
        alone = all(libc.madvise(*_place(part), _POPULATE_WRITE) == 0 for part in found)
    return _pin(libc, found) if found and alone else -1


def _place(part: Part) -> tuple[ctypes.c_void_p, ctypes.c_size_t]:
    return ctypes.c_void_p(part.first), ctypes.c_size_t(part.size)


def _pin(libc: ctypes.CDLL, parts: list[Part]) -> int:
    ring = libc.syscall(_SETUP, 1, ctypes.create_string_buffer(_PARAMETERS))
    if ring < 0:
        return -1
    # Older kernels take no buffer that a file is behind.
    for chosen in (parts, [part for part in parts if part.anonymous]):
        buffers = (_Buffer * len(chosen))(*(part[:2] for part in chosen))
        if libc.syscall(_REGISTER, ring, _REGISTER_BUFFERS, buffers, len(chosen)) == 0:
            return ring
    os.close(ring)
    return -1


class _Scout:
    """A fork, and while it lives the parts of memory that it wrote to; none when it is lost."""

    def __init__(self, scout: Callable[[], object]) -> None:
        self._scout = scout
        self._parts = [mapping.part for mapping in mappings.writable()]

    def __enter__(self) -> list[Part]:
        told, tell = os.pipe2(os.O_CLOEXEC)
        over, self._end = os.pipe2(os.O_CLOEXEC)
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(self._end)
                self._scout()
                self._tell(tell)
                os.close(tell)
                os.read(over, 1)
            finally:
                os._exit(0)
        os.close(tell)
        os.close(over)
        with open(told, "rb") as file:
            entries = file.read()
        if len(entries) != sum(part.size for part in self._parts) // PAGE * _ENTRY:
            return []
        return list(_own(self._parts, entries))

    def _tell(self, out: int) -> None:
        fd = os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
        for first, size, _ in self._parts:
            os.write(out, os.pread(fd, size // PAGE * _ENTRY, first // PAGE * _ENTRY))

    def __exit__(self, *problem: object) -> None:
        os.close(self._end)
        os.waitpid(self._pid, 0)


def _own(parts: list[Part], entries: bytes) -> Iterator[Part]:
    entry = iter(memoryview(entries).cast("Q"))
    for first, size, anonymous in parts:
        begin = None
        for page in range(first, first + size, PAGE):
            if next(entry) & _OWN == _OWN:
                begin = page if begin is None else begin
            elif begin is not None:
                yield Part(begin, page - begin, anonymous)
                begin = None
        if begin is not None:
            yield Part(begin, first + size - begin, anonymous)
