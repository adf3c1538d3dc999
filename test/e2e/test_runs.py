"""One run across repositories: order, values, versions, failures."""

from __future__ import annotations

import pickle

UPSTREAM = """
    @dg.asset(group_name="raw")
    def numbers():
        return [1, 2, 3]

    @dg.asset
    def total(numbers):
        return sum(numbers)

    defs = dg.Definitions([numbers, total], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""
DOWNSTREAM = """
    @dg.asset
    def doubled(total):
        return 2 * total

    @dg.asset(deps=[dg.AssetKey("numbers")])
    def note() -> None:
        print("read by path")

    defs = dg.Definitions([doubled, note], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""


def two_teams(workspace):
    workspace.location("first", UPSTREAM)
    workspace.location("second", DOWNSTREAM)


def test_one_run_makes_assets_of_both_locations(workspace):
    two_teams(workspace)
    workspace.plait("materialize")
    run = workspace.json("run", "show", "latest")
    assert run["status"] == "success"
    steps = {step["asset"]: step for step in run["steps"]}
    assert set(steps) == {"numbers", "total", "doubled", "note"}
    assert {step["status"] for step in steps.values()} == {"success"}
    assert steps["total"]["ended_at"] <= steps["doubled"]["started_at"]
    assert pickle.loads((workspace.data / "doubled").read_bytes()) == 12


def test_current_view_is_a_link_to_a_version_that_stays(workspace):
    two_teams(workspace)
    workspace.plait("materialize", "--select", "numbers")
    first = (workspace.data / "numbers").resolve()
    workspace.plait("materialize", "--select", "numbers")
    assert (workspace.data / "numbers").is_symlink()
    assert (workspace.data / "numbers").resolve() != first
    assert pickle.loads(first.read_bytes()) == [1, 2, 3]


def test_a_failure_skips_what_depends_on_it_and_nothing_else(workspace):
    two_teams(workspace)
    workspace.location(
        "third",
        """
        @dg.asset
        def broken():
            raise ValueError("no such luck")

        @dg.asset
        def after(broken):
            return broken

        @dg.asset
        def beside():
            return 1

        defs = dg.Definitions([broken, after, beside])
        """,
    )
    done = workspace.plait("materialize", status=1)
    assert "no such luck" in done.out + done.err
    steps = workspace.steps()
    assert steps["broken"]["status"] == "failure"
    assert "no such luck" in steps["broken"]["error"]["message"]
    assert steps["after"]["status"] == "skipped"
    assert "broken" in steps["after"]["reason"]
    assert all(steps[key]["status"] == "success" for key in ("beside", "doubled", "note"))


def test_dry_run_says_what_where_and_why_and_runs_nothing(workspace):
    two_teams(workspace)
    out = workspace.plait("materialize", "--select", "*doubled", "--dry-run").out
    rows = [line.split() for line in out.splitlines()[1:4]]
    assert [row[1:3] for row in rows] == [
        ["numbers", "first"],
        ["total", "first"],
        ["doubled", "second"],
    ]
    assert [row[3] for row in rows[1:]] == ["1", "2"], "each waits for the one before"
    assert workspace.json("run", "list") == []


def test_a_second_command_compiles_nothing(workspace):
    two_teams(workspace)
    workspace.plait("location", "list")
    stamp = workspace.json("location", "list")[0]["loaded_at"]
    assert workspace.json("location", "list")[0]["loaded_at"] == stamp
    workspace.location("first", UPSTREAM + "\n    # changed\n")
    assert workspace.json("location", "list")[0]["loaded_at"] != stamp


def test_an_input_that_was_never_made_is_refused_before_anything_runs(workspace):
    two_teams(workspace)
    done = workspace.plait("materialize", "--select", "doubled", status=4)
    assert "plait materialize 'total,numbers,doubled'" in done.err


def test_a_step_is_said_to_start_before_it_says_anything(workspace):
    two_teams(workspace)
    workspace.plait("materialize")
    for index in range(4):
        kinds = [row["kind"] for row in workspace.json("run", "logs") if row["step"] == index]
        assert kinds[0] == "step_started" and kinds[-1] == "step_succeeded", kinds


def test_slow_imports_of_a_step_whose_definitions_are_known(workspace):
    slow = "import time, json, decimal\ntime.sleep(0.3)\nimport http.client, xml.dom.minidom\ntime.sleep(0.3)\n"
    for name in ("one", "two"):
        workspace.location(
            name,
            f"{slow}import sqlite3, email.mime.text, csv\n@dg.asset\ndef {name}():\n    return 1\n",
        )
    workspace.plait("location", "list")
    for options in ([], ["--json"], ["-v"]):
        workspace.plait("materialize", *options)
