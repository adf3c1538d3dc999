"""InMemoryIOManager: values in a dict of this process. For unit tests; a host's steps are processes of their own."""

from __future__ import annotations

from typing import Any

from plait.io import problems
from plait.io.definition import io_manager
from plait.io.manager import IOManager


class InMemoryIOManager(IOManager):
    """Keeps values as they are, without a copy."""

    def __init__(self) -> None:
        self.values: dict[tuple, Any] = {}

    @staticmethod
    def _name(context: Any) -> tuple:
        if context.has_asset_key:
            return tuple(context.get_asset_identifier())
        return tuple(context.get_identifier())

    def handle_output(self, context: Any, obj: Any) -> None:
        self.values[self._name(context)] = obj

    def load_input(self, context: Any) -> Any:
        name = self._name(context)
        if name not in self.values:
            raise problems.MissingValue(
                f"{context.what()} is not in the memory of this process",
                "InMemoryIOManager keeps values within one process, and every step of a run is a process of "
                "its own: use FilesystemIOManager or ParquetIOManager outside unit tests",
            )
        return self.values[name]

    def storage_facts(self) -> dict[str, Any]:
        return {"kind": "memory", "base": None, "format": None, "declared": None}


@io_manager
def mem_io_manager(_init_context: Any = None) -> InMemoryIOManager:
    return InMemoryIOManager()
