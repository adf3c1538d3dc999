"""Does a value fit an annotation? Only what can be told cheaply and surely; everything else fits."""

from __future__ import annotations

import collections.abc
import typing
from typing import Any

_UNIONS: tuple[Any, ...] = (typing.Union,)
try:
    from types import UnionType

    _UNIONS += (UnionType,)
except ImportError:
    pass

_SEQUENCES = (list, set, frozenset)


def fits(value: Any, annotation: Any) -> bool:
    """False only when `value` is certainly not what `annotation` says."""
    if isinstance(annotation, type) and not getattr(annotation, "__origin__", None):
        return _is_a(value, annotation)
    origin = typing.get_origin(annotation)
    if origin is None:
        return True
    arguments = typing.get_args(annotation)
    if origin in _UNIONS:
        return any(fits(value, argument) for argument in arguments)
    if origin is getattr(typing, "Annotated", None):
        return fits(value, arguments[0])
    if not isinstance(origin, type):
        return True
    if not _is_a(value, origin):
        return False
    if origin in _SEQUENCES and arguments:
        return all(fits(item, arguments[0]) for item in value)
    if origin is dict and len(arguments) == 2:
        return all(
            fits(key, arguments[0]) and fits(item, arguments[1]) for key, item in value.items()
        )
    if origin is tuple and arguments and Ellipsis not in arguments:
        return len(value) == len(arguments) and all(map(fits, value, arguments))
    return True


def _is_a(value: Any, kind: type) -> bool:
    if kind in (object, collections.abc.Callable):
        return True
    if value is None and kind is type(None):
        return True
    try:
        return isinstance(value, kind)
    except TypeError:
        return True


def shown(annotation: Any) -> str:
    """An annotation as people write it."""
    if isinstance(annotation, type) and not getattr(annotation, "__args__", None):
        module = annotation.__module__
        return (
            annotation.__qualname__
            if module == "builtins"
            else f"{module}.{annotation.__qualname__}"
        )
    return str(annotation).replace("typing.", "")


class DeclaredType:
    """A declared type as I/O managers ask for it: `context.dagster_type.typing_type`."""

    def __init__(self, annotation: Any) -> None:
        known = annotation is not None and bool(annotation or isinstance(annotation, type))
        self.typing_type = annotation if known and not isinstance(annotation, str) else Any
        self.is_nothing = annotation is None
        self.display_name = "Nothing" if annotation is None else shown(self.typing_type)
        self.key = self.display_name

    def __repr__(self) -> str:
        return f"<type {self.display_name}>"


def kind_of(value: Any) -> str:
    return shown(type(value))
