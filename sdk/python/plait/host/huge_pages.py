"""Memory that forks share, joined to huge pages: a fork and its end take a page of 2 MiB at once, small ones one by one.

The heap of a Python seldom lies so that the kernel can join it where it is. The library `huge_pages.so` (sdk/native) copies it
to huge pages that take its place. Nobody may write to it meanwhile, so that is for processes of one thread. Where there is no
library, or no huge page, memory stays as it is.
"""

from __future__ import annotations

import ctypes
import os

from plait.host import mappings
from plait.host.mappings import Mapping

HUGE = 2 << 20  # bytes
#: a smaller mapping is not worth a call
LEAST = 64 << 10  # bytes

_COLLAPSE = 25  # <sys/mman.h>

#: flags of memory that nobody has asked anything particular for: that forks inherit, that may leave memory, that does not grow
_ORDINARY = frozenset(["rd", "wr", "mr", "mw", "me", "ac", "sd", "hg"])


class _Memory(ctypes.Structure):
    _fields_ = [("first", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def join() -> None:
    """Give back what is free, and have the kernel join what lies so that it can."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):  # glibc
        libc.malloc_trim(0)
    for mapping in mappings.writable():
        first, size, _ = mapping.part
        begin = -(-first // HUGE) * HUGE
        for page in range(begin, first + size - HUGE + 1, HUGE):
            libc.madvise(ctypes.c_void_p(page), ctypes.c_size_t(HUGE), _COLLAPSE)


def move(library: str) -> bool:
    """Move what can be moved, by the library of that path; whether anything was. Other threads are reason enough not to."""
    if not library or len(os.listdir("/proc/self/task")) > 1:
        return False
    try:
        moving = ctypes.CDLL(library).huge_pages_move
    except (OSError, AttributeError):
        return False
    parts = [mapping.part for mapping in mappings.writable() if _movable(mapping)]
    moving.argtypes, moving.restype = (_Memory * len(parts), ctypes.c_size_t), ctypes.c_size_t
    memory = (_Memory * len(parts))(*(part[:2] for part in parts))
    return moving(memory, len(parts)) > 0


def _movable(mapping: Mapping) -> bool:
    """Whether it is plain memory, most of it in use: what is moved is in memory from then on."""
    part = mapping.part
    return (
        part.anonymous
        and mapping.name in ("", "[heap]")
        and mapping.flags <= _ORDINARY
        and part.size >= LEAST
        and mapping.resident * 2 >= part.size
    )
