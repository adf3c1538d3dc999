"""I/O managers outside a host: layout, formats, refusals."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import plait as dg
import pytest
from plait.io import frames
from plait.io.problems import MissingValue, StorageError
from plait.io.staging import Session, version_of


def output(key="a", **facts):
    return dg.build_output_context(asset_key=key, run_id="r", step_key="s", name="result", **facts)


def source(key="a", **facts):
    return dg.build_input_context(asset_key=key, name="x", **facts)


def session(inputs=None, outputs=None):
    told = []
    made = Session(
        "team", inputs or {}, outputs or {}, lambda kind, facts: told.append((kind, facts))
    )
    return made, told


@pytest.mark.parametrize(
    ("key", "path"),
    [("a", "a"), (["x", "a"], "x/a"), (["x", "a.b"], "x/a.b"), (["x y", "ä"], "x y/ä")],
)
def test_filesystem_manager_pickles_at_dagsters_path(tmp_path, key, path):
    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    context = output(key)
    manager.handle_output(context, {"v": 1})
    assert pickle.loads((tmp_path / path).read_bytes()) == {"v": 1}
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()] == [path]
    assert manager.load_input(source(key)) == {"v": 1}
    assert context.get_logged_metadata()["path"].value == str(tmp_path / path)


def test_partition_and_op_output_paths(tmp_path):
    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    manager.handle_output(output(["x", "a"], partition_key="2024-01-01"), 1)
    assert (tmp_path / "x" / "a" / "2024-01-01").is_file()
    manager.handle_output(dg.build_output_context(run_id="r", step_key="s", name="out"), 1)
    assert (tmp_path / "r" / "s" / "out").is_file()


def test_failed_write_keeps_the_old_value(tmp_path):
    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    manager.handle_output(output(), 1)
    with pytest.raises(StorageError, match="cannot be pickled"):
        manager.handle_output(output(), lambda: 1)
    assert manager.load_input(source()) == 1
    assert os.listdir(tmp_path) == ["a"]


def test_home_and_relative_folders_are_resolved_once(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert dg.FilesystemIOManager(base_dir="~/x")._base_path == tmp_path / "home" / "x"
    monkeypatch.chdir(tmp_path)
    manager = dg.FilesystemIOManager(base_dir="data/../values")
    assert manager._base_path == tmp_path / "values"
    monkeypatch.chdir("/")
    assert manager._base_path == tmp_path / "values"


def test_folder_from_an_environment_variable(tmp_path, monkeypatch):
    manager = dg.FilesystemIOManager(base_dir=dg.EnvVar("PLACE"))
    assert manager.describe_config() == {"base_dir": {"env": "PLACE"}}
    with pytest.raises(StorageError, match="PLACE"):
        manager.storage_facts()
    monkeypatch.setenv("PLACE", str(tmp_path))
    assert manager.storage_facts()["base"] == str(tmp_path)
    assert manager.storage_facts()["declared"] == "$PLACE"


def test_missing_value_is_a_file_not_found_error_with_a_remedy(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        dg.FilesystemIOManager(base_dir=str(tmp_path)).load_input(source("gone"))
    assert isinstance(caught.value, MissingValue)
    assert '"gone"' in str(caught.value) and "materialize gone first" in caught.value.hint


def test_own_upath_manager_is_versioned_without_knowing(tmp_path):
    class Text(dg.UPathIOManager):
        extension = ".txt"

        def dump_to_path(self, context, obj, path):
            path.write_text(obj)

        def load_from_path(self, context, path):
            return path.read_text()

        def get_metadata(self, context, obj):
            return {"length": len(obj)}

    manager = Text(base_path=tmp_path)
    manager.handle_output(output(["x", "a"]), "outside")
    assert (tmp_path / "x" / "a.txt").read_text() == "outside"
    made, told = session(outputs={"x/a": {"version": "v1"}})
    context = output(["x", "a"])
    context.session = made
    manager.handle_output(context, "inside")
    staged = tmp_path / ".plait" / "x" / "a" / "v1" / "a.txt"
    assert staged.read_text() == "inside" and (tmp_path / "x" / "a.txt").read_text() == "outside"
    ((kind, facts),) = told
    assert kind == "output" and facts["views"] == [
        {"path": str(tmp_path / "x" / "a.txt"), "target": str(staged)}
    ]
    assert facts["files"]["a.txt"]["bytes"] == 6
    assert context.get_logged_metadata()["length"] == 6


def test_version_of_a_view_is_read_from_its_link(tmp_path):
    target = tmp_path / ".plait" / "a" / "v7" / "a"
    target.parent.mkdir(parents=True)
    target.write_text("")
    (tmp_path / "a").symlink_to(".plait/a/v7/a")
    (tmp_path / "plain").write_text("")
    assert version_of(tmp_path / "a") == "v7"
    assert version_of(tmp_path / "plain") is None


def test_memory_manager_keeps_values_of_this_process():
    manager = dg.InMemoryIOManager()
    value = object()
    manager.handle_output(output(), value)
    assert manager.load_input(source()) is value
    with pytest.raises(MissingValue, match="memory"):
        manager.load_input(source("other"))


def test_io_manager_functions():
    @dg.io_manager
    def bare():
        return dg.InMemoryIOManager()

    @dg.io_manager(config_schema={"x": int})
    def configured(context):
        return dg.InMemoryIOManager()

    assert isinstance(bare, dg.IOManagerDefinition) and isinstance(
        configured, dg.IOManagerDefinition
    )
    with pytest.raises(TypeError):
        dg.IOManager()


# Tables.

TABLES = ["pandas", "polars", "pyarrow"]


def table(library):
    module = pytest.importorskip(library)
    data = {"n": [1, 2, 3], "s": ["a", "b", "c"]}
    return module.table(data) if library == "pyarrow" else module.DataFrame(data)


def staged(manager, value, tmp_path, version="v1"):
    made, told = session(outputs={"a": {"version": version}})
    context = output()
    context.session = made
    manager.handle_output(context, value)
    return told[-1][1]


def pinned(facts):
    paths = {name: one["path"] for name, one in facts["files"].items()}
    return {"a": {"version": facts["version"], "storage": facts["storage"], "files": paths}}


def load(manager, facts, annotation):
    made, told = session(inputs=pinned(facts))
    context = source()
    context.session, context.annotation = made, annotation
    value = manager.load_input(context)
    assert told[-1][1]["pinned"] and told[-1][1]["version"] == facts["version"]
    return value


def annotation_of(library):
    module = pytest.importorskip(library)
    return module.Table if library == "pyarrow" else module.DataFrame


@pytest.mark.parametrize("library", TABLES)
def test_table_gets_a_parquet_copy_beside_the_pickle(tmp_path, library):
    pytest.importorskip("pyarrow")
    facts = staged(dg.FilesystemIOManager(base_dir=str(tmp_path)), table(library), tmp_path)
    assert sorted(facts["files"]) == ["a", "a.parquet"]
    assert [view["path"] for view in facts["views"]] == [
        str(tmp_path / "a"),
        str(tmp_path / "a.parquet"),
    ]
    assert facts["rows"] == 3 and [column["name"] for column in facts["columns"]] == ["n", "s"]
    assert facts["note"] is None


@pytest.mark.parametrize("written", TABLES)
@pytest.mark.parametrize("wanted", TABLES)
@pytest.mark.parametrize("writer", ["FilesystemIOManager", "ParquetIOManager"])
@pytest.mark.parametrize("reader", ["FilesystemIOManager", "ParquetIOManager"])
def test_any_table_is_read_as_the_annotation_says(tmp_path, written, wanted, writer, reader):
    facts = staged(getattr(dg, writer)(base_dir=str(tmp_path)), table(written), tmp_path)
    value = load(getattr(dg, reader)(base_dir=str(tmp_path)), facts, annotation_of(wanted))
    assert frames.library_of(value) == wanted
    assert frames.rows(value) == 3


def test_table_that_cannot_be_parquet_keeps_its_pickle_and_says_why(tmp_path):
    pandas = pytest.importorskip("pandas")
    odd = pandas.DataFrame({"x": [1, "two", object]})
    facts = staged(dg.FilesystemIOManager(base_dir=str(tmp_path)), odd, tmp_path)
    assert sorted(facts["files"]) == ["a"]
    assert facts["note"].startswith("no Parquet copy: ")
    with pytest.raises(StorageError, match="Parquet"):
        staged(dg.ParquetIOManager(base_dir=str(tmp_path)), odd, tmp_path, "v2")
    assert not (tmp_path / ".plait" / "a" / "v2").exists()
    with pytest.raises(StorageError, match="builtins.*int|int"):
        staged(dg.ParquetIOManager(base_dir=str(tmp_path)), 5, tmp_path, "v3")


def test_unreadable_pickle_falls_back_to_parquet_where_a_table_is_wanted(tmp_path):
    pandas = pytest.importorskip("pandas")
    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    facts = staged(manager, table("pandas"), tmp_path)
    Path(facts["files"]["a"]["path"]).write_bytes(b"\x80\x04cnot_there\nClass\n.")
    assert load(manager, facts, pandas.DataFrame)["n"].tolist() == [1, 2, 3]
    with pytest.raises(StorageError, match="cannot be unpickled") as caught:
        load(manager, facts, dict)
    assert "annotate the parameter" in caught.value.hint


def test_index_survives_parquet(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"v": [1, 2]}, index=pandas.Index(["p", "q"], name="k"))
    manager = dg.ParquetIOManager(base_dir=str(tmp_path))
    facts = staged(manager, frame, tmp_path)
    pandas.testing.assert_frame_equal(
        load(manager, facts, pandas.DataFrame), frame, check_index_type=False
    )


def test_upath_manager_with_configuration(tmp_path):
    pytest.importorskip("pydantic")

    class Configured(dg.ConfigurableIOManager, dg.UPathIOManager):
        base_path: str
        extension: str = ".txt"

        @property
        def _base_path(self):
            return Path(self.base_path)

        def dump_to_path(self, context, obj, path):
            path.write_text(obj)

        def load_from_path(self, context, path):
            return path.read_text()

    class Made(dg.ConfigurableIOManagerFactory):
        base_path: str

        def create_io_manager(self, context):
            return Configured(base_path=self.base_path)

    @dg.asset
    def one() -> str:
        return "text"

    @dg.asset
    def two(one: str) -> str:
        return one + one

    for number, manager in enumerate((Configured, Made)):
        base = tmp_path / str(number)
        result = dg.materialize([one, two], resources={"io_manager": manager(base_path=str(base))})
        assert result.asset_value("two") == "texttext"
        assert (base / "two.txt").read_text() == "texttext"


def test_function_form_of_the_filesystem_manager(tmp_path):
    manager = dg.fs_io_manager.configured({"base_dir": str(tmp_path)})

    @dg.asset
    def one() -> str:
        return "text"

    assert dg.materialize([one], resources={"io_manager": manager}).success
    assert (tmp_path / "one").is_file()
    assert manager.stands_for(manager.config).storage_facts()["base"] == str(tmp_path)
