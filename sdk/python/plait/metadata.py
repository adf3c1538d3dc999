"""Metadata values: their kinds, how plain Python values become one, and their stored form.

The stored form is that of Dagster Pipes: ``{"type": kind, "raw_value": plain JSON}``.
"""

from __future__ import annotations

import os

from plait import check, names
from plait.errors import CheckError, DagsterInvalidMetadata, ElementCheckError
from plait.keys import AssetKey
from plait.record import Record


class TableColumnConstraints(Record):
    """What holds for every value of a column."""

    __slots__ = ("nullable", "unique", "other")

    def __init__(self, nullable: bool = True, unique: bool = False, other=None) -> None:
        self.nullable = check.flag(nullable, "nullable")
        self.unique = check.flag(unique, "unique")
        self.other = check.texts(other, "other")


class TableConstraints(Record):
    """What holds for a table as a whole."""

    __slots__ = ("other",)

    def __init__(self, other) -> None:
        self.other = check.texts(other, "other")


class TableColumn(Record):
    """A column: its name, its type as text, and what is known about it."""

    __slots__ = ("name", "type", "description", "constraints", "tags")

    def __init__(self, name, type="string", description=None, constraints=None, tags=None) -> None:
        self.name = check.text(name, "name")
        self.type = check.text(type, "type of column %s" % name)
        self.description = check.opt_text(description, "description of column %s" % name)
        if constraints is None:
            constraints = TableColumnConstraints()
        self.constraints = check.of(
            constraints, TableColumnConstraints, "constraints", "TableColumnConstraints"
        )
        self.tags = names.tags(check.mapping(tags, "tags of column %s" % name))


class TableSchema(Record):
    """The columns of a table, in order."""

    __slots__ = ("columns", "constraints")

    def __init__(self, columns, constraints=None) -> None:
        self.columns = check.items(columns, TableColumn, "columns", "a TableColumn")
        if constraints is None:
            constraints = TableConstraints(other=[])
        self.constraints = check.of(
            constraints, TableConstraints, "constraints", "TableConstraints"
        )

    @staticmethod
    def from_name_type_dict(name_type_dict) -> TableSchema:
        return TableSchema([TableColumn(name, kind) for name, kind in name_type_dict.items()])


class TableRecord(Record):
    """One row: column name -> string, number, bool or None."""

    __slots__ = ("data",)

    def __init__(self, data) -> None:
        self.data = check.mapping(data, "data")
        for name, value in self.data.items():
            if value is not None and not isinstance(value, (str, int, float, bool)):
                raise ElementCheckError(
                    "TableRecord: the value of %r must be a string, number, bool or None, not %r"
                    % (name, value)
                )


class TableColumnDep(Record):
    """A column of an upstream asset that a column is made from."""

    __slots__ = ("asset_key", "column_name")

    def __init__(self, asset_key, column_name: str) -> None:
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.column_name = check.text(column_name, "column_name")


class TableColumnLineage(Record):
    """Column -> the upstream columns it is made from."""

    __slots__ = ("deps_by_column",)

    def __init__(self, deps_by_column) -> None:
        self.deps_by_column = {
            name: check.items(deps, TableColumnDep, "deps of column %s" % name, "a TableColumnDep")
            for name, deps in check.mapping(deps_by_column, "deps_by_column").items()
        }


class MetadataValue(Record):
    """A value with a kind that says how it is shown. Made by the static methods, or inferred from a plain value."""

    __slots__ = ()
    kind = ""

    @property
    def value(self):
        return getattr(self, self._fields[0])

    def raw(self):
        """The value as plain JSON."""
        return self.value

    @staticmethod
    def text(text: str) -> TextMetadataValue:
        return TextMetadataValue(text)

    @staticmethod
    def url(url: str) -> UrlMetadataValue:
        return UrlMetadataValue(url)

    @staticmethod
    def path(path) -> PathMetadataValue:
        return PathMetadataValue(path)

    @staticmethod
    def notebook(path) -> NotebookMetadataValue:
        return NotebookMetadataValue(path)

    @staticmethod
    def json(data) -> JsonMetadataValue:
        return JsonMetadataValue(data)

    @staticmethod
    def md(data: str) -> MarkdownMetadataValue:
        return MarkdownMetadataValue(data)

    @staticmethod
    def python_artifact(python_artifact) -> PythonArtifactMetadataValue:
        return PythonArtifactMetadataValue(python_artifact.__module__, python_artifact.__name__)

    @staticmethod
    def float(value) -> FloatMetadataValue:
        return FloatMetadataValue(value)

    @staticmethod
    def int(value) -> IntMetadataValue:
        return IntMetadataValue(value)

    @staticmethod
    def bool(value) -> BoolMetadataValue:
        return BoolMetadataValue(value)

    @staticmethod
    def timestamp(value) -> TimestampMetadataValue:
        """Seconds since the epoch, or a ``datetime`` with a time zone."""
        if hasattr(value, "timestamp"):
            if value.tzinfo is None:
                raise CheckError(
                    "MetadataValue.timestamp: %s has no time zone; give it one" % value.isoformat()
                )
            value = value.timestamp()
        return TimestampMetadataValue(value)

    @staticmethod
    def dagster_run(run_id: str) -> DagsterRunMetadataValue:
        return DagsterRunMetadataValue(run_id)

    @staticmethod
    def asset(asset_key: AssetKey) -> DagsterAssetMetadataValue:
        return DagsterAssetMetadataValue(asset_key)

    @staticmethod
    def job(
        job_name: str, location_name: str, *, repository_name: str | None = None
    ) -> DagsterJobMetadataValue:
        return DagsterJobMetadataValue(job_name, location_name, repository_name)

    @staticmethod
    def table(records, schema: TableSchema | None = None) -> TableMetadataValue:
        return TableMetadataValue(records, schema)

    @staticmethod
    def table_schema(schema: TableSchema) -> TableSchemaMetadataValue:
        return TableSchemaMetadataValue(schema)

    @staticmethod
    def column_lineage(lineage: TableColumnLineage) -> TableColumnLineageMetadataValue:
        return TableColumnLineageMetadataValue(lineage)

    @staticmethod
    def null() -> NullMetadataValue:
        return NullMetadataValue()

    @staticmethod
    def pool(pool: str) -> PoolMetadataValue:
        return PoolMetadataValue(pool)


def _text_kind(class_name: str, kind_name: str, field: str, path: bool = False) -> type:
    """A kind whose value is one string."""

    def __init__(self, value) -> None:
        if path and isinstance(value, os.PathLike):
            value = os.fspath(value)
        setattr(self, field, check.text(value, "the value of %s metadata" % kind_name))

    body = {"__slots__": (field,), "__init__": __init__, "kind": kind_name, "__module__": __name__}
    return type(class_name, (MetadataValue,), body)


TextMetadataValue = _text_kind("TextMetadataValue", "text", "text")
UrlMetadataValue = _text_kind("UrlMetadataValue", "url", "url")
PathMetadataValue = _text_kind("PathMetadataValue", "path", "fspath", path=True)
NotebookMetadataValue = _text_kind("NotebookMetadataValue", "notebook", "fspath", path=True)
MarkdownMetadataValue = _text_kind("MarkdownMetadataValue", "md", "md_str")
DagsterRunMetadataValue = _text_kind("DagsterRunMetadataValue", "dagster_run", "run_id")
PoolMetadataValue = _text_kind("PoolMetadataValue", "pool", "name")


class _Number(MetadataValue):
    __slots__ = ("value",)
    types: tuple = ()
    wanted = ""

    def __init__(self, value) -> None:
        if not isinstance(value, self.types):
            value = _unboxed(value)
        self.value = check.of(
            value, self.types, "the value of %s metadata" % self.kind, self.wanted
        )


class FloatMetadataValue(_Number):
    """A float; not a number and the infinities are stored as text in JSON."""

    __slots__ = ()
    kind, types, wanted = "float", (float,), "a float"

    def raw(self):
        number = float(self.value)
        return number if number - number == 0 else repr(number)


class IntMetadataValue(_Number):
    __slots__ = ()
    kind, types, wanted = "int", (int,), "an integer"


class BoolMetadataValue(_Number):
    __slots__ = ()
    kind, types, wanted = "bool", (bool,), "True or False"


class TimestampMetadataValue(_Number):
    """Seconds since the epoch."""

    __slots__ = ()
    kind, types, wanted = "timestamp", (float, int), "seconds since the epoch"

    def raw(self):
        return float(self.value)


class JsonMetadataValue(MetadataValue):
    __slots__ = ("data",)
    kind = "json"

    def __init__(self, data) -> None:
        self.data = plain_json(data, "the value of json metadata")


class PythonArtifactMetadataValue(MetadataValue):
    __slots__ = ("module", "name")
    kind = "python_artifact"

    def __init__(self, module: str, name: str) -> None:
        self.module = check.text(module, "module")
        self.name = check.text(name, "name")

    @property
    def value(self):
        return self

    def raw(self):
        return {"module": self.module, "name": self.name}


class DagsterAssetMetadataValue(MetadataValue):
    __slots__ = ("asset_key",)
    kind = "asset"

    def __init__(self, asset_key: AssetKey) -> None:
        self.asset_key = check.of(asset_key, AssetKey, "asset_key", "an AssetKey")

    def raw(self):
        return self.asset_key.to_escaped_user_string()


class DagsterJobMetadataValue(MetadataValue):
    __slots__ = ("job_name", "location_name", "repository_name")
    kind = "job"

    def __init__(
        self, job_name: str, location_name: str, repository_name: str | None = None
    ) -> None:
        self.job_name = check.text(job_name, "job_name")
        self.location_name = check.text(location_name, "location_name")
        self.repository_name = check.opt_text(repository_name, "repository_name")

    @property
    def value(self):
        return self

    def raw(self):
        return {
            "job_name": self.job_name,
            "location_name": self.location_name,
            "repository_name": self.repository_name,
        }


class TableMetadataValue(MetadataValue):
    """Rows to show. The schema is inferred from the first row when it is not given."""

    __slots__ = ("records", "schema")
    kind = "table"

    def __init__(self, records, schema: TableSchema | None = None) -> None:
        self.records = check.items(records, TableRecord, "records", "a TableRecord")
        if schema is None:
            if not self.records:
                raise CheckError(
                    "MetadataValue.table: give a schema, for there are no records to infer it from"
                )
            kinds = {int: "int", float: "float", bool: "bool"}
            schema = TableSchema(
                [
                    TableColumn(name, kinds.get(type(value), "string"))
                    for name, value in self.records[0].data.items()
                ]
            )
        self.schema = check.of(schema, TableSchema, "schema", "a TableSchema")

    @property
    def value(self):
        return self

    def raw(self):
        return {
            "records": [record.data for record in self.records],
            "schema": _columns(self.schema),
        }


class TableSchemaMetadataValue(MetadataValue):
    __slots__ = ("schema",)
    kind = "table_schema"

    def __init__(self, schema: TableSchema) -> None:
        self.schema = check.of(schema, TableSchema, "schema", "a TableSchema")

    def raw(self):
        return {
            "columns": _columns(self.schema),
            "constraints": {"other": self.schema.constraints.other},
        }


class TableColumnLineageMetadataValue(MetadataValue):
    __slots__ = ("lineage",)
    kind = "table_column_lineage"

    def __init__(self, lineage: TableColumnLineage) -> None:
        self.lineage = check.of(lineage, TableColumnLineage, "lineage", "a TableColumnLineage")

    def raw(self):
        return {
            "deps_by_column": {
                name: [
                    {"asset_key": dep.asset_key.path, "column_name": dep.column_name}
                    for dep in deps
                ]
                for name, deps in self.lineage.deps_by_column.items()
            }
        }


class NullMetadataValue(MetadataValue):
    __slots__ = ()
    kind = "null"

    @property
    def value(self):
        return None


def _columns(schema: TableSchema) -> list:
    return [
        {
            "name": column.name,
            "type": column.type,
            "description": column.description,
            "tags": column.tags,
            "constraints": {
                "nullable": column.constraints.nullable,
                "unique": column.constraints.unique,
                "other": column.constraints.other,
            },
        }
        for column in schema.columns
    ]


def _unboxed(value):
    """The Python number inside a numpy scalar and its like; anything else unchanged."""
    if (
        type(value).__module__.split(".")[0] in ("numpy", "pandas")
        and getattr(value, "ndim", 1) == 0
        and hasattr(value, "item")
    ):
        return value.item()
    return value


def plain_json(data, what: str):
    """``data`` as JSON reads it back; raises ``DagsterInvalidMetadata`` for what JSON cannot hold."""
    import json

    try:
        return json.loads(json.dumps(data))
    except (TypeError, ValueError) as error:
        raise DagsterInvalidMetadata("%s cannot be written as JSON: %s" % (what, error)) from None


def infer(value, name: str = "") -> MetadataValue:
    """The metadata value for a plain Python value; raises ``DagsterInvalidMetadata`` naming the entry if there is none."""
    if isinstance(value, MetadataValue):
        return value
    if isinstance(value, str):
        return TextMetadataValue(value)
    if isinstance(value, bool):
        return BoolMetadataValue(value)
    if isinstance(value, int):
        return IntMetadataValue(value)
    if isinstance(value, float):
        return FloatMetadataValue(value)
    if value is None:
        return NullMetadataValue()
    if isinstance(value, (dict, list)):
        return JsonMetadataValue(value)
    if isinstance(value, os.PathLike):
        return PathMetadataValue(value)
    if isinstance(value, AssetKey):
        return DagsterAssetMetadataValue(value)
    if isinstance(value, TableSchema):
        return TableSchemaMetadataValue(value)
    if isinstance(value, TableColumnLineage):
        return TableColumnLineageMetadataValue(value)
    unboxed = _unboxed(value)
    if unboxed is not value:
        return infer(unboxed, name)
    raise DagsterInvalidMetadata(
        "metadata %r is a %s, which is no kind of metadata; wrap it, with MetadataValue.json(...) or "
        "MetadataValue.text(str(...)) for instance" % (name, type(value).__name__)
    )


def normalise(metadata, lenient: bool = False) -> dict[str, MetadataValue]:
    """Every value as a ``MetadataValue``. With ``lenient``, as for definitions, a value of no kind becomes a text that
    says so instead of an error."""
    result = {}
    for name, value in check.mapping(metadata, "metadata").items():
        try:
            result[name] = infer(value, name)
        except DagsterInvalidMetadata:
            if not lenient:
                raise
            result[name] = TextMetadataValue("[%s] (unserializable)" % type(value).__name__)
    return result


def serialise(metadata, lenient: bool = False) -> dict[str, dict]:
    """The stored form: name -> ``{"type", "raw_value"}``."""
    return {
        name: {"type": value.kind, "raw_value": value.raw()}
        for name, value in normalise(metadata, lenient).items()
    }
