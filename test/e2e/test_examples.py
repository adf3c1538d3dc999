"""Each folder under examples/ loads, runs, and makes the values that its plain functions return."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys

import pytest
from conftest import TOP

EXAMPLES = TOP / "examples"
HAS_TABLES = all(importlib.util.find_spec(name) for name in ("pandas", "pyarrow", "sklearn"))
tables = pytest.mark.skipif(
    not HAS_TABLES, reason="pandas, pyarrow or scikit-learn is not installed"
)


# Stands in for the one outside package of the small examples, so that no network is needed.
BUCKET = """
class bucket(dict):
    def __init__(self, items, key):
        for item in items:
            self.setdefault(key(item), []).append(item)
"""


@pytest.fixture
def example(workspace):
    """A copy of an example, whose locations use this test's interpreter and find the packages they share."""

    def copy(name: str):
        target = workspace.root / name
        left = shutil.ignore_patterns(
            ".venv", ".plait", "data", "__pycache__", "uv.lock", "summarise"
        )
        shutil.copytree(EXAMPLES / name, target, ignore=left)
        packages = workspace.write("packages/more_itertools.py", BUCKET).parent
        workspace.env |= {
            "PLAIT_PYTHON": sys.executable,
            "PYTHONPATH": f"{packages}:{target / 'shared/src'}",
        }
        workspace.root = target
        return workspace

    return copy


def test_every_example_is_tested():
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    assert folders == {"two-teams", "one-workspace", "shared-code", "c-step"}


@pytest.mark.parametrize("name", ["one-workspace", "shared-code"])
def test_an_example_of_the_standard_library_runs_whole(example, name):
    workspace = example(name)
    checked = workspace.json("location", "check")
    assert (checked["errors"], checked["warnings"]) == (0, 0), checked["findings"]
    run = workspace.json("materialize", "--select", "*")
    assert run["status"] == "success"
    assert {step["asset"] for step in run["steps"]} == set(workspace.assets())
    assert len({step["location"] for step in run["steps"]}) == 2


def test_shared_code_collides_when_both_ask_for_one_prefix(example):
    workspace = example("shared-code")
    assert {key.split("/")[0] for key in workspace.assets()} == {"storefront", "warehouse"}
    counters = workspace.root / "storefront/src/storefront/defs/counters.py"
    counters.write_text(
        counters.read_text().replace('counter_assets("storefront"', 'counter_assets("warehouse"')
    )
    found = workspace.json("location", "check", status=1)["findings"]
    collisions = [finding for finding in found if finding["kind"] == "duplicate_key"]
    assert {finding["asset"] for finding in collisions} == {"warehouse/events", "warehouse/counts"}
    assert all(
        {finding["location"], finding["other_location"]} == {"storefront", "warehouse"}
        for finding in collisions
    )


def test_one_workspace_is_one_graph(example):
    workspace = example("one-workspace")
    impact = workspace.json("asset", "impact", "clean_readings")
    assert "data-science" in {row["location"] for row in impact["locations"]}
    text = workspace.plait("asset", "lineage", "unusual_readings").out
    assert "clean_readings" in text and "data-engineering" in text and "data-science" in text


# With a decorator that decorates nothing, each asset is the plain function that its author wrote.
COMPARE = """
import importlib, inspect, json, pathlib, pickle, sys, types
data, sources = pathlib.Path(sys.argv[1]), sys.argv[2:]
sys.path[:0] = sources
import pandas as pd

class Anything(types.ModuleType):
    def __getattr__(self, name):
        return lambda *args, **kwargs: None

functions, values = {}, {}

def asset(function=None, ins={}, **options):
    if function is None:
        return lambda function: asset(function, ins)
    functions[function.__name__] = function, ins
    return function

dagster = sys.modules["dagster"] = Anything("dagster")
dagster.asset, dagster.AssetIn = asset, lambda key: key
for source in sources:
    for file in sorted(pathlib.Path(source).glob("*/defs/*.py")):
        module = importlib.import_module(f"{file.parts[-3]}.defs.{file.stem}")
        if hasattr(module, "load_external_asset"):
            module.load_external_asset = lambda name: value_of(name)

class Context:
    log = Anything("log")
    def __getattr__(self, name):
        return lambda *args, **kwargs: None

def value_of(name):
    if name not in values:
        function, ins = functions[name]
        inputs = [Context() if p == "context" else value_of(ins.get(p, p)) for p in inspect.signature(function).parameters]
        values[name] = function(*inputs)
    return values[name]

for name in functions:
    value, stored = value_of(name), pickle.loads((data / name).read_bytes())
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(stored, value)
        pd.testing.assert_frame_equal(pd.read_parquet(data / (name + ".parquet")), value)
    else:
        assert type(stored) is type(value) and repr(stored) == repr(value), name
print(json.dumps(sorted(functions)))
"""


@tables
def test_two_teams_in_one_run_make_what_the_plain_functions_return(example):
    workspace = example("two-teams")
    root = workspace.root
    checked = workspace.json("location", "check")
    assert checked["errors"] == 0, checked["findings"]
    run = workspace.json("materialize", "--select", "*")
    assert run["status"] == "success", run
    assert len(run["steps"]) == 13 and {step["location"] for step in run["steps"]} == {
        "analytics-team",
        "ml-platform",
    }
    command = [sys.executable, "-c", COMPARE, str(root / "data")]
    command += [str(root / "repo-analytics/src"), str(root / "repo-ml/src")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == sorted(workspace.assets()), "all thirteen were compared"


@tables
def test_two_teams_show_what_their_readme_draws(example):
    workspace = example("two-teams")
    impact = workspace.json("asset", "impact", "customer_order_summary")
    theirs = {
        row["location"]: {asset["key"] for asset in row["assets"]} for row in impact["locations"]
    }
    assert {"customer_features", "customer_churn_model", "customer_risk_scores"} <= theirs[
        "ml-platform"
    ]
    text = workspace.plait("asset", "impact", "customer_order_summary").out
    assert "ml-platform" in text and "customer_features" in text
    text = workspace.plait("asset", "lineage", "customer_risk_scores").out
    assert "customer_order_summary" in text and "analytics-team" in text


@tables
def test_breaking_one_team_leaves_the_other(example):
    workspace = example("two-teams")
    models = workspace.root / "repo-ml/src/ml_platform/defs/models.py"
    models.write_text(models.read_text() + "\ndef broken(:\n")
    workspace.plait("materialize", "--select", "group:analytics", status=4)
    run = workspace.json("materialize", "--location", "analytics-team")
    assert run["status"] == "success" and {step["location"] for step in run["steps"]} == {
        "analytics-team"
    }
    error = workspace.json("location", "show", "ml-platform")["error"]
    assert error["kind"] == "syntax" and error["file"] == str(models)


@tables
def test_teams_that_store_apart_are_told(example):
    workspace = example("two-teams")
    (workspace.root / "repo-ml/.env").write_text("SHARED_ASSETS_PATH=../elsewhere\n")
    found = workspace.json("location", "check")["findings"]
    assert {finding["kind"] for finding in found} == {"storage_not_shared"}


@pytest.fixture
def c_step(example):
    """The example with its program built, from the library's source."""
    workspace = example("c-step")
    if not all(map(shutil.which, ["make", "cc", "pkg-config"])):
        pytest.skip("make, cc or pkg-config is not installed")
    command = [
        "make",
        "-C",
        str(workspace.root),
        f"SDK={TOP / 'sdk/c'}",
        "CFLAGS=-Wall -Wextra -Werror",
    ]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return workspace


def test_a_program_in_c_is_a_step(c_step):
    checked = c_step.json("location", "check")
    assert (checked["errors"], checked["warnings"]) == (0, 0), checked["findings"]
    run = c_step.json("materialize", "--select", "*")
    assert run["status"] == "success" and len(run["steps"]) == 3, run
    made = c_step.json("asset", "show", "summary")["current"]
    assert made["path"] == str(c_step.root / "data/summary.csv")
    assert made["metadata"]["stations"] == {"type": "int", "raw_value": 3}
    assert (
        (c_step.root / "data/summary.csv")
        .read_text()
        .startswith("station,readings,mean,warm_hours")
    )
    said = {event["kind"]: event["body"] for event in c_step.json("run", "logs")}
    assert said["check"]["check_name"] == "nothing_was_lost"
    assert (said["check"]["passed"], said["check"]["severity"]) == (False, "WARN")
    logs = [e["body"]["message"] for e in c_step.json("run", "logs") if e["kind"] == "log"]
    assert any("summarising" in message and "warm is 20.0" in message for message in logs)


def test_a_program_in_c_says_why_it_failed(c_step):
    run = c_step.json("materialize", "--select", "summary", status=1)
    error = run["steps"][0]["error"]
    assert "readings.csv: No such file or directory" in error["message"]
    assert error["file"] == str(c_step.root / "definitions.py")


def test_a_program_in_c_runs_by_hand(c_step):
    c_step.write("by-hand.csv", "a,1.5\na,2.5\nb,\n")
    command = [str(c_step.root / "summarise"), "by-hand.csv", "summary.csv"]
    done = subprocess.run(command, cwd=c_step.root, capture_output=True, text=True, env=c_step.env)
    assert done.returncode == 0 and "no orchestrator" in done.stderr
    assert (c_step.root / "summary.csv").read_text().splitlines()[1:] == [
        "a,2,2.00,0",
        "b,0,0.00,0",
    ]
