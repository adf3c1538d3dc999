"""Watches what user code does while it is loaded: which libraries it imports, which variables it reads."""

from __future__ import annotations

import os
import sys
import time
from importlib.machinery import PathFinder
from typing import Any, Callable

from plait.host.territory import Territory
from plait.host.threads import Watch

#: seconds between two progress events
PACE = 0.2


class Imports:
    """A module finder that stands first while the code is loaded and follows outermost library imports.

    `progress` is told the library being imported, at most every PACE seconds; `threads` gets a look before and
    after each.
    """

    def __init__(
        self, territory: Territory, threads: Watch, progress: Callable[[str], None]
    ) -> None:
        self._territory = territory
        self._threads = threads
        self._progress = progress
        self._current: str | None = None
        self._told: str | None = None
        self._last = 0.0

    def __enter__(self) -> Imports:
        sys.meta_path.insert(0, self)  # type: ignore[arg-type]
        return self

    def __exit__(self, *problem: Any) -> None:
        sys.meta_path.remove(self)  # type: ignore[arg-type]

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if self._current is not None:
            if self._told != self._current:
                self._tell()
            return None
        if "." in name or name in sys.builtin_module_names:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None or self._territory.kind(spec.origin) != "library":
            return None
        self._follow(name, spec.loader)
        return spec

    def _follow(self, name: str, loader: Any) -> None:
        execute = loader.exec_module

        def exec_module(module: Any) -> None:
            self._threads.before_library()
            self._current = name
            self._tell()
            try:
                execute(module)
            finally:
                self._current = None
                self._threads.after_library()

        try:
            loader.exec_module = exec_module
        except AttributeError:
            pass

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._last >= PACE and self._current is not None:
            self._last = now
            self._told = self._current
            self._progress(self._current)


class Variables:
    """Records the names of environment variables that the location's own code reads."""

    def __init__(self, territory: Territory) -> None:
        self.names: set[str] = set()
        self._territory = territory
        self._class = type(os.environ)

    def __enter__(self) -> Variables:
        recorder = self

        class Recording(self._class):  # type: ignore[misc,name-defined]
            def __getitem__(self, key: Any) -> Any:
                recorder._note(key)
                return super().__getitem__(key)

            def __contains__(self, key: Any) -> bool:
                recorder._note(key)
                return super().__contains__(key)

        os.environ.__class__ = Recording
        return self

    def __exit__(self, *problem: Any) -> None:
        os.environ.__class__ = self._class

    def _note(self, key: Any) -> None:
        frame = sys._getframe(2)
        for _ in range(6):
            if frame is None:
                return
            path = frame.f_code.co_filename
            kind = self._territory.kind(path)
            if kind in ("project", "outside"):
                self.names.add(str(key))
                return
            # os.getenv, os.environ.get and plait's EnvVar stand between; anything else is somebody else's reading.
            if kind == "library" or not (
                kind == "sdk" or os.path.basename(path) in _BETWEEN or path[:1] == "<"
            ):
                return
            frame = frame.f_back


_BETWEEN = ("os.py", "_collections_abc.py")
