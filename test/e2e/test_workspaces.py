"""What names the code locations: every loader and key of workspace.yaml, dg.toml, pyproject.toml, and how each is found."""

from __future__ import annotations

import sys

import pytest


def asset(name: str) -> str:
    return f"""
    import dagster as dg

    @dg.asset
    def {name}():
        return 1

    defs = dg.Definitions([{name}])
    """


@pytest.fixture
def python(workspace):
    """All locations without an interpreter of their own use this one."""
    workspace.env["PLAIT_PYTHON"] = sys.executable
    return workspace


def located(workspace, **more):
    return {row["name"]: row["health"] for row in workspace.json("location", "list", **more)}


def made_in(workspace, **more):
    return {row["key"]: row["location"] for row in workspace.json("asset", "list", **more)}


def test_every_loader_in_short_and_in_long(python):
    python.write("plain.py", asset("by_file"))
    python.write("code/sub/other.py", asset("by_file_long"))
    python.write("a_module.py", asset("by_module"))
    python.write("team/src/b_module/__init__.py", "")
    python.write("team/src/b_module/definitions.py", asset("by_module_long"))
    python.write("a_package/__init__.py", asset("by_package"))
    python.write("team2/c_package/__init__.py", asset("by_package_long"))
    python.write("team3/pyproject.toml", "[project]\nname = 'team3'\nversion = '1'\n")
    python.write("team3/src/d_defs/__init__.py", "")
    python.write(
        "team3/src/d_defs/things.py",
        "import dagster as dg\n\n@dg.asset\ndef autoloaded():\n    return 1\n",
    )
    python.write(
        "workspace.yaml",
        """
        load_from:
          - python_file: plain.py
          - python_file:
              relative_path: code/sub/other.py
              location_name: long-file
              attribute: defs
              working_directory: code
              executable_path: {env: MY_PYTHON}
          - python_module: a_module
          - python_module:
              module_name: b_module.definitions
              attribute: defs
              working_directory: team
          - python_package: a_package
          - python_package:
              package_name: c_package
              location_name: {env: MY_NAME}
              working_directory: ./team2
          - autoload_defs_module:
              module_name: d_defs
              location_name: auto
              working_directory: team3
        """,
    )
    python.env |= {"MY_PYTHON": sys.executable, "MY_NAME": "named-by-env"}
    assert located(python) == dict.fromkeys(
        [
            "plain.py",
            "long-file",
            "a_module",
            "b_module.definitions:defs",
            "a_package",
            "named-by-env",
            "auto",
        ],
        "ok",
    )
    assert made_in(python) == {
        "by_file": "plain.py",
        "by_file_long": "long-file",
        "by_module": "a_module",
        "by_module_long": "b_module.definitions:defs",
        "by_package": "a_package",
        "by_package_long": "named-by-env",
        "autoloaded": "auto",
    }
    assert python.json("materialize")["status"] == "success"


def test_an_attribute_may_name_a_function(python):
    python.write(
        "plain.py",
        asset("made") + "\n    @dg.definitions\n    def chosen():\n        return defs\n",
    )
    python.write(
        "workspace.yaml",
        "load_from:\n  - python_file: {relative_path: plain.py, attribute: chosen, location_name: here}\n",
    )
    assert made_in(python) == {"made": "here"}


def test_an_attribute_that_is_not_there_is_named(python):
    python.write("plain.py", asset("made"))
    python.write(
        "workspace.yaml",
        "load_from:\n  - python_file: {relative_path: plain.py, attribute: dfes, location_name: here}\n",
    )
    error = python.json("location", "show", "here")["error"]
    assert "dfes" in error["message"] and "defs" in (error["hint"] or error["message"])


def project(workspace):
    """A repository with a src layout that nobody has installed."""
    workspace.write("repo/pyproject.toml", '[project]\nname = "repo"\nversion = "1"\n')
    workspace.write("repo/src/thing/__init__.py", "")
    workspace.write("repo/src/thing/helper.py", "NUMBER = 42\n")
    workspace.write(
        "repo/src/thing/definitions.py",
        """
        import dagster as dg
        from thing.helper import NUMBER

        @dg.asset
        def number():
            return NUMBER

        defs = dg.Definitions([number], resources={"io_manager": dg.FilesystemIOManager(base_dir="values")})
        """,
    )
    return workspace.write(
        "workspace.yaml",
        "load_from:\n  - python_module: {module_name: thing.definitions, working_directory: repo, location_name: thing}\n",
    )


def test_a_src_layout_works_without_being_installed_and_paths_start_at_the_file(python):
    file = project(python)
    elsewhere = python.root / "home"
    python.plait("materialize", "-w", str(file), cwd=elsewhere)
    assert (python.root / "repo/values/number").is_symlink(), (
        "relative base_dir is seen from the working directory"
    )
    assert (python.root / ".plait").is_dir() and not (elsewhere / ".plait").exists()
    python.plait("materialize", "-w", "../workspace.yaml", cwd=elsewhere)
    assert len(python.json("run", "list")) == 2


@pytest.mark.parametrize("variable", ["DAGSTER_WORKSPACE_YAML", "DAGSTER_WEBSERVER_WORKSPACE"])
def test_the_environment_names_the_workspace(python, variable):
    project(python).rename(python.root / "other.yaml")
    python.env[variable] = str(python.root / "other.yaml")
    assert located(python, cwd=python.root / "home") == {"thing": "ok"}
    python.env[variable] = "../other.yaml"
    assert located(python, cwd=python.root / "home") == {"thing": "ok"}


def test_the_workspace_is_found_upward_and_state_lies_beside_it(python):
    project(python)
    assert located(python, cwd=python.root / "repo/src/thing") == {"thing": "ok"}
    assert [path.parent for path in python.root.rglob(".plait")] == [python.root]


def test_plait_home_holds_the_state(python):
    project(python)
    python.env["PLAIT_HOME"] = str(python.root / "state")
    python.plait("materialize")
    assert (python.root / "state").is_dir() and not (python.root / ".plait").exists()


def test_a_project_found_upward_yields_to_the_workspace_that_lists_it(python):
    python.write(
        "dg.toml",
        'directory_type = "workspace"\n[workspace]\n'
        '[[workspace.projects]]\npath = "one"\n[[workspace.projects]]\npath = "two"\n',
    )
    for name in ("one", "two"):
        python.write(
            f"{name}/pyproject.toml",
            f"""
            [project]
            name = "{name}"
            version = "1"
            [tool.dg]
            directory_type = "project"
            [tool.dg.project]
            root_module = "{name}_root"
            """,
        )
        python.write(f"{name}/src/{name}_root/__init__.py", "")
        python.write(f"{name}/src/{name}_root/definitions.py", asset(f"asset_of_{name}"))
    assert located(python) == {"one": "ok", "two": "ok"}
    assert made_in(python, cwd=python.root / "two/src/two_root") == {
        "asset_of_one": "one",
        "asset_of_two": "two",
    }


def test_a_lone_dg_project_is_a_workspace(python):
    python.write(
        "pyproject.toml",
        """
        [project]
        name = "lone"
        version = "1"
        [tool.dg]
        directory_type = "project"
        [tool.dg.project]
        root_module = "lone"
        autoload_defs = true
        code_location_name = "by-name"
        """,
    )
    python.write("src/lone/__init__.py", "")
    python.write("src/lone/defs/__init__.py", "")
    python.write(
        "src/lone/defs/deep/inner.py",
        "import dagster as dg\n\n@dg.asset\ndef inner():\n    return 1\n",
    )
    assert made_in(python) == {"inner": "by-name"}


@pytest.mark.parametrize(
    "table",
    [
        'module_name = "lone.definitions"\ncode_location_name = "mine"',
        'modules = [{type = "module", name = "lone.definitions"}]\ncode_location_name = "mine"',
    ],
)
def test_tool_dagster_of_a_pyproject(python, table):
    python.write(
        "pyproject.toml", f'[project]\nname = "lone"\nversion = "1"\n[tool.dagster]\n{table}\n'
    )
    python.write("lone/__init__.py", "")
    python.write("lone/definitions.py", asset("made"))
    assert made_in(python) == {"made": "mine"}


def test_a_grpc_server_is_refused_while_others_go_on(python):
    python.write("plain.py", asset("made"))
    python.write(
        "workspace.yaml",
        "load_from:\n  - grpc_server: {host: localhost, port: 4266, location_name: far}\n  - python_file: plain.py\n",
    )
    assert located(python) == {"far": "broken", "plain.py": "ok"}
    python.plait("materialize")
    text = python.plait("location", "show", "far").out
    assert "grpc_server" in text and "python_" in text, text


FAULTS = {
    "same name twice": (
        "load_from:\n"
        "  - python_file: {relative_path: a.py, location_name: x}\n"
        "  - python_file: {relative_path: b.py, location_name: x}\n",
        ["workspace.yaml:3", "name x", "line 2"],
    ),
    "unknown key": (
        "load_from:\n  - python_file: {relative_pth: a.py}\n",
        ["workspace.yaml:2", "relative_pth", "relative_path"],
    ),
    "unknown loader": (
        "load_from:\n  - python_fil: a.py\n",
        ["workspace.yaml:2", "python_fil", "python_file"],
    ),
    "unset variable": (
        "load_from:\n  - python_file: {relative_path: {env: NOT_SET_ANYWHERE}}\n",
        ["workspace.yaml:2", "NOT_SET_ANYWHERE"],
    ),
    "not yaml": ("load_from: [\n", ["workspace.yaml:"]),
    "key twice": ("load_from: []\nload_from: []\n", ["workspace.yaml:2", "load_from"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_file_is_told_with_its_place(python, name):
    text, shown = FAULTS[name]
    python.write("workspace.yaml", text)
    err = python.plait("location", "list", status=2).err
    assert all(piece in err for piece in shown), err


def test_all_faults_of_a_file_are_told_at_once(python):
    python.write(
        "workspace.yaml",
        "load_from:\n  - python_fil: a.py\n  - python_file: {relative_pth: a.py}\n",
    )
    err = python.plait("location", "list", status=2).err
    assert "workspace.yaml:2" in err and "workspace.yaml:3" in err


def test_a_location_without_interpreter_says_how_to_make_one(workspace):
    project(workspace)
    assert located(workspace) == {"thing": "broken"}
    out = workspace.plait("location", "show", "thing").out
    assert "plait env sync thing" in out, out
    err = workspace.plait("materialize", status=2).err
    assert "nothing to run" in err and "repo has no .venv" in err, err


def test_the_projects_own_environment_is_used(workspace):
    project(workspace)
    assert located(workspace) == {"thing": "broken"}
    (workspace.root / "repo/.venv/bin").mkdir(parents=True)
    (workspace.root / "repo/.venv/bin/python").symlink_to(sys.executable)
    shown = workspace.json("location", "show", "thing")
    assert shown["health"] == "ok"
    assert shown["interpreter"] == str(workspace.root / "repo/.venv/bin/python")
    assert ".venv" in shown["interpreter_why"]


def test_the_reserved_front_end_is_a_clear_error(python):
    project(python)
    python.write(
        "repo/pyproject.toml",
        '[project]\nname = "repo"\nversion = "1"\n[tool.plait]\ndefinitions = "dagster"\n',
    )
    assert located(python) == {"thing": "broken"}
    error = python.json("location", "show", "thing")["error"]
    assert "definitions" in error["message"] and "dagster" in error["message"], error


def test_the_projects_env_file_reaches_its_code_and_steps(python):
    project(python)
    python.write("repo/.env", "SECRET_NUMBER=7\nHOW='as set here'\n")
    python.write(
        "repo/src/thing/definitions.py",
        """
        import os
        import dagster as dg

        PREFIX = os.environ["HOW"]

        @dg.asset
        def number():
            return (PREFIX, os.environ["SECRET_NUMBER"])

        defs = dg.Definitions([number], resources={"io_manager": dg.FilesystemIOManager(base_dir="../data")})
        """,
    )
    python.plait("materialize")
    assert python.value("number") == ("as set here", "7")
    shown = python.json("location", "show", "thing")
    assert (
        sorted(shown["env_file_sets"]) == ["HOW", "SECRET_NUMBER"] and "HOW" in shown["code_reads"]
    )
    kept = [file for file in (python.root / ".plait").rglob("*") if file.is_file()]
    assert not [file for file in kept if b"as set here" in file.read_bytes()], (
        "values of .env are kept nowhere"
    )
