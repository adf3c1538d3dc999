"""Two repositories share a folder: one stores tables there, the other declares deps and reads NAME.parquet by itself."""

from __future__ import annotations

import importlib.util
import textwrap

import pytest

pytestmark = pytest.mark.skipif(
    not (importlib.util.find_spec("pandas") and importlib.util.find_spec("pyarrow")),
    reason="pandas and pyarrow are not installed",
)

FUNCTIONS = """
import pathlib
import pandas as pd

SHARED = pathlib.Path("~/Documents/shared_assets").expanduser()


def load_external_asset(name):
    path = SHARED / f"{name}.parquet"
    if not path.exists():
        raise FileNotFoundError(f"External asset {name} not found at {path}")
    return pd.read_parquet(path)


def customers():
    return pd.DataFrame({"customer_id": [1, 2, 3], "name": ["Ann", "Bo", "Cy"], "tier": ["gold", "basic", "gold"]})


def orders():
    days = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-03-05"])
    return pd.DataFrame({"order_id": [1, 2, 3, 4], "customer_id": [1, 1, 2, 3], "total": [10.0, 2.5, 7.0, 1.0], "day": days})


def summary(customers, orders):
    found = orders.groupby("customer_id").agg({"order_id": "count", "total": ["sum", "mean"], "day": ["min", "max"]})
    found.columns = ["orders", "spent", "average", "first", "last"]
    return found.reset_index().merge(customers, on="customer_id", how="left")


def features(summary):
    return summary.assign(rank=summary["spent"].rank(pct=True), lasting=(summary["last"] - summary["first"]).dt.days)
"""
ANALYTICS = """
    import pandas as pd
    import functions

    @dg.asset(group_name="raw")
    def customer_data() -> pd.DataFrame:
        return functions.customers()

    @dg.asset(group_name="raw")
    def order_data() -> pd.DataFrame:
        return functions.orders()

    @dg.asset(deps=["customer_data", "order_data"], group_name="analytics")
    def customer_order_summary(customer_data: pd.DataFrame, order_data: pd.DataFrame) -> pd.DataFrame:
        return functions.summary(customer_data, order_data)

    defs = dg.Definitions([customer_data, order_data, customer_order_summary],
                          resources={"io_manager": dg.FilesystemIOManager(base_dir=BASE)})
"""
PLATFORM = """
    import pandas as pd
    import functions

    @dg.asset(deps=[dg.AssetKey("customer_order_summary")], group_name="ml_features")
    def customer_features() -> pd.DataFrame:
        return functions.features(functions.load_external_asset("customer_order_summary"))

    defs = dg.Definitions([customer_features], resources={"io_manager": dg.FilesystemIOManager(base_dir=BASE)})
"""
SHARED = "~/Documents/shared_assets"


def locate(workspace, name, code, base=SHARED):
    workspace.location(name, f"BASE = {base!r}\n" + textwrap.dedent(code), working_directory=name)
    workspace.write(f"{name}/functions.py", FUNCTIONS)


@pytest.fixture
def seeds(workspace):
    locate(workspace, "analytics-team", ANALYTICS)
    locate(workspace, "ml-platform", PLATFORM)
    workspace.shared = workspace.root / "home/Documents/shared_assets"
    return workspace


def expected():
    plain = {}
    exec(FUNCTIONS, plain)
    summary = plain["summary"](plain["customers"](), plain["orders"]())
    return summary, plain["features"](summary)


def test_the_pattern_of_the_guide_works_in_one_run(seeds):
    import pandas as pd

    assert seeds.json("location", "check")["findings"] == []
    seeds.plait("materialize")
    steps = seeds.steps()
    assert {step["status"] for step in steps.values()} == {"success"} and len(steps) == 4
    assert steps["customer_order_summary"]["ended_at"] <= steps["customer_features"]["started_at"]
    summary, features = expected()
    pd.testing.assert_frame_equal(pd.read_pickle(seeds.shared / "customer_order_summary"), summary)
    pd.testing.assert_frame_equal(pd.read_pickle(seeds.shared / "customer_features"), features)
    pd.testing.assert_frame_equal(
        pd.read_parquet(seeds.shared / "customer_features.parquet"), features
    )
    assert not (seeds.root / "~").exists() and not list(seeds.root.rglob("~"))


def test_a_read_by_path_is_recorded_once_as_unpinned(seeds):
    seeds.plait("materialize")
    version = seeds.assets()["customer_order_summary"]["version"]
    events = [row["body"] for row in seeds.json("run", "logs") if row["kind"] == "input"]
    by_path = [body for body in events if not body["pinned"]]
    assert [(body["asset_key"], body["version"]) for body in by_path] == [
        ("customer_order_summary", version)
    ]
    assert sorted(body["asset_key"] for body in events if body["pinned"]) == [
        "customer_data",
        "order_data",
    ]
    (read,) = seeds.json("asset", "show", "customer_features")["current"]["inputs"]
    assert (
        read["asset"] == "customer_order_summary"
        and read["version"] == version
        and read["pinned"] is False
    )


def test_deps_beside_a_parameter_of_the_same_name_are_one_edge(seeds):
    asset = seeds.assets()["customer_order_summary"]
    assert asset["deps"] == ["customer_data", "order_data"]
    (step,) = [
        row
        for row in seeds.json("materialize", "--dry-run")["steps"]
        if row["asset"] == "customer_order_summary"
    ]
    assert sorted((row["asset"], row["loaded"]) for row in step["inputs"]) == [
        ("customer_data", True),
        ("order_data", True),
    ]


def test_rows_and_the_parquet_file_are_shown(seeds):
    seeds.plait("materialize")
    asset = seeds.assets()["customer_order_summary"]
    assert asset["rows"] == 3
    current = seeds.json("asset", "show", "customer_order_summary")["current"]
    assert {view["path"] for view in current["views"]} == {
        str(seeds.shared / "customer_order_summary"),
        str(seeds.shared / "customer_order_summary.parquet"),
    }
    assert {"orders", "spent", "first"} <= {column["name"] for column in current["columns"]}


def test_a_relative_folder_starts_at_the_working_directory(seeds):
    locate(seeds, "analytics-team", ANALYTICS, "../home/Documents/shared_assets")
    assert seeds.json("location", "check")["findings"] == []
    seeds.plait("materialize")
    assert (seeds.shared / "customer_features").is_symlink()


def test_a_missing_file_is_the_helpers_own_error(seeds):
    done = seeds.plait("materialize", "--select", "customer_features", status=1)
    assert "External asset customer_order_summary not found" in done.out + done.err
    assert "customer_order_summary" in " ".join(
        seeds.json("materialize", "customer_features", "--dry-run")["warnings"]
    )
