#!/usr/bin/env python3
"""rooms.py [SRC]: every #include must be one that rooms.txt allows; one line a breach, exit status 1.

rooms.txt gives each room (a folder of src/) the rooms it may include and the outside headers it may include.
Headers of the C language are free, except that the pure rooms may not reach for files, processes or clocks.
"""

from __future__ import annotations

import pathlib
import re
import sys
from typing import Iterator, NamedTuple

TOP = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
LANGUAGE = frozenset(
    f"{name}.h"
    for name in "assert ctype errno float inttypes iso646 limits locale math setjmp stdalign stdarg stdatomic "
    "stdbool stddef stdint stdio stdlib stdnoreturn string strings time wchar".split()
)
EFFECTS = frozenset(f"{name}.h" for name in "fcntl poll signal spawn time unistd locale".split())
PURE = frozenset("base codec model plan layout".split())
EXEMPT = frozenset([("base/banned.h", "time.h")])  # names what it then forbids


class Room(NamedTuple):
    inside: frozenset[str]
    outside: tuple[str, ...]


def read_rooms(path: pathlib.Path) -> dict[str, Room]:
    rooms = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            name, _, rest = line.partition(":")
            inside, _, outside = rest.partition("|")
            rooms[name.strip()] = Room(frozenset(inside.split()), tuple(outside.split()))
    return rooms


def allowed_outside(header: str, name: str, rooms: dict[str, Room], file: str) -> bool:
    room = rooms[name]
    if (file, header) in EXEMPT:
        return True
    if any(header.startswith(o) if o.endswith("/") else header == o for o in room.outside):
        return True
    if name in PURE:
        return header in LANGUAGE - EFFECTS
    return header in LANGUAGE | EFFECTS


def breaches_of(path: pathlib.Path, src: pathlib.Path, rooms: dict[str, Room]) -> Iterator[str]:
    file = path.relative_to(src).as_posix()
    name = file.split("/")[0]
    if name not in rooms:
        yield f"{path}: the room '{name}' is not in rooms.txt"
        return
    for number, text in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(text)
        if not match:
            continue
        kind, header = match.groups()
        if kind == "<" and not allowed_outside(header, name, rooms, file):
            yield f"{path}:{number}: the room '{name}' may not include <{header}>"
        if kind == '"' and header.split("/")[0] not in rooms[name].inside | {name}:
            yield f"{path}:{number}: the room '{name}' may not include \"{header}\""


def main() -> int:
    src = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else TOP / "src"
    rooms = read_rooms(TOP / "rooms.txt")
    found = [b for f in sorted(src.rglob("*.[ch]")) for b in breaches_of(f, src, rooms)]
    for breach in found:
        print(breach)
    if found:
        print(f"rooms: {len(found)} breaches (rooms.txt says who may include what)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
