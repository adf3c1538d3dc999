"""Loading a location's code: from the location's description to its definitions and the facts around them."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
import time
from types import ModuleType
from typing import Any, Callable

from plait.host.imports import Imports, Variables
from plait.host.territory import Territory
from plait.host.threads import Watch
from plait.io import place


class Loaded:
    """A location whose code is in memory. Paths absolute, durations in milliseconds."""

    def __init__(self, location: dict, state: str) -> None:
        self.location = location
        self.state = state
        self.territory = territory_of(location)
        self.definitions: Any = None
        self.start: dict[str, str] = {}
        self.variables: list[str] = []
        self.modules: list[str] = []
        self.sources: list[str] = []
        self.digest = ""
        self.import_ms = 0


def territory_of(location: dict) -> Territory:
    root = location.get("project_root") or location["working_directory"]
    return Territory(root, [*(location.get("import_paths") or []), location["working_directory"]])


def load(location: dict, state: str, progress: Callable[[str], None]) -> Loaded:
    """Import the location's code in this process. What user code raises passes through, SystemExit included."""
    loaded = Loaded(location, state)
    began = time.monotonic()
    place.enter(location["working_directory"], state)
    _prepare_path(location)
    before = set(sys.modules)
    threads = Watch()
    variables = Variables(loaded.territory)
    from plait import alias
    from plait.define import loading

    alias.install()
    try:
        with Imports(loaded.territory, threads, progress), variables:
            module = _import(location)
            if location["loader"] == "autoload_defs_module":
                loaded.definitions = loading.load_defs(module)
            else:
                loaded.definitions = loading.find_definitions(module, location.get("attribute"))
    finally:
        loaded.variables = sorted(variables.names)
    loaded.start = threads.verdict()
    loaded.import_ms = int((time.monotonic() - began) * 1000)
    _survey(loaded, before)
    return loaded


def _prepare_path(location: dict) -> None:
    paths = list(location.get("import_paths") or [])
    if location["working_directory"] not in paths:
        paths.append(location["working_directory"])
    rest = [path for path in sys.path if path not in paths and path != ""]
    # The SDK stays first: nothing in a location may stand in for it.
    sdk = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path[:] = [sdk, *paths, *[path for path in rest if path != sdk]]
    importlib.invalidate_caches()


def _import(location: dict) -> ModuleType:
    if location["loader"] == "python_file":
        return _import_file(location["target"])
    return importlib.import_module(location["target"])


def _import_file(path: str) -> ModuleType:
    name = os.path.splitext(os.path.basename(path))[0]
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"python_file {path} does not exist; check the path in the workspace file"
        )
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python source file; its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _survey(loaded: Loaded, before: set[str]) -> None:
    """Which source files and which libraries loading brought in."""
    sources: set[str] = set()
    libraries: set[str] = set()
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str):
            continue
        kind = loaded.territory.kind(path)
        if kind in ("project", "outside") and path.endswith(".py"):
            sources.add(os.path.abspath(path))
        elif kind == "library" and "." not in name and name not in before and _is_top_level(path):
            libraries.add(name)
    loaded.sources = sorted(sources)
    loaded.modules = sorted(libraries - set(_ALIASES))
    loaded.digest = _digest(loaded.sources)


def _is_top_level(path: str) -> bool:
    """Whether the module can be imported by its name: extensions inside packages sometimes enter themselves."""
    folder, file = os.path.split(path)
    return (os.path.dirname(folder) if file.startswith("__init__.") else folder) in sys.path


_ALIASES = ("dagster", "dagster_pipes", "plait", "__main__")


def _digest(paths: list[str]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        try:
            with open(path, "rb") as file:
                content = hashlib.sha256(file.read()).hexdigest()
        except OSError:
            content = "gone"
        digest.update(f"{path}\0{content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
