"""The private memory of this process that it can write to, as the kernel has it mapped (/proc/self/smaps)."""

from __future__ import annotations

import os
from typing import Iterator, NamedTuple

PAGE = os.sysconf("SC_PAGESIZE")  # bytes


class Part(NamedTuple):
    """Of this process's memory: its first byte, its size in bytes, whether no file is behind it. Whole pages."""

    first: int
    size: int
    anonymous: bool


class Mapping(NamedTuple):
    """A part that is mapped alike: what it is called (`[heap]`, a file, nothing), bytes of it in memory, the kernel's flags."""

    part: Part
    name: str
    resident: int
    flags: frozenset[str]


def writable() -> Iterator[Mapping]:
    """The private mappings that can be written to, by address."""
    part, name, resident = None, "", 0
    with open("/proc/self/smaps", encoding="utf-8", errors="replace") as smaps:
        for line in smaps:
            if line[0] in "0123456789abcdef":
                part, name = _part(line)
            elif part and line.startswith("Rss:"):
                resident = int(line.split()[1]) << 10
            elif part and line.startswith("VmFlags:"):
                yield Mapping(part, name, resident, frozenset(line.split()[1:]))


def _part(line: str) -> tuple[Part | None, str]:
    place, rights, _, _, inode, *name = line.split(maxsplit=5)
    if rights != "rw-p":
        return None, ""
    first, end = (int(number, 16) for number in place.split("-"))
    return Part(first, end - first, inode == "0"), name[0].rstrip() if name else ""
