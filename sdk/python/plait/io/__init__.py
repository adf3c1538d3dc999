"""I/O managers: how a step's values are stored and read back. Names load when they are first used."""

from __future__ import annotations

_MODULES = {
    "manager": "IOManager InputManager OutputManager",
    "definition": "IOManagerDefinition InputManagerDefinition io_manager input_manager",
    "contexts": "InputContext OutputContext build_input_context build_output_context",
    "upath": "UPathIOManager",
    "filesystem": "FilesystemIOManager fs_io_manager",
    "parquet": "ParquetIOManager",
    "memory": "InMemoryIOManager mem_io_manager",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str):
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module("." + module, __name__), name)
    globals()[name] = value
    return value
