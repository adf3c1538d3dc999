"""The I/O manager interface. Imports nothing, so that every module may import it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


class InputManager(ABC):
    """Loads inputs."""

    @abstractmethod
    def load_input(self, context: Any) -> Any:
        """The value for `context.asset_key`, or for `context.upstream_output`."""


class OutputManager(ABC):
    """Stores outputs."""

    @abstractmethod
    def handle_output(self, context: Any, obj: Any) -> None:
        """Store `obj`."""


class IOManager(InputManager, OutputManager):
    """Stores the outputs of steps and loads them as inputs of others. Both methods must be given."""
