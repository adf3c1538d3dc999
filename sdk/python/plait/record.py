"""Small value classes without the start-up cost of ``dataclasses``: equality, hash and repr over ``__slots__``."""

from __future__ import annotations


class Record:
    """Base of value classes. A subclass lists its fields in ``__slots__`` and sets each of them in ``__init__``.

    Values are meant to be immutable: nothing enforces it, everything relies on it.
    """

    __slots__ = ()
    _fields: tuple = ()

    def __init_subclass__(cls, **options) -> None:
        super().__init_subclass__(**options)
        cls._fields = (
            cls.__mro__[1]._fields if not cls.__slots__ and len(cls.__mro__) > 2 else cls.__slots__
        )

    def _values(self) -> tuple:
        return tuple([getattr(self, name) for name in self._fields])

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), repr(self._values())))

    def __repr__(self) -> str:
        fields = ", ".join(["%s=%r" % (name, getattr(self, name)) for name in self._fields])
        return "%s(%s)" % (type(self).__name__, fields)

    def __getstate__(self) -> tuple:
        return self._values()

    def __setstate__(self, state: tuple) -> None:
        for name, value in zip(self._fields, state):
            object.__setattr__(self, name, value)
