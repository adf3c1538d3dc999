"""Metadata as a process reports it, `{"type", "raw_value"}`, turned into `MetadataValue`s."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from plait import metadata as kinds
from plait.errors import CheckError, DagsterError, DagsterInvalidMetadata
from plait.keys import AssetKey
from plait.metadata import MetadataValue


def metadata_of(reported: Mapping[str, Any] | None) -> dict[str, MetadataValue]:
    """All of a message's metadata; raises `DagsterInvalidMetadata` that names the entry."""
    if reported is None:
        return {}
    if not isinstance(reported, dict):
        raise DagsterInvalidMetadata(f"metadata must be an object, not {reported!r:.100}")
    return {name: value_of(name, value) for name, value in reported.items()}


def value_of(name: str, reported: Any) -> MetadataValue:
    """One value. What is not exactly `{"type", "raw_value"}` is taken as the plain value that it is."""
    if not isinstance(reported, dict) or set(reported) != {"type", "raw_value"}:
        return kinds.infer(reported, name)
    kind, raw = reported["type"], reported["raw_value"]
    make = _MAKERS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise DagsterInvalidMetadata(
            f'metadata "{name}" is of type {kind!r:.100}; Pipes knows {", ".join(_MAKERS)}'
        )
    try:
        return make(raw)
    except (CheckError, DagsterError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise DagsterInvalidMetadata(
            f'metadata "{name}" of type {kind} cannot be {raw!r:.100}: {type(error).__name__}: {error}'
        ) from None


def _number(raw: Any) -> MetadataValue:
    # JSON writers of other languages write 1.0 as 1; no JSON can hold nan and inf, so they come as text.
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise TypeError("a number is wanted")
    return MetadataValue.float(float(raw))


def _integer(raw: Any) -> MetadataValue:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or raw != int(raw):
        raise TypeError("an integer is wanted")
    return MetadataValue.int(int(raw))


def _moment(raw: Any) -> MetadataValue:
    return MetadataValue.timestamp(float(raw))


def _columns(raw: Any) -> kinds.TableSchema:
    columns, constraints = raw, None
    if isinstance(raw, dict):
        columns, constraints = raw["columns"], raw.get("constraints")
    return kinds.TableSchema(
        [
            kinds.TableColumn(
                column["name"],
                column.get("type") or "string",
                column.get("description"),
                kinds.TableColumnConstraints(**column["constraints"])
                if column.get("constraints")
                else None,
                column.get("tags"),
            )
            for column in columns
        ],
        kinds.TableConstraints(**constraints) if constraints else None,
    )


def _table(raw: Any) -> MetadataValue:
    records = [kinds.TableRecord(record) for record in raw["records"]]
    return MetadataValue.table(records, _columns(raw["schema"]) if raw.get("schema") else None)


def _lineage(raw: Any) -> MetadataValue:
    return MetadataValue.column_lineage(
        kinds.TableColumnLineage(
            {
                column: [_upstream_column(dep) for dep in deps]
                for column, deps in raw["deps_by_column"].items()
            }
        )
    )


def _upstream_column(dep: Any) -> kinds.TableColumnDep:
    key = dep["asset_key"]
    if isinstance(key, dict):
        key = key["path"]
    if isinstance(key, str):
        key = AssetKey.from_escaped_user_string(key)
    return kinds.TableColumnDep(key, dep["column_name"])


_MAKERS: dict[str, Callable[[Any], MetadataValue]] = {
    "__infer__": kinds.infer,
    "text": MetadataValue.text,
    "url": MetadataValue.url,
    "path": MetadataValue.path,
    "notebook": MetadataValue.notebook,
    "json": MetadataValue.json,
    "md": MetadataValue.md,
    "float": _number,
    "int": _integer,
    "bool": MetadataValue.bool,
    "dagster_run": MetadataValue.dagster_run,
    "asset": lambda raw: MetadataValue.asset(AssetKey.from_escaped_user_string(raw)),
    "job": lambda raw: MetadataValue.job(**raw),
    "null": lambda _: MetadataValue.null(),
    "table": _table,
    "table_schema": lambda raw: MetadataValue.table_schema(_columns(raw)),
    "table_column_lineage": _lineage,
    "timestamp": _moment,
}
