"""What inert definitions have in common: they keep their arguments, and any use of them is refused with a sentence."""

from __future__ import annotations

from plait import check, signatures
from plait.errors import PlaitNotCoveredError


class NotYetError(PlaitNotCoveredError, AttributeError):
    """Code uses what plait accepts but does not run yet."""


def position() -> tuple[str, int] | None:
    """File and line of the nearest frame outside this package."""
    import sys

    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("plait."):
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


class Value:
    """Arguments by name. ``_names`` are those that may be given by position."""

    __plait_inert__ = "value"
    _names: tuple = ()

    def __init__(self, *args, **given) -> None:
        if len(args) > len(self._names):
            raise TypeError(
                "%s takes %d positional arguments, not %d"
                % (type(self).__name__, len(self._names), len(args))
            )
        self.__dict__.update(dict.fromkeys(self._names))
        self.__dict__.update(zip(self._names, args))
        self.__dict__.update(given)

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotYetError(
            "%s.%s: plait accepts a %s, but does not cover its use yet; open an issue of the plait project"
            % (type(self).__name__, name, type(self).__name__)
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(type(self).__name__)

    def __repr__(self) -> str:
        given = ["%s=%r" % (k, v) for k, v in self.__dict__.items() if v is not None]
        return "%s(%s)" % (type(self).__name__, ", ".join(given))


class _Chainable(type):
    def __getattr__(cls, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **given: cls()


class Chain(metaclass=_Chainable):
    """An expression that is built by calls and operators, such as a condition or a selection. It is not evaluated."""

    __plait_inert__ = "expression"

    def __init__(self, *args, **given) -> None: ...

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **given: type(self)()

    def __or__(self, other):
        return type(self)()

    __and__ = __sub__ = __ror__ = __rand__ = __rsub__ = __or__

    def __invert__(self):
        return type(self)()

    def __repr__(self) -> str:
        return "<%s, not evaluated by plait yet>" % type(self).__name__


class Definition(Value):
    """Something that a location defines beside its assets. ``family`` is the argument of ``Definitions`` that takes it."""

    family = ""
    noun = ""
    fn = None

    def __init__(self, name, *, fn=None, **given) -> None:
        self.__dict__.update(given)
        self.name = check.text(name, "name of the %s" % self.noun)
        self.fn = fn
        self.source = position() if fn is None else signatures.position(fn)
        if fn is not None:
            self.__doc__ = getattr(fn, "__doc__", None)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __call__(self, *args, **given):
        """The decorated function itself, as a unit test calls it."""
        if self.fn is None:
            raise NotYetError("%s %r is not yet run by plait" % (self.noun, self.name))
        return self.fn(*args, **given)

    def __repr__(self) -> str:
        return "<%s %s>" % (self.noun, self.name)

    @property
    def problem(self) -> str:
        """What whoever looks at the location is told."""
        return '%s "%s" is not yet run by plait%s' % (self.noun, self.name, self._remedy())

    def _remedy(self) -> str:
        return ""


def named(fn, name) -> str:
    return name or getattr(fn, "__name__", None) or type(fn).__name__


def opaque(name: str, what: str):
    """A class that only annotations and ``isinstance`` use."""

    def refuse(self, *args, **given) -> None:
        raise NotYetError(
            "%s: plait does not cover %s yet; open an issue of the plait project" % (name, what)
        )

    return type(name, (), {"__init__": refuse, "__module__": __name__, "__doc__": what})


def definitions_in(values, family: str | None = None) -> list:
    """The definitions among the values and in lists of nothing else, each once."""
    found = {}
    for value in values:
        several = value if isinstance(value, (list, tuple)) else (value,)
        if all([isinstance(item, Definition) and item.family for item in several]):
            for item in several:
                if family is None or item.family == family:
                    found[id(item)] = item
    return list(found.values())


def checked(value, family: str, noun: str) -> list:
    """What was given to ``Definitions`` as a family: a list of its definitions, each once."""
    if value is None:
        return []
    if isinstance(value, (str, Value)) or not hasattr(value, "__iter__"):
        raise check.wrong("%s of Definitions" % family, "a list", value)
    found = {}
    for item in value:
        if not isinstance(item, Definition) or item.family != family:
            raise check.wrong("every element of %s of Definitions" % family, noun, item)
        found[id(item)] = item
    return list(found.values())
