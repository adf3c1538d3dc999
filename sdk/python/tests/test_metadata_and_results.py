"""Metadata kinds and their stored form; what a body returns and raises."""

from __future__ import annotations

import datetime
import pathlib
import pickle

import plait as dg
import pytest
from plait.errors import DagsterInvalidMetadata
from plait.metadata import infer, serialise

UTC = datetime.timezone.utc
SCHEMA = dg.TableSchema(
    [dg.TableColumn("a", "int", constraints=dg.TableColumnConstraints(nullable=False))]
)
COLUMN = {
    "name": "a",
    "type": "int",
    "description": None,
    "tags": {},
    "constraints": {"nullable": False, "unique": False, "other": []},
}


@pytest.mark.parametrize(
    ("value", "kind", "raw"),
    [
        ("t", "text", "t"),
        (True, "bool", True),
        (3, "int", 3),
        (1.5, "float", 1.5),
        (float("nan"), "float", "nan"),
        (None, "null", None),
        ({"a": [1]}, "json", {"a": [1]}),
        ([1], "json", [1]),
        (pathlib.PurePosixPath("/x"), "path", "/x"),
        (dg.AssetKey(["a", "b/c"]), "asset", "a/b\\/c"),
        (SCHEMA, "table_schema", {"columns": [COLUMN], "constraints": {"other": []}}),
        (
            dg.TableColumnLineage({"a": [dg.TableColumnDep("k", "c")]}),
            "table_column_lineage",
            {"deps_by_column": {"a": [{"asset_key": ["k"], "column_name": "c"}]}},
        ),
        (dg.MetadataValue.md("# x"), "md", "# x"),
        (
            dg.MetadataValue.timestamp(datetime.datetime(2024, 1, 1, tzinfo=UTC)),
            "timestamp",
            1704067200.0,
        ),
        (
            dg.MetadataValue.table([dg.TableRecord({"a": 1})], SCHEMA),
            "table",
            {"records": [{"a": 1}], "schema": [COLUMN]},
        ),
    ],
)
def test_kinds_and_stored_form(value, kind, raw):
    assert serialise({"m": value}) == {"m": {"type": kind, "raw_value": raw}}
    assert pickle.loads(pickle.dumps(infer(value))) == infer(value) or value != value


@pytest.mark.parametrize("value", [object(), {1}, (1, 2), b"x", {"a": object()}])
def test_values_of_no_kind(value):
    with pytest.raises(DagsterInvalidMetadata):
        serialise({"m": value})
    assert serialise({"m": value}, lenient=True)["m"]["type"] == "text"


def test_numpy_scalars_are_numbers():
    numpy = pytest.importorskip("numpy")
    assert serialise({"i": numpy.int64(3), "f": numpy.float32(0.5), "b": numpy.bool_(True)}) == {
        "i": {"type": "int", "raw_value": 3},
        "f": {"type": "float", "raw_value": 0.5},
        "b": {"type": "bool", "raw_value": True},
    }


def test_results_are_values():
    result = dg.MaterializeResult(asset_key="a", metadata={"n": 1}, value=None)
    assert result.has_value and not dg.MaterializeResult().has_value
    again = pickle.loads(pickle.dumps(result))
    assert again == result and not pickle.loads(pickle.dumps(dg.MaterializeResult())).has_value


@pytest.mark.parametrize(
    "make",
    [
        lambda: dg.MaterializeResult(metadata={"a": {1}}),
        lambda: dg.MaterializeResult(data_version="x"),
        lambda: dg.Output(1, metadata={"a": object()}),
        lambda: dg.AssetCheckResult(passed="yes"),
        lambda: dg.RetryPolicy(backoff=dg.Backoff.LINEAR),
        lambda: dg.DataVersion(5),
        lambda: dg.TableRecord({"a": [1]}),
        lambda: dg.MetadataValue.timestamp(datetime.datetime(2024, 1, 1)),
    ],
)
def test_wrong_values_are_refused(make):
    with pytest.raises(Exception, match="must|is no kind|need|no time zone"):
        make()


@pytest.mark.parametrize(
    ("backoff", "waits"),
    [(None, [2, 2, 2]), (dg.Backoff.LINEAR, [2, 4, 6]), (dg.Backoff.EXPONENTIAL, [2, 6, 14])],
)
def test_retry_delays(backoff, waits):
    policy = dg.RetryPolicy(max_retries=3, delay=2, backoff=backoff)
    assert [policy.calculate_delay(attempt) for attempt in (1, 2, 3)] == waits


def test_failure_carries_metadata():
    failure = dg.Failure("why", {"n": 1}, allow_retries=False)
    assert (
        failure.metadata["n"].value == 1
        and failure.allow_retries is False
        and str(failure) == "why"
    )
