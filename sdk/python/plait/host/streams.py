"""Standard output and error of steps, by descriptor, so that what C code and subprocesses say is caught too."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from typing import Callable

_NAMES = ((1, "stdout"), (2, "stderr"))


def prepare() -> None:
    """Both by lines, whatever is written; SIGUSR1 writes every thread's Python stack to standard error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, file=sys.stderr, all_threads=True)


def redirect(paths: dict, open_file: Callable[[str, str], int]) -> None:
    """Send both to files, from the first byte: what is said can be read while the step runs.

    `paths` has theirs by name; `open_file(name, path)` gives a descriptor that appends.
    """
    for fd, name in _NAMES:
        if paths.get(name):
            target = open_file(name, paths[name])
            os.dup2(target, fd)
            os.close(target)


def flush() -> None:
    """What Python holds back of both."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


class Shared:
    """A kept worker's own two files in `folder`, emptied after each step that wrote something."""

    def __init__(self, folder: str, open_file: Callable[[str, str], int]) -> None:
        self.folder = folder
        redirect({name: os.path.join(folder, name) for _, name in _NAMES}, open_file)

    def hand_over(self, part: dict) -> None:
        """Move what was written to the step's own paths; nothing is made for a silent step."""
        flush()
        for fd, name in _NAMES:
            try:
                size = os.fstat(fd).st_size
            except OSError:
                continue  # the step closed it
            if size and part.get(name):
                move(os.path.join(self.folder, name), part[name])


def move(source: str, target: str) -> None:
    """Append the file `source` to `target`, whose folder is made where it is missing; then empty `source`."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(source, "rb") as written, open(target, "ab") as kept:
        while True:
            data = written.read(1 << 20)
            if not data:
                break
            kept.write(data)
    os.truncate(source, 0)
