"""plait called by other names, and code that is named on the command line instead of a workspace file."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest
from conftest import BINARY, wait_for

CODE = """
    @dg.asset(group_name="raw")
    def first():
        return 1

    @dg.asset
    def second(first):
        return first + 1

    defs = dg.Definitions(
        [first, second], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}
    )
"""
TOOLS = ["dagster-webserver", "dagster", "dg"]


@pytest.fixture
def named(workspace):
    """A workspace with one location, and the links on PATH."""
    workspace.location("team", CODE)
    links = workspace.root / "bin"
    workspace.plait("env", "link", str(links))
    workspace.env["PATH"] = f"{links}:{os.environ['PATH']}"
    workspace.links = links
    return workspace


def call(workspace, *words: str, status: int = 0) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [str(workspace.links / words[0]), *words[1:]],
        env=workspace.env,
        cwd=workspace.root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == status, f"{words}\n{done.stdout}\n{done.stderr}"
    return done


def test_assets_are_made_and_listed(named):
    done = call(named, "dagster", "asset", "materialize", "--select", "first,second")
    assert "succeeded: 2 assets" in done.stdout
    assert named.value("second") == 2
    assert "first" in call(named, "dagster", "asset", "list", "--select", "group:raw").stdout
    assert "run" in call(named, "dagster", "run", "list", "--limit", "1").stdout.lower()
    call(named, "dg", "launch", "--assets", "+second")
    listed = json.loads(call(named, "dg", "list", "defs", "--json").stdout)
    assert {asset["key"] for asset in listed} == {"first", "second"}
    call(named, "dg", "check", "defs")
    call(named, "dagster", "definitions", "validate", "-w", "workspace.yaml")


def test_code_that_does_not_load_fails_the_check(named):
    (named.root / "team" / "definitions.py").write_text("import nothing_of_that_name\n")
    done = call(named, "dagster", "definitions", "validate", status=1)
    assert "nothing_of_that_name" in done.stdout + done.stderr


@pytest.mark.parametrize("tool", [["dagster-webserver"], ["dagster", "dev"], ["dg", "dev"]])
def test_servers_serve(named, tool):
    log = named.root / "server.log"
    # as the tutorials have it: the variable names the workspace
    env = {**named.env, "DAGSTER_WORKSPACE_YAML": str(named.root / "workspace.yaml")}
    with open(log, "w") as out:
        server = subprocess.Popen(
            [str(named.links / tool[0]), *tool[1:], "-h", "127.0.0.1", "-p", "0"],
            env=env,
            cwd=named.root / "home",
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: "http://127.0.0.1:" in log.read_text() or server.poll() is not None)
        assert re.search(r"1 location, 2 assets", log.read_text())
        named.plait("materialize", "first")
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
    finally:
        server.kill()
        server.wait()


def test_what_there_is_not_says_what_to_do(named):
    done = call(named, "dagster", "schedule", "start", "nightly", status=2)
    assert "plait has no 'dagster schedule'" in done.stderr and "hint:" in done.stderr
    done = call(named, "dagster-webserver", "--read-only", status=2)
    assert "--read-only" in done.stderr and "hint:" in done.stderr
    done = call(named, "dagster", "asset", "materialize", status=2)
    assert "needs a selection" in done.stderr
    done = call(named, "dg", "chekc", "defs", status=2)
    assert "plait knows no command 'dg chekc'" in done.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_help_and_version(named, tool):
    assert "In plait's own words" in call(named, tool, "--help").stdout
    assert re.fullmatch(r"plait \d+\.\d+\.\d+\n", call(named, tool, "--version").stdout)
    assert tool in named.plait("help", "dagster").out


def test_links_come_and_go_and_leave_others_alone(workspace):
    links = workspace.root / "bin"
    done = workspace.plait("env", "link", "bin")
    assert f'export PATH="{links}:$PATH"' in done.out
    assert {link.name: os.readlink(link) for link in links.iterdir()} == {
        tool: os.path.realpath(BINARY) for tool in TOOLS
    }
    again = workspace.json("env", "link", "bin")
    assert {row["state"] for row in again} == {"there"}
    (links / "dg").unlink()
    (links / "dg").symlink_to("/elsewhere/plait")  # an older plait's link is moved
    states = {row["name"]: row["state"] for row in workspace.json("env", "link", "bin")}
    assert states == {"dagster-webserver": "there", "dagster": "there", "dg": "linked"}
    (links / "dagster").unlink()
    (links / "dagster").write_text("#!/bin/sh\n")
    assert "is no link to plait" in workspace.plait("env", "link", "bin", status=5).err
    workspace.plait("env", "link", "bin", "--remove", status=5)
    assert len(list(links.iterdir())) == 3
    (links / "dagster").unlink()
    states = {row["name"]: row["state"] for row in workspace.json("env", "link", "bin", "--remove")}
    assert states == {"dagster-webserver": "removed", "dagster": "absent", "dg": "removed"}
    assert list(links.iterdir()) == []


def test_an_own_dagster_that_comes_first_is_named(workspace):
    first = workspace.write("venv/bin/dagster", "#!/bin/sh\n")
    workspace.env["PATH"] = f"{first.parent}:{workspace.root / 'bin'}:{os.environ['PATH']}"
    assert f"{first} comes first on PATH" in workspace.plait("env", "link", "bin").out


# ---- code that is named itself ----


def lone(workspace) -> pathlib.Path:
    workspace.env["VIRTUAL_ENV"] = sys.prefix
    return workspace.write(
        "lone.py", "import dagster as dg\n\n@dg.asset\ndef alone():\n    return 1\n"
    )


def test_a_file_is_a_workspace(workspace):
    lone(workspace)
    workspace.plait("materialize", "--python-file", "lone.py")
    (asset,) = workspace.json("asset", "list", "--python-file", "lone.py")
    assert (asset["key"], asset["location"], asset["status"]) == (
        "alone",
        "lone.py",
        "materialized",
    )
    (row,) = workspace.json("env", "list", "--python-file", "lone.py")
    assert row["why"] == "VIRTUAL_ENV"


def test_several_files_and_modules_are_as_many_locations(workspace):
    lone(workspace)
    workspace.write("pkg/__init__.py", "")
    workspace.write(
        "pkg/more.py", "import dagster as dg\n\n@dg.asset\ndef other():\n    return 2\n"
    )
    listed = workspace.json(
        "asset", "list", "--python-file", "lone.py", "--module-name", "pkg.more"
    )
    assert {asset["key"]: asset["location"] for asset in listed} == {
        "alone": "lone.py",
        "other": "pkg.more",
    }


def test_what_is_named_twice_is_refused(workspace):
    lone(workspace)
    workspace.location("team", CODE)
    done = workspace.plait("asset", "list", "-w", "a.yaml", "-w", "b.yaml", status=2)
    assert "--workspace is given 2 times" in done.err
    done = workspace.plait(
        "asset", "list", "-w", "workspace.yaml", "--python-file", "lone.py", status=2
    )
    assert "leave one of them out" in done.err
