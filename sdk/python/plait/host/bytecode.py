"""Bytecode of plait's own modules goes under the state directory; everybody else's stays where Python puts it."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from typing import Any


class _Loader(SourceFileLoader):
    prefix = ""

    def get_code(self, fullname: str) -> Any:
        # PYTHONDONTWRITEBYTECODE, common in containers, keeps people's trees clean; the state directory is plait's own.
        previous = sys.pycache_prefix, sys.dont_write_bytecode
        sys.pycache_prefix, sys.dont_write_bytecode = self.prefix, False
        try:
            return super().get_code(fullname)
        finally:
            sys.pycache_prefix, sys.dont_write_bytecode = previous


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if not name.startswith("plait."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def cache_under(state: str) -> None:
    """From now on cache the bytecode of `plait.*` under `state`/pycache."""
    _Loader.prefix = os.path.join(state, "pycache")
    sys.meta_path.insert(0, _Finder)
