"""I/O managers made by a function: `@io_manager`, `@input_manager`, and what counts as an I/O manager."""

from __future__ import annotations

from typing import Any, Callable

from plait import signatures
from plait.io.manager import InputManager, IOManager
from plait.resources import ResourceDefinition


class IOManagerDefinition(ResourceDefinition):
    """A resource whose function returns an IOManager.

    `stands_for(config)` gives that manager before any step runs, for managers whose making has no effects.
    """

    stands_for: Callable[[Any], IOManager] | None = None

    @staticmethod
    def hardcoded_io_manager(
        value: IOManager, description: str | None = None
    ) -> IOManagerDefinition:
        return IOManagerDefinition(resource_fn=lambda _context: value, description=description)


class InputManagerDefinition(ResourceDefinition):
    """A resource whose function returns an InputManager."""


class _ByFunction(InputManager):
    """`@input_manager`: the decorated function is `load_input`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def load_input(self, context: Any) -> Any:
        return (
            self._function(context)
            if signatures.read(self._function).positional
            else self._function()
        )


def io_manager(
    config_schema: Any = None,
    description: str | None = None,
    output_config_schema: Any = None,
    input_config_schema: Any = None,
    required_resource_keys: Any = None,
    version: str | None = None,
) -> Any:
    """Make an I/O manager resource of a function that returns an IOManager; with or without parentheses."""
    if callable(config_schema) and not isinstance(config_schema, type):
        return IOManagerDefinition(resource_fn=config_schema)

    def decorate(function: Callable[..., Any]) -> IOManagerDefinition:
        return IOManagerDefinition(
            resource_fn=function,
            config_schema=config_schema,
            description=description,
            required_resource_keys=required_resource_keys,
        )

    return decorate


def input_manager(
    config_schema: Any = None,
    description: str | None = None,
    input_config_schema: Any = None,
    required_resource_keys: Any = None,
    version: str | None = None,
) -> Any:
    """Make a resource of a function that loads an input from its InputContext; with or without parentheses."""

    def made(function: Callable[..., Any], **given: Any) -> InputManagerDefinition:
        return InputManagerDefinition(resource_fn=lambda _context: _ByFunction(function), **given)

    if callable(config_schema) and not isinstance(config_schema, type):
        return made(config_schema)

    def decorate(function: Callable[..., Any]) -> InputManagerDefinition:
        return made(
            function,
            config_schema=config_schema,
            description=description,
            required_resource_keys=required_resource_keys,
        )

    return decorate


def is_io_manager(resource: Any) -> bool:
    """True for an I/O manager, or for what will make one."""
    return isinstance(resource, (IOManager, IOManagerDefinition)) or hasattr(
        resource, "create_io_manager"
    )
