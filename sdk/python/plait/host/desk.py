"""A worker's folder with the files that its step will write, made while it waits: making files is a large part of a short step.

The server gives the folder the name of the step's own (rename), and a kept worker's stays where it is; either way the
files are open already. Where that did not happen the step's files are made when it begins.
"""

from __future__ import annotations

import os

from plait.host.messages import FILE_FLAGS

#: what lies on it, by the name that a context gives each
NAMES = {"messages": "messages.jsonl", "stdout": "stdout", "stderr": "stderr"}


class Desk:
    """`STATE/workers/PID-STARTED`. Errors are nobody's: what is missing is made later, and then tells what is wrong."""

    def __init__(self, state: str, pid: int, started: str) -> None:
        self.folder = os.path.join(state, "workers", f"{pid}-{started}")
        self._files: dict[str, int] = {}
        #: what the folder is called now, once a file of it was found there
        self._name = ""

    def set_up(self) -> None:
        """Make the folder and its files."""
        try:
            try:
                os.mkdir(self.folder)
            except FileNotFoundError:
                # Only for a state's first: makedirs looks at each parent, and every step would wait for that.
                os.makedirs(self.folder, exist_ok=True)
            for member, name in NAMES.items():
                self._files[member] = os.open(os.path.join(self.folder, name), FILE_FLAGS, 0o644)
        except OSError:
            pass  # also when it got its new name in between

    def take(self, member: str, path: str) -> int:
        """The open file that now is `path`, the caller's from now on; -1 when it is another or none."""
        fd = self._files.pop(member, -1)
        if fd < 0:
            return fd
        folder, name = os.path.split(path)
        if (folder == self._name and name == NAMES[member]) or _is(fd, path):
            self._name = folder
            return fd
        os.close(fd)
        return -1

    def clear(self, used: bool) -> None:
        """Close what was not taken; a folder that no step `used` goes."""
        while self._files:
            os.close(self._files.popitem()[1])
        if used:
            return
        try:
            for name in NAMES.values():
                os.unlink(os.path.join(self.folder, name))
            os.rmdir(self.folder)
        except OSError:
            pass  # it was never made, or is another's by now


def _is(fd: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except OSError:
        return False
