"""What a definition says reaches the run: multi-assets, keys, metadata, optional outputs, resources, I/O managers, logs."""

from __future__ import annotations

import importlib.util
import json

import pytest

TABLES = [name for name in ("pandas", "polars", "pyarrow") if importlib.util.find_spec(name)]
IO = 'resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}'
pydantic = pytest.mark.skipif(
    not importlib.util.find_spec("pydantic"), reason="pydantic is not installed"
)


def statuses(workspace):
    return {key: step["status"] for key, step in workspace.steps().items()}


MULTI = f"""
    @dg.multi_asset(outs={{"left": dg.AssetOut(), "right": dg.AssetOut(key=["deep", "right"])}})
    def pair():
        return 1, 2

    @dg.multi_asset(specs=[dg.AssetSpec("x"), dg.AssetSpec("y", deps=["x"])])
    def listed():
        yield dg.MaterializeResult(asset_key="x", metadata={{"rows": 3}})
        yield dg.MaterializeResult(asset_key="y")

    @dg.multi_asset(specs=[dg.AssetSpec(k) for k in ("s1", "s2", "s3")], can_subset=True)
    def some(context: dg.AssetExecutionContext):
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(asset_key=key, metadata={{"chosen": len(context.selected_asset_keys)}})

    @dg.asset(ins={{"r": dg.AssetIn(key=["deep", "right"])}})
    def after(left, r):
        return left + 10 * r

    defs = dg.Definitions([pair, listed, some, after], {IO})
"""


def test_a_multi_asset_with_outs_stores_each(workspace):
    workspace.location("one", MULTI)
    workspace.plait("materialize", "--select", "+after")
    assert (
        workspace.value("left") == 1
        and workspace.value("deep/right") == 2
        and workspace.value("after") == 21
    )
    (pair, after) = workspace.json("run", "show")["steps"]
    assert sorted(pair["assets"]) == ["deep/right", "left"] and {
        row["asset"] for row in pair["outputs"]
    } == set(pair["assets"])
    assert after["waits_for"] == [pair["index"]]


def test_a_step_that_cannot_be_divided_runs_whole(workspace):
    workspace.location("one", MULTI)
    plan = workspace.json("materialize", "--select", "left", "--dry-run")
    assert sorted(plan["steps"][0]["assets"]) == ["deep/right", "left"]


def test_a_multi_asset_with_specs_reports_each(workspace):
    workspace.location("one", MULTI)
    workspace.plait("materialize", "--select", "x,y")
    assert workspace.json("asset", "show", "x")["current"]["metadata"]["rows"] == {
        "raw_value": 3,
        "type": "int",
    }
    assert workspace.assets()["y"]["status"] == "materialized"


def test_a_partial_selection_runs_a_part(workspace):
    workspace.location("one", MULTI)
    workspace.plait("materialize", "--select", "s1,s3")
    assets = workspace.assets()
    assert [assets[key]["status"] for key in ("s1", "s2", "s3")] == [
        "materialized",
        "missing",
        "materialized",
    ]
    assert workspace.json("asset", "show", "s1")["current"]["metadata"]["chosen"]["raw_value"] == 2


def test_an_external_asset_is_shown_and_never_run(workspace):
    workspace.location(
        "one",
        f"""
        source = dg.AssetSpec(["raw", "table"], group_name="given", description="loaded by others", kinds={{"postgres"}})

        @dg.asset(deps=[source])
        def mine():
            return 1

        defs = dg.Definitions([source, mine], {IO})
        """,
    )
    workspace.plait("materialize")
    table = workspace.json("asset", "show", "raw/table")
    assert (table["status"], table["kind"], table["group"]) == ("external", "external", "given")
    assert table["consumers"] == [{"key": "mine", "location": "one"}] and table["kinds"] == [
        "postgres"
    ]
    assert set(workspace.steps()) == {"mine"}
    done = workspace.plait("materialize", "--select", "raw/table", status=2)
    assert "raw/table" in done.err


def test_prefixes_and_mapped_inputs_cross_locations(workspace):
    workspace.location(
        "one",
        f"""
        @dg.asset(key_prefix=["shop", "raw"])
        def orders():
            return [1, 2]

        @dg.asset(key="plain.dotted")
        def dotted():
            return 5

        defs = dg.Definitions([orders, dotted], {IO})
        """,
    )
    workspace.location(
        "two",
        f"""
        @dg.asset(ins={{"rows": dg.AssetIn(key=dg.AssetKey(["shop", "raw", "orders"]))}}, key_prefix="stats")
        def count(rows):
            return len(rows)

        defs = dg.Definitions([count], {IO})
        """,
    )
    workspace.plait("materialize")
    assert workspace.value("stats/count") == 2
    assert workspace.assets()["stats/count"]["deps"] == ["shop/raw/orders"]
    workspace.plait("asset", "show", "plain.dotted")


SAID = f"""
    @dg.asset
    def told():
        return dg.MaterializeResult(metadata={{"n": 3, "link": dg.MetadataValue.url("https://example.org"), "note": "text"}},
                                    data_version=dg.DataVersion("v7"))

    @dg.asset
    def stored(context: dg.AssetExecutionContext):
        context.add_output_metadata({{"early": 1.5}})
        return dg.Output([1, 2, 3], metadata={{"late": True}})

    @dg.asset(metadata={{"declared": "once"}}, owners=["team:data", "ann@example.org"], tags={{"tier": "gold"}},
              kinds={{"python", "table"}}, description="All that can be said.", code_version="3", group_name="talk")
    def described(context: dg.AssetExecutionContext) -> None:
        context.log.info("an info line")
        context.log.warning("a warning %s", "line")
        context.log.debug("a debug line")
        print("printed words")
        import sys
        print("error words", file=sys.stderr)

    defs = dg.Definitions([told, stored, described], {IO})
"""


def test_metadata_of_results_is_kept(workspace):
    workspace.location("one", SAID)
    workspace.plait("materialize")
    result = workspace.json("asset", "show", "told")["current"]
    assert {key: value["raw_value"] for key, value in result["metadata"].items()} == {
        "n": 3,
        "link": "https://example.org",
        "note": "text",
    }
    assert result["metadata"]["link"]["type"] == "url" and result["data_version"] == "v7"
    stored = workspace.json("asset", "show", "stored")["current"]["metadata"]
    assert {key: value["raw_value"] for key, value in stored.items()} == {
        "early": 1.5,
        "late": True,
        "path": str(workspace.data / "stored"),
    }
    assert workspace.value("stored") == [1, 2, 3]


def test_what_a_definition_says_is_shown(workspace):
    workspace.location("one", SAID)
    asset = workspace.json("asset", "show", "described")
    assert asset["owners"] == ["team:data", "ann@example.org"] and asset["tags"] == {"tier": "gold"}
    assert sorted(asset["kinds"]) == ["python", "table"] and asset["group"] == "talk"
    assert asset["description"] == "All that can be said." and asset["code_version"] == "3"
    assert asset["metadata"]["declared"]["raw_value"] == "once"
    text = workspace.plait("asset", "show", "described").out
    assert all(
        word in text for word in ("team:data", "gold", "python", "talk", "All that can be said.")
    )


def test_logs_and_printing_are_kept_apart(workspace):
    workspace.location("one", SAID)
    workspace.plait("materialize", "--select", "described")
    events = workspace.plait("run", "logs").out
    assert "an info line" in events and "a warning line" in events and "printed words" not in events
    assert workspace.plait("run", "logs", "--stdout").out.strip().endswith("printed words")
    assert "error words" in workspace.plait("run", "logs", "--stderr", "--step", "described").out
    logs = [row["body"] for row in workspace.json("run", "logs") if row["kind"] == "log"]
    assert [(row["level"].lower(), row["message"]) for row in logs] == [
        ("info", "an info line"),
        ("warning", "a warning line"),
        ("debug", "a debug line"),
    ]


def test_an_asset_annotated_none_stores_nothing(workspace):
    workspace.location("one", SAID)
    workspace.plait("materialize", "--select", "described")
    shown = workspace.json("asset", "show", "described")
    assert shown["status"] == "materialized" and shown["current"]["path"] is None
    assert not (workspace.data / "described").exists()


def test_an_optional_output_left_out_skips_what_needs_it(workspace):
    workspace.location(
        "one",
        f"""
        @dg.asset(output_required=False)
        def maybe():
            if False:
                yield dg.Output(1)

        @dg.asset
        def needs(maybe):
            return maybe

        @dg.asset
        def other():
            return 1

        defs = dg.Definitions([maybe, needs, other], {IO})
        """,
    )
    workspace.plait("materialize")
    assert statuses(workspace) == {"maybe": "success", "needs": "skipped", "other": "success"}
    assert "maybe" in workspace.steps()["needs"]["reason"]
    assert workspace.assets()["maybe"]["status"] == "missing"


@pydantic
def test_resources_with_fields_and_environment_variables(workspace):
    workspace.env["STORE_PASSWORD"] = "open-sesame"
    workspace.write("one/.env", "STORE_PORT=77\n")
    workspace.write("one/pyproject.toml", "[project]\nname = 'one'\nversion = '1'\n")
    workspace.location(
        "one",
        """
        import os

        class Store(dg.ConfigurableResource):
            host: str
            port: int
            password: str

            def address(self):
                return f"{self.host}:{self.port}:{self.password}"

        @dg.asset
        def used(store: Store):
            return store.address() + os.environ["STORE_PORT"]

        defs = dg.Definitions([used], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA),
            "store": Store(host="here", port=dg.EnvVar.int("STORE_PORT"), password=dg.EnvVar("STORE_PASSWORD"))})
        """,
    )
    workspace.plait("materialize")
    assert workspace.value("used") == "here:77:open-sesame77"
    state = [file for file in (workspace.root / ".plait").rglob("*") if file.is_file()]
    assert not [file for file in state if b"open-sesame" in file.read_bytes()], (
        "a secret was written down"
    )


@pydantic
def test_an_unset_variable_of_a_resource_is_named(workspace):
    workspace.location(
        "one",
        """
        class Store(dg.ConfigurableResource):
            password: str

        @dg.asset
        def used(store: Store):
            return store.password

        @dg.asset
        def beside():
            return 1

        defs = dg.Definitions([used, beside], resources={"store": Store(password=dg.EnvVar("NOT_SET_HERE"))})
        """,
    )
    workspace.plait("materialize", status=1)
    assert statuses(workspace) == {"used": "failure", "beside": "success"}
    assert "NOT_SET_HERE" in workspace.steps()["used"]["error"]["message"]


def test_plain_resources_reach_their_assets(workspace):
    workspace.location(
        "one",
        """
        @dg.resource
        def client(context):
            return {"who": "client"}

        @dg.asset(required_resource_keys={"client", "number"})
        def used(context):
            return context.resources.client["who"], context.resources.number

        defs = dg.Definitions([used], resources={"client": client, "number": 4,
                              "io_manager": dg.FilesystemIOManager(base_dir=DATA)})
        """,
    )
    workspace.plait("materialize")
    assert workspace.value("used") == ("client", 4)


def test_a_users_io_manager_writes_where_it_writes_and_is_not_versioned(workspace):
    workspace.location(
        "one",
        """
        import json, pathlib

        class Own(dg.IOManager):
            def path(self, context):
                return pathlib.Path(DATA) / ("-".join(context.asset_key.path) + ".json")

            def handle_output(self, context, obj):
                self.path(context).parent.mkdir(exist_ok=True)
                self.path(context).write_text(json.dumps(obj))

            def load_input(self, context):
                return json.loads(self.path(context).read_text())

        @dg.io_manager
        def own(context):
            return Own()

        @dg.asset
        def first():
            return {"a": 1}

        @dg.asset
        def second(first):
            return list(first)

        defs = dg.Definitions([first, second], resources={"io_manager": own})
        """,
    )
    out = workspace.plait("materialize").out
    assert json.loads((workspace.data / "second.json").read_text()) == ["a"]
    assert not (workspace.data / ".plait").exists()
    current = workspace.json("asset", "show", "first")["current"]
    assert current["versioned"] is False and "version" in current["note"]
    assert "not versioned" in out + workspace.plait("asset", "show", "first").out


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_tables_as_parquet(workspace, library):
    if library not in TABLES or "pyarrow" not in TABLES:
        pytest.skip(f"{library} (with pyarrow) is not installed")
    make = {
        "pandas": "import pandas as pd\nTable = pd.DataFrame\nmake = lambda: pd.DataFrame({'a': [1, 2, 3]})",
        "polars": "import polars as pl\nTable = pl.DataFrame\nmake = lambda: pl.DataFrame({'a': [1, 2, 3]})",
        "pyarrow": "import pyarrow as pa\nTable = pa.Table\nmake = lambda: pa.table({'a': [1, 2, 3]})",
    }[library]
    assets = """
@dg.asset
def table() -> Table:
    return make()

@dg.asset
def rows(table: Table) -> dg.MaterializeResult:
    assert isinstance(table, Table), type(table)
    return dg.MaterializeResult(metadata={"n": len(table)})

defs = dg.Definitions([table, rows], resources={"io_manager": dg.ParquetIOManager(base_dir=DATA)})
"""
    workspace.location("one", make + assets)
    workspace.plait("materialize")
    current = workspace.json("asset", "show", "table")["current"]
    assert current["rows"] == 3 and [column["name"] for column in current["columns"]] == ["a"]
    assert (workspace.data / "table.parquet").is_symlink() and current["storage"][
        "format"
    ] == "parquet"
    assert workspace.json("asset", "show", "rows")["current"]["metadata"]["n"]["raw_value"] == 3
    assert workspace.assets()["table"]["path"] == str(workspace.data / "table.parquet")


def test_text_that_is_no_utf8_loses_nothing(workspace):
    workspace.location(
        "one",
        """
        @dg.asset(description="odd \\ud800 here", metadata={"name": "f\\udcff"})
        def odd(context: dg.AssetExecutionContext) -> None:
            context.log.info("nul \\x00, color \\x1b[31m, surrogate \\udcff, done")

        @dg.asset
        def worse():
            raise ValueError("no such file: \\udcff")

        defs = dg.Definitions([odd, worse])
        """,
    )
    assert "here" in workspace.json("asset", "show", "odd")["description"]
    workspace.plait("materialize", status=1)
    (message,) = [
        row["body"]["message"] for row in workspace.json("run", "logs") if row["kind"] == "log"
    ]
    assert message == "nul \x00, color \x1b[31m, surrogate \\udcff, done"
    assert "\x1b" not in workspace.plait("run", "logs").out, "no step reaches the reader's terminal"
    assert workspace.steps()["worse"]["error"]["message"] == "no such file: \\udcff"
