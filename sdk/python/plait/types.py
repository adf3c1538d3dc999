"""Dagster's names for Python's own types."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set, Tuple

__all__ = [
    "Any",
    "Bool",
    "Dict",
    "Float",
    "Int",
    "List",
    "Nothing",
    "Optional",
    "Set",
    "String",
    "Tuple",
]

Nothing = type(None)
Bool = bool
Float = float
Int = int
String = str
