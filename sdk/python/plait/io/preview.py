"""What a stored value looks like: its first rows or the beginning of its text, as JSON, for people who look at it later.

A preview is made from the value while the step has it, so that nobody needs the value's classes to show it. It is
small, cheap, and never a reason for a step to fail. Format: doc/formats/versions.md.
"""

from __future__ import annotations

import enum
import json
import math
import sys
from typing import Any, Iterable

from plait.io import frames

NAME = "preview.json"

#: of tables
ROWS, COLUMNS = 20, 50
#: characters of a cell, of a text
CELL, TEXT = 200, 4096
#: of a value within a value
ITEMS, DEPTH = 50, 4
#: bytes of the whole
MOST = 256 << 10
#: what a number may be for every reader of JSON to see the same
EXACT = 1 << 53

#: modules of classes whose `str` says what a value is
_PLAIN = {"datetime", "decimal", "_decimal", "fractions", "pathlib", "uuid"}


def make(value: Any) -> bytes | None:
    """The preview of `value`; None when it cannot be had."""
    try:
        document = _table(value) or _text(value)
        content = _encode(document)
        while len(content) > MOST and document["rows"]:
            document["rows"] = document["rows"][: len(document["rows"]) // 2]
            content = _encode(document)
        return content if len(content) <= MOST else None
    except Exception:  # foreign classes may do anything
        return None


def _encode(document: dict) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


# Tables.


def _table(value: Any) -> dict | None:
    library = frames.library_of(value)
    if library is not None:
        return _frame(value, library)
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value[:ROWS]):
        return _records(value)
    if _is_series(value):
        return _frame(value.to_frame(), type(value).__module__.partition(".")[0])
    return None


def _is_series(value: Any) -> bool:
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    return isinstance(value, (getattr(pandas, "Series", ()), getattr(polars, "Series", ())))


def _frame(value: Any, library: str) -> dict:
    if library == "pandas":
        head = value.iloc[:ROWS, :COLUMNS]
        index, names = _index(head.index)
        rows = [one + row for one, row in zip(index, head.astype(object).to_numpy().tolist())]
    elif not hasattr(value, "__len__"):  # a query of polars, which is not run for this
        head, names, rows = value, [], []
    elif library == "polars":
        head, names = value[:ROWS, :COLUMNS], []
        rows = head.rows()
    else:
        head, names = value.select(list(range(min(COLUMNS, value.num_columns)))), []
        rows = zip(*(column.to_pylist() for column in head.slice(0, ROWS).columns))
    columns = names + (frames.columns(head) or [])
    wide = value.shape[1] if hasattr(value, "shape") else len(columns)
    total = frames.rows(value)
    document = _document(columns, wide, [[_cell(one) for one in row] for row in rows], total)
    if total is None:
        document["note"] = "a query that was not run for this"
    return document


def _index(index: Any) -> tuple[list[list], list[dict]]:
    """The index of a pandas table as columns, unless it only counts: a list for each row, and what they are."""
    if type(index).__name__ == "RangeIndex" and index.name is None:
        return [[] for _ in range(len(index))], []
    values = [list(one) if index.nlevels > 1 else [one] for one in index.tolist()]
    names = ["" if name is None else str(name) for name in index.names]
    return values, [{"name": name, "type": "index"} for name in names]


def _records(value: list[dict]) -> dict:
    names: dict[str, str] = {}
    head = value[:ROWS]
    for row in head:
        for name, one in row.items():
            if one is not None and names.get(name) in (None, ""):
                names[name] = type(one).__name__
            names.setdefault(name, "")
    columns = [{"name": str(name), "type": kind} for name, kind in names.items()]
    rows = [[_cell(row.get(name)) for name in list(names)[:COLUMNS]] for row in head]
    return _document(columns, len(columns), rows, len(value))


def _document(columns: list[dict], wide: int, rows: list[list], total: int | None) -> dict:
    left = []  # what is left out
    if total is not None and total > len(rows):
        left.append(f"the first {len(rows)} of {total:,} rows")
    if wide > COLUMNS:
        left.append(f"the first {COLUMNS} of {wide:,} columns")
    return {
        "format": "table",
        "columns": [
            {"name": _clean(one["name"], CELL), "type": _clean(one["type"], CELL)}
            for one in columns[:COLUMNS]
        ],
        "rows": [row[:COLUMNS] for row in rows],
        "text": None,
        "total_rows": total,
        "note": ", ".join(left) or None,
    }


def _cell(value: Any) -> Any:
    """As JSON has it: text, a number, a truth value or null."""
    if type(value).__module__ == "numpy" and not getattr(value, "shape", True):
        value = value.item()
    if isinstance(value, str):
        return _clean(value, CELL)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else float(value) if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return int(value) if -EXACT < value < EXACT else _large(value)
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    return _clean(_words(value, None), CELL)


def _large(value: int) -> str:
    bits = value.bit_length()
    return str(value) if bits < 512 else f"a number of {bits:,} bits"


# Texts.


def _text(value: Any) -> dict:
    note = None
    if isinstance(value, str):
        text = value[: TEXT + 1]
        if len(value) > TEXT:
            note = f"the first {TEXT:,} of {len(value):,} characters"
    else:
        text = _words(value, 2)
        if isinstance(value, (dict, list, tuple, set, frozenset)) and len(value) > ITEMS:
            note = f"the first {ITEMS} of {len(value):,} items"
    return {
        "format": "text",
        "columns": [],
        "rows": [],
        "text": _clean(text, TEXT),
        "total_rows": None,
        "note": note,
    }


def _words(value: Any, indent: int | None) -> str:
    if isinstance(value, (dict, list, tuple, set, frozenset)):
        return json.dumps(_short(value, DEPTH), ensure_ascii=False, indent=indent)
    return str(_short(value, DEPTH))


def _short(value: Any, depth: int) -> Any:
    """The beginning of a value, as deep as it is worth reading, with what JSON does not know as text."""
    if isinstance(value, dict):
        if depth == 0:
            return "{…}"
        head = _first(value.items())
        return {_clean(str(_short(name, 0)), CELL): _short(one, depth - 1) for name, one in head}
    if isinstance(value, (list, tuple, set, frozenset)):
        return "[…]" if depth == 0 else [_short(one, depth - 1) for one in _first(value)]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"{len(value):,} bytes"
    if value is None or type(value) in (bool, str, int, float):
        return _cell(value)
    if isinstance(value, enum.Enum):
        return value.name
    return str(value) if _is_plain(value) else _clean(repr(value), TEXT)


def _is_plain(value: Any) -> bool:
    return any(base.__module__.partition(".")[0] in _PLAIN for base in type(value).__mro__)


def _first(items: Iterable) -> list:
    return [one for one, _ in zip(items, range(ITEMS))]


def _clean(text: str, most: int) -> str:
    """Text that every reader of JSON takes, cut with … when it is longer than `most` characters."""
    if len(text) > most:
        text = text[: most - 1] + "…"
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
