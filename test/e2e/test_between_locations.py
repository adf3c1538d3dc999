"""What is wrong between locations is found when the workspace is loaded, and named with both locations and their files."""

from __future__ import annotations

import pytest


def code(*assets: str, base: str = "DATA") -> str:
    """Assets given as "name" or "name(upstream, …)"; all return their inputs."""
    lines, names = [], []
    for text in assets:
        name, _, inputs = text.rstrip(")").partition("(")
        lines.append(f"@dg.asset\ndef {name}({inputs}):\n    return [{inputs}]\n")
        names.append(name)
    io = f'{{"io_manager": dg.FilesystemIOManager(base_dir={base})}}'
    return "\n".join(lines) + f"\ndefs = dg.Definitions([{', '.join(names)}], resources={io})\n"


def findings(workspace, status: int) -> list[dict]:
    return workspace.json("location", "check", status=status)["findings"]


@pytest.fixture
def clash(workspace):
    workspace.location("one", code("same", "only_one"))
    workspace.location("two", code("same", "only_two"))
    return workspace


def test_a_key_made_twice_names_both_places(clash):
    (finding,) = findings(clash, 1)
    assert (
        finding["kind"] == "duplicate_key"
        and finding["severity"] == "error"
        and finding["asset"] == "same"
    )
    assert {finding["location"], finding["other_location"]} == {"one", "two"}
    files = {finding["source"]["file"], finding["other_source"]["file"]}
    assert files == {str(clash.root / name / "definitions.py") for name in ("one", "two")}
    out = clash.plait("location", "check", status=1).out
    assert all(f"{name}/definitions.py:3" in out for name in ("one", "two")), out


def test_a_key_made_twice_stops_its_own_runs_only(clash):
    done = clash.plait("materialize", "--select", "same", status=5)
    assert "one" in done.err and "two" in done.err
    clash.plait("materialize", "--select", "only_one,only_two")
    assert set(clash.steps()) == {"only_one", "only_two"}


@pytest.fixture
def cycle(workspace):
    workspace.location("one", code("a(c)", "free"))
    workspace.location("two", code("b(a)", "c(b)", "free_too(free)"))
    return workspace


def test_a_cycle_across_locations_names_its_way(cycle):
    (finding,) = [f for f in findings(cycle, 1) if f["kind"] == "cycle"]
    assert all(f"{key}" in finding["message"] for key in "abc")
    assert {finding["location"], finding["other_location"]} == {"one", "two"}
    out = cycle.plait("location", "check", status=1).out
    assert "one/definitions.py" in out and "two/definitions.py" in out, out


def test_a_cycle_stops_its_own_runs_only(cycle):
    done = cycle.plait("materialize", "--select", "b", status=5)
    assert "cycle" in done.err
    cycle.plait("materialize", "--select", "free,free_too")
    cycle.plait("asset", "lineage", "b")
    cycle.plait("asset", "impact", "a")


@pytest.mark.parametrize(
    ("asset", "severity"),
    [
        ("def summary(customer_order):", "error"),
        ("(deps=['customer_order'])\ndef summary():", "warning"),
    ],
    ids=["loaded", "deps"],
)
def test_an_unknown_key_says_which_was_meant(workspace, asset, severity):
    workspace.location("one", code("customer_orders"))
    decorated = "@dg.asset" + ("\n" if asset.startswith("def") else "") + asset + "\n    return 1\n"
    workspace.location(
        "two",
        decorated
        + "@dg.asset\ndef beside():\n    return 1\ndefs = dg.Definitions([summary, beside])\n",
    )
    (finding,) = findings(workspace, severity == "error")
    assert finding["kind"] == "unknown_key" and finding["severity"] == severity
    assert finding["location"] == "two" and finding["source"]["file"].endswith("two/definitions.py")
    assert "customer_order" in finding["message"] and "customer_orders" in finding["hint"]
    if severity == "error":
        done = workspace.plait("materialize", "--select", "summary", status=5)
        assert "customer_orders" in done.err
    workspace.plait("materialize", "--select", "beside")


def test_storage_that_is_not_shared_is_an_error_for_a_value_that_is_loaded(workspace):
    workspace.location("one", code("a"))
    workspace.location("two", code("b(a)", base="DATA + '-elsewhere'"))
    (finding,) = findings(workspace, 1)
    assert finding["kind"] == "storage_not_shared" and finding["severity"] == "error"
    assert {finding["location"], finding["other_location"]} == {"one", "two"}
    text = finding["message"] + (finding["hint"] or "")
    assert str(workspace.data) in text and f"{workspace.data}-elsewhere" in text, text


def test_storage_that_is_not_shared_is_a_warning_for_deps(workspace):
    workspace.location("one", code("a"))
    workspace.location(
        "two",
        """
        @dg.asset(deps=["a"])
        def b():
            return 1

        defs = dg.Definitions([b], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA + "-elsewhere")})
        """,
    )
    (finding,) = findings(workspace, 0)
    assert finding["kind"] == "storage_not_shared" and finding["severity"] == "warning"
    workspace.plait("materialize")


def test_paths_written_differently_are_one_storage(workspace):
    workspace.location("one", code("a", base="'~/shared'"))
    workspace.location("two", code("b(a)", base="'../home/./shared/'"), working_directory="two")
    assert findings(workspace, 0) == []
    workspace.plait("materialize")
    assert (workspace.root / "home/shared/b").is_symlink()


MEMORY = """
    @dg.asset
    def kept():
        return 1

    @dg.asset
    def reader(kept):
        return kept

    defs = dg.Definitions([kept, reader], resources={"io_manager": dg.InMemoryIOManager()})
"""


def test_memory_across_steps_is_found_before_it_fails(workspace):
    workspace.location("one", MEMORY)
    found = findings(workspace, 1)
    assert {finding["kind"] for finding in found} == {"memory_storage"}
    assert any("kept" in finding["message"] for finding in found)
    workspace.plait("materialize", "--select", "kept")


def test_a_resource_that_nobody_gives_is_named(workspace):
    workspace.location(
        "one",
        "@dg.asset(io_manager_key='no_such')\ndef a():\n    return 1\n\ndefs = dg.Definitions([a])\n",
    )
    shown = workspace.json("location", "show", "one")
    text = str(shown["error"]) + str(findings(workspace, 1))
    assert "no_such" in text


def test_check_of_one_location_tells_of_that_one_only(clash):
    clash.location("three", code("fine"))
    assert clash.json("location", "check", "three")["errors"] == 0
    assert clash.json("location", "check", "two", status=1)["errors"] == 1
