"""Whose code a file is: the project's, a neighbour's (outside), a library's, the standard library's, the SDK's."""

from __future__ import annotations

import os
import sys
import sysconfig

SDK = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_LIBRARY_FOLDERS = ("site-packages", "dist-packages")


def _folder(path: str) -> str:
    return os.path.join(os.path.abspath(path), "")


class Territory:
    """Answers by path only. A path outside everything known belongs to an editable or path dependency."""

    def __init__(self, project_root: str, import_paths: list[str]) -> None:
        self.project_root = _folder(project_root)
        self._own = [self.project_root, *(_folder(path) for path in import_paths)]
        paths = sysconfig.get_paths()
        self._stdlib = tuple({_folder(paths[name]) for name in ("stdlib", "platstdlib")})
        self._libraries = tuple(
            {_folder(paths[name]) for name in ("purelib", "platlib")} | {_folder(sys.prefix)}
        )
        self._known: dict[str, str] = {}

    def kind(self, path: str | None) -> str:
        """`project`, `outside`, `library`, `stdlib` or `sdk`."""
        if not path or path.startswith("<"):
            return "stdlib"
        kind = self._known.get(path)
        if kind is None:
            kind = self._known[path] = self._decide(os.path.abspath(path))
        return kind

    def _decide(self, path: str) -> str:
        if path.startswith(SDK):
            return "sdk"
        if any(f"{os.sep}{folder}{os.sep}" in path for folder in _LIBRARY_FOLDERS):
            return "library"
        if path.startswith(self._stdlib):
            return "stdlib"
        if path.startswith(self.project_root):
            # The project's own virtual environment lies inside the project.
            return "library" if self._in_prefix(path) else "project"
        if any(path.startswith(own) for own in self._own):
            return "outside"
        if path.startswith(self._libraries):
            return "library"
        return "outside"

    def _in_prefix(self, path: str) -> bool:
        prefix = _folder(sys.prefix)
        return (
            path.startswith(prefix)
            and prefix.startswith(self.project_root)
            and prefix != self.project_root
        )

    def mine(self, path: str | None) -> bool:
        """True for code that the user writes: the project's and what lies outside of any environment."""
        return self.kind(path) in ("project", "outside")
