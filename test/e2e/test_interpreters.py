"""Three code locations on three Pythons, with different packages, take part in one run."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest

PYPY = shutil.which("pypy3")


def make_venv(root: pathlib.Path, name: str, package: str, version: str) -> pathlib.Path:
    """An environment without pip that holds one hand-written package."""
    folder = root / name
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = next(folder.glob("lib/python3*/site-packages"))
    (site / package).mkdir()
    (site / package / "__init__.py").write_text(f"VERSION = {version!r}\n")
    info = site / f"{package}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    return folder


def code(name: str, upstream: str, package: str) -> str:
    """An asset that says which Python made it, and what those before it said."""
    return f"""
    import sys
    {package}

    @dg.asset
    def {name}({upstream}):
        here = {{"asset": "{name}", "implementation": sys.implementation.name, "prefix": sys.prefix}}
        here["package"] = (package.__name__, package.VERSION) if "package" in globals() else None
        return [*{upstream or "[]"}, here]

    defs = dg.Definitions([{name}], resources={{"io_manager": dg.FilesystemIOManager(base_dir=DATA)}})
    """


def test_one_run_on_two_environments_of_cpython(workspace):
    first = make_venv(workspace.root, "env-one", "alpha", "1.0")
    second = make_venv(workspace.root, "env-two", "beta", "2.0")
    workspace.location("one", code("a", "", "import alpha as package"), str(first / "bin/python"))
    workspace.location("two", code("b", "a", "import beta as package"), str(second / "bin/python"))
    workspace.location(
        "three", code("c", "b", "import alpha as package"), str(first / "bin/python")
    )
    workspace.plait("materialize")
    run = workspace.json("run", "show", "latest")
    assert [step["location"] for step in run["steps"]] == ["one", "two", "three"]
    facts = {fact["asset"]: fact for fact in workspace.value("c")}
    assert [fact["package"] for fact in facts.values()] == [
        ("alpha", "1.0"),
        ("beta", "2.0"),
        ("alpha", "1.0"),
    ]
    assert facts["a"]["prefix"] == facts["c"]["prefix"] == str(first)
    assert facts["b"]["prefix"] == str(second)


def test_an_environment_may_be_named_by_its_folder(workspace):
    folder = make_venv(workspace.root, "env", "alpha", "1.0")
    workspace.location("one", code("a", "", "import alpha as package"), str(folder))
    workspace.plait("materialize")
    assert workspace.value("a")[0]["prefix"] == str(folder)
    assert workspace.json("location", "show", "one")["interpreter"] == str(folder / "bin/python")


def test_another_environments_package_is_missing_and_named(workspace):
    first = make_venv(workspace.root, "env-one", "alpha", "1.0")
    second = make_venv(workspace.root, "env-two", "beta", "2.0")
    workspace.location("one", code("a", "", "import alpha as package"), str(first / "bin/python"))
    workspace.location("two", code("b", "", "import alpha as package"), str(second / "bin/python"))
    assert workspace.json("location", "show", "one")["health"] == "ok"
    error = workspace.json("location", "show", "two")["error"]
    assert error["kind"] == "missing_module"
    assert "alpha" in error["message"]
    assert error["file"].endswith("two/definitions.py") and error["line"] == 5


def test_plait_writes_nothing_into_an_environment(workspace):
    folder = make_venv(workspace.root, "env", "alpha", "1.0")
    workspace.location("one", code("a", "", "import alpha as package"), str(folder))
    before = {path for path in folder.rglob("*") if "alpha" not in path.parts}
    workspace.plait("materialize")
    assert {path for path in folder.rglob("*") if "alpha" not in path.parts} == before


@pytest.mark.skipif(PYPY is None, reason="pypy3 is not installed")
def test_three_locations_on_three_pythons_take_part_in_one_run(workspace):
    first = make_venv(workspace.root, "env-one", "alpha", "1.0")
    second = make_venv(workspace.root, "env-two", "beta", "2.0")
    workspace.location("one", code("a", "", "import alpha as package"), str(first / "bin/python"))
    workspace.location("jit", code("b", "a", ""), PYPY)
    workspace.location("two", code("c", "b", "import beta as package"), str(second / "bin/python"))
    workspace.plait("materialize")
    run = workspace.json("run", "show", "latest")
    assert run["status"] == "success" and len(run["steps"]) == 3
    facts = workspace.value("c")
    assert [fact["implementation"] for fact in facts] == ["cpython", "pypy", "cpython"]
    assert len({fact["prefix"] for fact in facts}) == 3
    pythons = {
        row["name"]: row["python"]["implementation"] for row in workspace.json("location", "list")
    }
    assert pythons == {"one": "cpython", "jit": "pypy", "two": "cpython"}
