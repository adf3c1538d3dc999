"""Tables of three libraries, handled alike: pandas.DataFrame, polars.DataFrame and pyarrow.Table.

Nothing here imports a data library before a value or an annotation shows that it is in use.
"""

from __future__ import annotations

import errno
import importlib
import os
import re
import sys
from typing import Any

#: library -> (module that holds the class, class name)
FRAMES = {
    "pandas": ("pandas", "DataFrame"),
    "polars": ("polars", "DataFrame"),
    "pyarrow": ("pyarrow", "Table"),
}


def library_of(value: Any) -> str | None:
    """The library whose table `value` is, or None. A polars LazyFrame counts as polars."""
    for library, (module, name) in FRAMES.items():
        loaded = sys.modules.get(module)
        if loaded is None:
            continue
        if isinstance(value, getattr(loaded, name, ())):
            return library
        if library == "polars" and isinstance(value, getattr(loaded, "LazyFrame", ())):
            return library
    return None


def library_wanted(annotation: Any) -> str | None:
    """The library whose table an annotation (a class, a string or None) asks for, or None."""
    if annotation is None:
        return None
    if isinstance(annotation, str):
        match = re.fullmatch(r"(?:(\w+)\.)?(DataFrame|LazyFrame|Table)", annotation.strip())
        aliases = {"pd": "pandas", "pl": "polars", "pa": "pyarrow"}
        return aliases.get(match.group(1) or "", match.group(1)) if match else None
    module = getattr(annotation, "__module__", "") or ""
    name = getattr(annotation, "__name__", "")
    root = module.split(".")[0]
    if root == "pandas" and name == "DataFrame":
        return "pandas"
    if root == "polars" and name in ("DataFrame", "LazyFrame"):
        return "polars"
    if root == "pyarrow" and name == "Table":
        return "pyarrow"
    return None


def importable(module: str) -> bool:
    """True when `module` is loaded or can be imported."""
    if module in sys.modules:
        return sys.modules[module] is not None
    try:
        importlib.import_module(module)
    except Exception:  # a broken package is as good as none
        return False
    return True


def can_write(library: str) -> bool:
    """True when tables of `library` can be written as Parquet in this environment."""
    if library == "pandas":
        return importable("pyarrow") or importable("fastparquet")
    return True


#: imported by the data libraries only when a table is first written: too late for a forked step
_LAZY = (
    "pyarrow.parquet",
    "pyarrow.pandas_compat",
    "pandas.io.parquet",
    "pandas.core.arrays.arrow.extension_types",
)


def warm() -> None:
    """Import what storing a table takes, for the data libraries that are loaded already."""
    if "pandas" in sys.modules or "pyarrow" in sys.modules:
        for module in _LAZY:
            if module.split(".")[0] in sys.modules or importable("pyarrow"):
                importable(module)


def collected(value: Any) -> Any:
    """`value`, with a polars LazyFrame computed."""
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(value, polars.LazyFrame):
        return value.collect()
    return value


def write(value: Any, library: str, path: str) -> None:
    """Write a table as Parquet to `path`; raises whatever its library raises, a full disk as OSError."""
    try:
        _write(value, library, path)
    except Exception as error:
        text = str(error)
        if getattr(error, "errno", None) is None and (
            "No space left" in text or "os error 28" in text
        ):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path) from error
        raise


def _write(value: Any, library: str, path: str) -> None:
    if library == "pandas":
        value.to_parquet(path)
    elif library == "polars":
        collected(value).write_parquet(path)
    else:
        importlib.import_module("pyarrow.parquet").write_table(value, path)


def read(path: str, wanted: str | None, lazy: bool = False) -> Any:
    """Read the Parquet file at `path` as a table of `wanted`, or of the first library that is there."""
    if wanted is None:
        choice = next((name for name in FRAMES if name in sys.modules and can_write(name)), None)
        choice = choice or next((name for name in FRAMES if importable(name)), None)
        if choice is None:
            raise ImportError(
                f"{path} is a Parquet file, and none of pandas, polars and pyarrow is installed here"
            )
        wanted = choice
    if wanted == "pandas":
        return importlib.import_module("pandas").read_parquet(path)
    if wanted == "polars":
        polars = importlib.import_module("polars")
        return polars.scan_parquet(path) if lazy else polars.read_parquet(path)
    return importlib.import_module("pyarrow.parquet").read_table(path)


def rows(value: Any) -> int | None:
    """Number of rows of a table, None for anything else."""
    if library_of(value) is None:
        return None
    try:
        return int(value.num_rows if hasattr(value, "num_rows") else len(value))
    except TypeError:
        return None


def columns(value: Any) -> list[dict[str, str]] | None:
    """Names and types of a table's columns as its library writes them, None for anything else."""
    library = library_of(value)
    if library == "pandas":
        return [{"name": str(n), "type": str(t)} for n, t in zip(value.columns, value.dtypes)]
    if library == "polars":
        schema = value.collect_schema() if hasattr(value, "collect_schema") else value.schema
        return [{"name": str(n), "type": str(t)} for n, t in schema.items()]
    if library == "pyarrow":
        return [{"name": field.name, "type": str(field.type)} for field in value.schema]
    return None
