"""What a step leaves beside a value for people to look at, and that it is no part of the value."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import sys

import plait as dg
import pytest
from plait.io import preview
from plait.io.staging import Session


class Colour(enum.Enum):
    RED = 1


class Awkward:
    def __repr__(self) -> str:
        raise RuntimeError("not now")


def look(value):
    return json.loads(preview.make(value))


def text(value):
    seen = look(value)
    assert (seen["format"], seen["columns"], seen["rows"]) == ("text", [], [])
    return seen["text"]


def table(value):
    seen = look(value)
    assert (seen["format"], seen["text"]) == ("table", None)
    return seen


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        (True, "True"),
        (3.5, "3.5"),
        ("two\nlines", "two\nlines"),
        ([], "[]"),
        ({"a": (1, None)}, '{\n  "a": [\n    1,\n    null\n  ]\n}'),
        ([float("nan"), float("inf")], '[\n  null,\n  "inf"\n]'),
        (b"\0" * 2000, "2,000 bytes"),
        (decimal.Decimal("1.50"), "1.50"),
        (datetime.date(2024, 1, 2), "2024-01-02"),
        (Colour.RED, "RED"),
        pytest.param(10**5000, "a number of 16,610 bits", id="a huge number"),
        pytest.param("\ud800\0", "?\ufffd", id="half a letter"),
        ([[[[[1]]]]], '[\n  [\n    [\n      [\n        "[…]"\n      ]\n    ]\n  ]\n]'),
    ],
)
def test_texts(value, shown):
    assert text(value) == shown


def test_long_things_are_cut_and_say_so():
    seen = look("x" * 5000)
    assert len(seen["text"]) == 4096 and seen["text"].endswith("…")
    assert seen["note"] == "the first 4,096 of 5,000 characters"
    seen = look(list(range(1_000_000)))
    assert seen["note"] == "the first 50 of 1,000,000 items" and "49" in seen["text"]


def test_a_list_of_records_is_a_table():
    rows = [{"id": n, "name": "x" * 300, "more": {"n": [n]}} for n in range(30)]
    rows[0]["late"] = None
    rows[1]["late"] = 2**60
    seen = table(rows)
    assert seen["columns"] == [
        {"name": "id", "type": "int"},
        {"name": "name", "type": "str"},
        {"name": "more", "type": "dict"},
        {"name": "late", "type": "int"},
    ]
    assert len(seen["rows"]) == 20
    assert seen["rows"][1] == [1, "x" * 199 + "…", '{"n": [1]}', str(2**60)]
    assert seen["rows"][2][3] is None
    assert (seen["total_rows"], seen["note"]) == (30, "the first 20 of 30 rows")


def test_what_cannot_be_shown_fails_nobody():
    assert preview.make(Awkward()) is None


def test_a_preview_is_never_large():
    rows = [{f"column {n}": "ä" * 200 for n in range(60)} for _ in range(20)]
    content = preview.make(rows)
    assert len(content) <= preview.MOST
    assert len(json.loads(content)["columns"]) == 50 and 0 < len(json.loads(content)["rows"]) < 20


def test_tables_of_pandas():
    pandas = pytest.importorskip("pandas")
    seen = table(
        pandas.DataFrame(
            {
                "n": [1, 2],
                "x": [float("nan"), 0.5],
                "at": [pandas.NaT, pandas.Timestamp("2024-01-02 03:04")],
                "whole": pandas.array([None, 7], dtype="Int64"),
                "kind": pandas.Categorical(["a", None]),
            }
        )
    )
    assert [column["name"] for column in seen["columns"]] == ["n", "x", "at", "whole", "kind"]
    assert seen["columns"][0]["type"] == "int64"
    assert seen["rows"] == [[1, None, None, None, "a"], [2, 0.5, "2024-01-02 03:04:00", 7, None]]
    assert (seen["total_rows"], seen["note"]) == (2, None)


def test_an_index_that_says_something_is_shown():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([1, 2], index=pandas.Index(["a", "b"], name="key"), name="n")
    seen = table(series)
    assert seen["columns"][0] == {"name": "key", "type": "index"}
    assert seen["rows"] == [["a", 1], ["b", 2]]
    levels = pandas.MultiIndex.from_tuples([("a", 1)], names=["k", None])
    seen = table(pandas.DataFrame([[5, 6]], columns=["same", "same"], index=levels))
    assert [column["name"] for column in seen["columns"]] == ["k", "", "same", "same"]
    assert seen["rows"] == [["a", 1, 5, 6]]


def test_wide_tables_of_pandas():
    pandas = pytest.importorskip("pandas")
    seen = table(pandas.DataFrame([[0] * 400] * 30))
    assert len(seen["columns"]) == 50 and len(seen["rows"][0]) == 50
    assert seen["note"] == "the first 20 of 30 rows, the first 50 of 400 columns"


def test_tables_of_polars():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"n": [1, None], "on": [datetime.date(2024, 1, 2)] * 2})
    seen = table(frame)
    assert seen["columns"][0] == {"name": "n", "type": "Int64"}
    assert seen["rows"] == [[1, "2024-01-02"], [None, "2024-01-02"]]
    seen = table(frame.lazy())
    assert (seen["rows"], seen["total_rows"]) == ([], None)
    assert "not run" in seen["note"] and len(seen["columns"]) == 2


def test_tables_of_pyarrow():
    pyarrow = pytest.importorskip("pyarrow")
    seen = table(pyarrow.table({"n": [1, None], "all": [[1, 2], []]}))
    assert seen["columns"][1]["name"] == "all"
    assert seen["rows"] == [[1, "[1, 2]"], [None, "[]"]]


def test_it_lies_beside_the_value_and_is_no_part_of_it(tmp_path):
    told = []
    session = Session(
        "team",
        {},
        {"a": {"version": "v1"}, "preview": {"version": "v2"}},
        lambda kind, facts: told.append(facts),
    )

    class Text(dg.UPathIOManager):
        extension = ".json"

        def dump_to_path(self, context, obj, path):
            path.write_text(json.dumps(obj))

        def load_from_path(self, context, path):
            return json.loads(path.read_text())

    for key in ("a", "preview"):
        context = dg.build_output_context(asset_key=key, run_id="r", step_key="s", name="result")
        context.session = session
        Text(str(tmp_path)).handle_output(context, [{"n": 1}])
    folder = tmp_path / ".plait" / "a" / "v1"
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "preview.json"]
    assert json.loads((folder / "preview.json").read_text())["rows"] == [[1]]
    assert list(told[0]["files"]) == ["a.json"]
    assert [view["path"] for view in told[0]["views"]] == [str(tmp_path / "a.json")]
    # an asset whose own file has that name keeps it
    assert json.loads((tmp_path / ".plait/preview/v2/preview.json").read_text()) == [{"n": 1}]


def test_no_data_library_is_imported_for_it():
    before = {name for name in ("pandas", "polars", "pyarrow", "numpy") if name in sys.modules}
    look([{"a": 1}])
    assert before == {n for n in ("pandas", "polars", "pyarrow", "numpy") if n in sys.modules}
