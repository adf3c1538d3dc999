"""Asset keys: their coercions and their text forms.

A key is a tuple of strings. For people its parts are joined with ``/`` (the escaped form writes a ``/`` inside a part
as ``\\/``); for names of steps and outputs they are joined with ``__``.
"""

from __future__ import annotations

from plait.errors import CheckError, ElementCheckError, ParameterCheckError

_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


class AssetKey:
    """The identity of an asset in the whole deployment.

    ``AssetKey("a/b")`` has one part; ``AssetKey(["a", "b"])`` has two.
    """

    __slots__ = ("_parts", "_hash")

    def __init__(self, path: str | list[str] | tuple[str, ...]) -> None:
        if isinstance(path, str):
            parts = (path,)
        elif isinstance(path, (list, tuple)):
            parts = tuple(path)
            for part in parts:
                if not isinstance(part, str):
                    raise ElementCheckError(
                        "AssetKey: every part must be a string, not %r of type %s (in %r)"
                        % (part, type(part).__name__, path)
                    )
        else:
            raise ParameterCheckError(
                "AssetKey takes a string or a list of strings, not %r of type %s"
                % (path, type(path).__name__)
            )
        self._parts = parts
        self._hash = hash(parts)

    @property
    def path(self) -> list[str]:
        """The parts, as a list of the caller's own."""
        return list(self._parts)

    @property
    def parts(self) -> list[str]:
        return list(self._parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetKey) and self._parts == other._parts

    def __hash__(self) -> int:
        return self._hash

    def __lt__(self, other: AssetKey) -> bool:
        return self._parts < other._parts if isinstance(other, AssetKey) else NotImplemented

    def __le__(self, other: AssetKey) -> bool:
        return self._parts <= other._parts if isinstance(other, AssetKey) else NotImplemented

    def __gt__(self, other: AssetKey) -> bool:
        return self._parts > other._parts if isinstance(other, AssetKey) else NotImplemented

    def __ge__(self, other: AssetKey) -> bool:
        return self._parts >= other._parts if isinstance(other, AssetKey) else NotImplemented

    def __repr__(self) -> str:
        return "AssetKey(%r)" % (list(self._parts),)

    def __reduce__(self) -> tuple:
        return (AssetKey, (list(self._parts),))

    def to_user_string(self) -> str:
        """``a/b``; ambiguous when a part holds a slash."""
        return "/".join(self._parts)

    def to_escaped_user_string(self) -> str:
        """``a/b`` with a slash inside a part written ``\\/``; ``from_escaped_user_string`` reads it back."""
        return "/".join([part.replace("\\", "\\\\").replace("/", "\\/") for part in self._parts])

    def to_string(self) -> str:
        """The parts as a JSON array."""
        import json

        return json.dumps(list(self._parts))

    to_db_string = to_string

    def to_python_identifier(self, suffix: str | None = None) -> str:
        """``a__b``, with ``-`` and ``.`` turned into ``_``: the name of the key's step and output."""
        parts = self._parts if suffix is None else self._parts + (suffix,)
        return "__".join(parts).replace("-", "_").replace(".", "_")

    def has_prefix(self, prefix: list[str] | tuple[str, ...]) -> bool:
        return len(self._parts) >= len(prefix) and list(self._parts[: len(prefix)]) == list(prefix)

    def with_prefix(self, prefix: str | list[str] | tuple[str, ...]) -> AssetKey:
        return AssetKey(key_prefix(prefix) + list(self._parts))

    @staticmethod
    def from_user_string(text: str) -> AssetKey:
        return AssetKey(text.split("/"))

    @staticmethod
    def from_escaped_user_string(text: str) -> AssetKey:
        """Split on ``/``; a backslash keeps the next character as it is."""
        parts, part, escaped = [], [], False
        for char in text:
            if escaped:
                part.append(char)
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == "/":
                parts.append("".join(part))
                part = []
            else:
                part.append(char)
        parts.append("".join(part))
        return AssetKey(parts)

    @staticmethod
    def from_db_string(text: str | None) -> AssetKey | None:
        if not text:
            return None
        if text.startswith("["):
            import json

            return AssetKey(json.loads(text))
        words = "".join([char if char in _WORD else " " for char in text]).split()
        return AssetKey(words)

    @staticmethod
    def from_coercible(value: AssetKey | str | list[str] | tuple[str, ...]) -> AssetKey:
        """A key from what may stand for one: a key, a string (one part), a list or tuple of strings."""
        if isinstance(value, AssetKey):
            return value
        if isinstance(value, (str, list, tuple)):
            return AssetKey(value)
        raise CheckError(
            "an asset key is an AssetKey, a string or a list of strings, not %r of type %s"
            % (value, type(value).__name__)
        )

    @staticmethod
    def from_coercible_or_definition(value) -> AssetKey:
        """As ``from_coercible``, and the key of an ``AssetsDefinition`` with one key, an ``AssetSpec`` or a ``SourceAsset``."""
        key = getattr(value, "key", None)
        if isinstance(key, AssetKey) and not isinstance(value, AssetKey):
            return key
        return AssetKey.from_coercible(value)


def key_prefix(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """The parts of a prefix: a string is one part."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, (list, tuple)):
        for part in value:
            if not isinstance(part, str):
                raise ElementCheckError("key_prefix: every part must be a string, not %r" % (part,))
        return list(value)
    raise ParameterCheckError("key_prefix must be a string or a list of strings, not %r" % (value,))


class AssetCheckKey:
    """The identity of an asset check: the key of its asset and its name."""

    __slots__ = ("asset_key", "name")

    def __init__(self, asset_key: AssetKey, name: str) -> None:
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetCheckKey) and (self.asset_key, self.name) == (
            other.asset_key,
            other.name,
        )

    def __hash__(self) -> int:
        return hash((self.asset_key, self.name))

    def __repr__(self) -> str:
        return "AssetCheckKey(asset_key=%r, name=%r)" % (self.asset_key, self.name)

    def to_user_string(self) -> str:
        return "%s:%s" % (self.asset_key.to_user_string(), self.name)

    @staticmethod
    def from_user_string(text: str) -> AssetCheckKey:
        key, _, name = text.rpartition(":")
        return AssetCheckKey(AssetKey.from_user_string(key), name)
