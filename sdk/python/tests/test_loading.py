"""Finding definitions in modules, packages and defs folders."""

from __future__ import annotations

import sys
import types

import plait as dg
import pytest
from plait.define.loading import find_definitions
from plait.errors import PlaitNotCoveredError


def module(name="m", **content):
    made = types.ModuleType(name)
    made.__dict__.update(content)
    return made


def asset(name, **options):
    return dg.asset(name=name, **options)(lambda: 1)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """``tree(files)`` writes a project and puts its src on the module path."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path / "src"))
        return tmp_path

    before = set(sys.modules)
    yield write
    for name in set(sys.modules) - before:
        if name.split(".")[0] in ("proj", "elsewhere"):
            del sys.modules[name]


PROJECT = '[tool.dg]\ndirectory_type = "project"\n[tool.dg.project]\nroot_module = "proj"  # the package\n'
RESOURCES = (
    "import plait as dg\n@dg.definitions\ndef r():\n    return dg.Definitions(resources={'r': 1})\n"
)
ONE = "import plait as dg\n\n@dg.asset\ndef %s(): ...\n"


def keys(defs):
    return sorted([key.to_user_string() for key in defs.resolve().assets])


def test_definitions_object_wins_over_loose_assets():
    assert keys(
        find_definitions(module(a=asset("loose"), defs=dg.Definitions(assets=[asset("inner")])))
    ) == ["inner"]


def test_assets_count_where_there_is_no_definitions_object():
    assert keys(find_definitions(module(a=asset("a"), b=[asset("b"), dg.AssetSpec("c")]))) == [
        "a",
        "b",
        "c",
    ]


def test_attribute_selects():
    here = module(
        defs=dg.Definitions(assets=[asset("a")]),
        make=lambda: dg.Definitions(assets=[asset("b")]),
        one=asset("c"),
        n=5,
    )
    assert [keys(find_definitions(here, name)) for name in ("defs", "make", "one")] == [
        ["a"],
        ["b"],
        ["c"],
    ]
    with pytest.raises(dg.DagsterInvariantViolationError, match="no attribute 'nope'; it has defs"):
        find_definitions(here, "nope")
    with pytest.raises(dg.DagsterInvariantViolationError, match="must be a Definitions object"):
        find_definitions(here, "n")


def test_two_definitions_objects_are_named():
    with pytest.raises(dg.DagsterInvariantViolationError, match=r"2 Definitions objects \(a, b\)"):
        find_definitions(module(a=dg.Definitions(), b=dg.Definitions()))


def test_empty_module_is_told():
    with pytest.raises(dg.DagsterInvariantViolationError, match="module m .* defines nothing"):
        find_definitions(module())


def test_modules_prefix_and_group():
    up, down = asset("up"), dg.asset(name="down")(lambda up, other: 1)
    found = dg.load_assets_from_modules(
        [module(a=up, b=down, c=up)], key_prefix="p", group_name="g"
    )
    assert sorted([item.key.to_user_string() for item in found]) == ["p/down", "p/up"]
    moved = next(item for item in found if item.key.path[-1] == "down")
    assert {slot.key.to_user_string() for slot in moved.inputs} == {"p/up", "other"}
    assert moved.specs[0].group_name == "g"


def test_modules_with_one_key_twice():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="m1.a and in m2.b"):
        dg.load_assets_from_modules([module("m1", a=asset("x")), module("m2", b=asset("x"))])


def test_defs_folder(tree):
    root = tree(
        {
            "pyproject.toml": PROJECT,
            "src/proj/__init__.py": "",
            "src/proj/defs/__init__.py": "",
            "src/proj/defs/a.py": ONE % "a",
            "src/proj/defs/deep/er/b.py": "from proj.defs.a import a\n" + ONE % "b",
            "src/proj/defs/res.py": RESOURCES,
            "src/proj/defs/.hidden/c.py": "raise RuntimeError",
            "src/proj/defs/notes.txt": "",
        }
    )
    for start in (root, root / "src" / "proj", root / "src" / "proj" / "defs" / "a.py"):
        defs = dg.load_from_defs_folder(path_within_project=start)
        assert keys(defs) == ["a", "b"] and defs.resources == {"r": 1}


def test_dg_toml_and_defs_module(tree):
    root = tree(
        {
            "dg.toml": 'directory_type = "project"\n[project]\nroot_module = "proj"\ndefs_module = "elsewhere"\n',
            "src/elsewhere.py": ONE % "x",
        }
    )
    assert keys(dg.load_from_defs_folder(path_within_project=root)) == ["x"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "no project at"),
        ({"pyproject.toml": PROJECT.replace("root_module", "other")}, "root_module is missing"),
        ({"pyproject.toml": PROJECT}, "defs module proj.defs"),
        ({"pyproject.toml": PROJECT, "src/proj/__init__.py": ""}, "defs module proj.defs"),
    ],
)
def test_broken_projects_are_told(tree, files, words):
    with pytest.raises(dg.DagsterError, match=words):
        dg.load_from_defs_folder(path_within_project=tree({"src/.keep": "", **files}))


def test_missing_package_inside_the_defs_is_not_mistaken_for_a_missing_defs_module(tree):
    root = tree(
        {
            "pyproject.toml": PROJECT,
            "src/proj/__init__.py": "",
            "src/proj/defs/__init__.py": "import not_installed_here",
        }
    )
    with pytest.raises(ModuleNotFoundError, match="not_installed_here"):
        dg.load_from_defs_folder(path_within_project=root)


def test_components_are_refused(tree):
    files = {
        "src/proj/__init__.py": "",
        "src/proj/defs/__init__.py": "",
        "src/proj/defs/c/defs.yaml": "type: x",
    }
    root = tree({"pyproject.toml": PROJECT, **files})
    with pytest.raises(PlaitNotCoveredError, match="defs.yaml: plait does not cover components"):
        dg.load_from_defs_folder(path_within_project=root)


def test_small_toml_reader_agrees_on_project_files():
    from plait import toml

    text = (
        PROJECT
        + '[project]\nname = "x"\ndependencies = ["a", "b"]\n[tool."q.r"]\nz = { a = "b", c = 1 }\nflag = true\n'
    )
    read = toml._tables(text)
    assert read["tool"]["dg"]["project"]["root_module"] == "proj"
    assert read["tool"]["q.r"]["z"]["a"] == "b" and read["tool"]["q.r"]["flag"] is True


def test_current_module_is_the_callers():
    here = module("caller")
    here.__dict__["dg"] = dg
    sys.modules["caller"] = here
    try:
        exec(ONE % "a" + "found = dg.load_assets_from_current_module()", here.__dict__)
        exec("defs = dg.load_definitions_from_current_module(resources={'r': 1})", here.__dict__)
    finally:
        del sys.modules["caller"]
    assert here.found == [here.a]
    assert keys(here.defs) == ["a"] and here.defs.resources == {"r": 1}
