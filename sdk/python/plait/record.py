"""Small value classes without the start-up cost of ``dataclasses``: equality, hash and repr over ``__slots__``."""

from __future__ import annotations


class Record:
    """Base of value classes. A subclass lists its fields in ``__slots__`` and sets each of them in ``__init__``.

    Values are meant to be immutable: nothing enforces it, everything relies on it.
    """

    __slots__ = ()

    def _values(self) -> tuple:
        return tuple([getattr(self, name) for name in self.__slots__])

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), repr(self._values())))

    def __repr__(self) -> str:
        fields = ", ".join(["%s=%r" % (name, getattr(self, name)) for name in self.__slots__])
        return "%s(%s)" % (type(self).__name__, fields)

    def __getstate__(self) -> tuple:
        return self._values()

    def __setstate__(self, state: tuple) -> None:
        for name, value in zip(self.__slots__, state):
            object.__setattr__(self, name, value)
