"""Any value as JSON that everybody reads: what the host and its workers say, and the manifest."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Callable


def _encoder() -> Callable[[Any], str]:
    """JSON of plain values. The standard encoder makes anew, for each value, what is made once here."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
    text = json.encoder.encode_basestring_ascii
    parts = make(None, None, text, None, ":", ",", False, False, False)
    return lambda value: "".join(parts(value, 0))


_encode = _encoder()


def _text(value: str) -> str:
    """Text that UTF-8 can hold: a lone surrogate, as in an odd file name, is spelt out."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def _key(key: Any) -> str:
    """The key of an object, spelt as `json.dumps` spells it: true, null, 1.5. What that refuses is text."""
    if isinstance(key, str):
        return _text(key)
    if key is None or isinstance(key, (int, float)):
        return json.dumps(key)
    return _text(str(key))


def plain(value: Any) -> Any:
    """Any value as JSON can hold it: no non-finite or huge numbers, text for what is neither."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else _text(value)
    if kind is dict:
        return {
            key if type(key) is str and key.isascii() else _key(key): plain(item)
            for key, item in value.items()
        }
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return int(value) if -(1 << 63) <= value < 1 << 63 else str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    return _text(str(value))


_long_number = re.compile(r"[0-9]{19}").search


def _doubtful(text: str) -> bool:
    """Whether JSON may have what not everybody reads: half a surrogate pair (or a whole one), a number beyond 64 bits."""
    return "\\ud" in text or _long_number(text) is not None


def json_of(value: Any) -> str:
    """JSON of any value. Most are plain already, which shows when they are written."""
    try:
        text = _encode(value)
    except (TypeError, ValueError):
        return _encode(plain(value))
    return _encode(plain(value)) if _doubtful(text) else text


def encoded(message: dict) -> bytes:
    """One line of JSON for any value."""
    return json_of(message).encode() + b"\n"
