"""Argument checks: each returns its value or raises ``CheckError`` naming the parameter, the value and what is wanted."""

from __future__ import annotations

from plait.errors import CheckError, ElementCheckError, ParameterCheckError


def _shown(value: object) -> str:
    text = repr(value)
    if len(text) > 120:
        text = text[:117] + "..."
    return "%s of type %s" % (text, type(value).__name__)


def wrong(name: str, wanted: str, value: object) -> ParameterCheckError:
    """The error for a parameter of a wrong type."""
    return ParameterCheckError("%s must be %s, not %s" % (name, wanted, _shown(value)))


def text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise wrong(name, "a string", value)
    return value


def opt_text(value: object, name: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise wrong(name, "a string or None", value)
    return value


def flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise wrong(name, "True or False", value)
    return value


def of(value: object, kinds: type | tuple, name: str, wanted: str):
    if not isinstance(value, kinds):
        raise wrong(name, wanted, value)
    return value


def opt_of(value: object, kinds: type | tuple, name: str, wanted: str):
    if value is not None and not isinstance(value, kinds):
        raise wrong(name, wanted + " or None", value)
    return value


def mapping(value: object, name: str) -> dict:
    """A dict of its own with string keys; None gives an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        if not hasattr(value, "keys") or not hasattr(value, "__getitem__"):
            raise wrong(name, "a mapping", value)
        value = {key: value[key] for key in value}
    for key in value:
        if not isinstance(key, str):
            raise ElementCheckError("%s: keys must be strings, not %s" % (name, _shown(key)))
    return dict(value)


def texts(value: object, name: str) -> list[str]:
    """A list of strings of its own; a bare string is refused, for it would be split into letters."""
    if value is None:
        return []
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise wrong(name, "a list of strings (put a single one into [...])", value)
    result = list(value)
    for item in result:
        if not isinstance(item, str):
            raise ElementCheckError(
                "%s: every element must be a string, not %s" % (name, _shown(item))
            )
    return result


def items(value: object, kinds: type | tuple, name: str, wanted: str) -> list:
    """A list of its own, each element of one of ``kinds``; None gives an empty one."""
    if value is None:
        return []
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise wrong(name, "a list, each element %s" % wanted, value)
    result = list(value)
    for item in result:
        if not isinstance(item, kinds):
            raise ElementCheckError(
                "%s: every element must be %s, not %s" % (name, wanted, _shown(item))
            )
    return result


def invariant(holds: object, sentence: str) -> None:
    if not holds:
        raise CheckError(sentence)
