"""`plait env sync` and `plait env list`, on projects made here.  Only `iniconfig` and a wrong name need the package index."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from typing import Any

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
PLAIT = os.environ.get("PLAIT", str(TOP / "build" / "plait"))

# A build backend of its own, so that building needs neither network nor setuptools.
BACKEND = """
import base64, hashlib, os, pathlib, tomllib_free as _t, zipfile


def _wheel(folder, editable):
    name, version, needs = _t.facts()
    file = f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    meta = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    meta += "".join(f"Requires-Dist: {need}\\n" for need in needs)
    files = {
        f"{info}/METADATA": meta,
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    if editable:
        files[f"{name}.pth"] = str(pathlib.Path("src").resolve()) + "\\n"
    else:
        for path in pathlib.Path("src").rglob("*.py"):
            files[path.relative_to("src").as_posix()] = path.read_text()
    files[f"{info}/RECORD"] = "".join(f"{path},,\\n" for path in files)
    with zipfile.ZipFile(os.path.join(folder, file), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return file


def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, False)


def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, True)
"""
FACTS = """
import pathlib, re


def facts():
    text = pathlib.Path("pyproject.toml").read_text()
    name = re.search(r'^name = "(.*)"', text, re.M).group(1).replace("-", "_")
    needs = re.search(r"^dependencies = \\[(.*)\\]", text, re.M)
    return name, "0.1", re.findall(r'"(.*?)"', needs.group(1)) if needs else []
"""


def package(folder: pathlib.Path, needs: str = "", more: str = "") -> pathlib.Path:
    """A project named after its folder, with a module of that name."""
    name = folder.name
    (folder / "src" / name).mkdir(parents=True)
    (folder / "src" / name / "__init__.py").write_text(f"WHO = {name!r}\n")
    (folder / "src" / name / "definitions.py").write_text("")
    (folder / "backend").mkdir()
    (folder / "backend" / "local_backend.py").write_text(BACKEND)
    (folder / "backend" / "tomllib_free.py").write_text(FACTS)
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "0.1"\ndependencies = [{needs}]\n'
        '[build-system]\nrequires = []\nbuild-backend = "local_backend"\nbackend-path = ["backend"]\n'
        + more
    )
    return folder


class Workspace:
    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        skipped = ("PLAIT_", "DAGSTER_", "UV_")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(skipped)}
        # without uv, whatever this machine has
        self.env["PATH"] = os.pathsep.join(
            p for p in self.env["PATH"].split(os.pathsep) if not (pathlib.Path(p) / "uv").exists()
        )
        self.env.update({"NO_COLOR": "1", "GIT_CONFIG_COUNT": "1"})
        self.env.update({"GIT_CONFIG_KEY_0": "protocol.file.allow", "GIT_CONFIG_VALUE_0": "always"})

    def locations(self, *folders: str, more: str = "") -> None:
        text = "load_from:\n"
        for folder in folders:
            name = pathlib.Path(folder).name
            text += (
                f"  - python_module:\n      module_name: {name}.definitions\n"
                f"      location_name: {name}\n      working_directory: {folder}\n"
            )
        (self.root / "workspace.yaml").write_text(text + more)

    def plait(self, *args: str, status: int = 0) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [PLAIT, *args], cwd=self.root, env=self.env, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == status, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def sync(self, *args: str, status: int = 0) -> dict[str, Any]:
        return {
            row["location"]: row
            for row in json.loads(self.plait("env", "sync", "--json", *args, status=status).stdout)
        }

    def python(self, project: str, code: str) -> str:
        done = subprocess.run(
            [self.root / project / ".venv/bin/python", "-c", code], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def workspace(tmp_path: pathlib.Path) -> Workspace:
    return Workspace(tmp_path)


def digest(folder: pathlib.Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(str(path).encode() + path.read_bytes())
    return total.hexdigest()


def git(folder: pathlib.Path, *args: str) -> None:
    identity = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "-c",
        "protocol.file.allow=always",
    ]
    subprocess.run(["git", *identity, *args], cwd=folder, check=True, capture_output=True)


def test_path_dependency_is_editable_and_second_run_skips(workspace: Workspace) -> None:
    package(workspace.root / "shared")
    source = '[tool.uv.sources]\nshared = { path = "../shared", editable = true }\n'
    package(workspace.root / "one", '"shared"', source)
    workspace.locations("one")
    row = workspace.sync()["one"]
    assert (row["status"], row["tool"], row["packages"], row["error"]) == (
        "synced",
        "pip",
        2 + setuptools(row),
        None,
    )
    assert workspace.python("one", "import one, shared; print(shared.__file__)").startswith(
        str(workspace.root / "shared")
    )
    assert workspace.sync()["one"]["status"] == "current"
    assert workspace.sync("--force")["one"]["status"] == "synced"
    (workspace.root / "shared" / "setup.cfg").write_text("[metadata]\n")
    assert workspace.sync()["one"]["status"] == "synced", (
        "a path dependency that changed is installed anew"
    )


def setuptools(row: dict[str, Any]) -> int:
    """Older Pythons put it into every environment."""
    return len(
        list(pathlib.Path(row["environment"]).glob("lib/*/site-packages/setuptools-*.dist-info"))
    )


def test_other_repository_untouched(workspace: Workspace) -> None:
    for name in ("one", "two"):
        package(workspace.root / name)
    workspace.locations("one", "two")
    workspace.sync("two")
    before = digest(workspace.root / "two")
    assert list(workspace.sync("one")) == ["one"]
    assert digest(workspace.root / "two") == before
    assert {p.name for p in (workspace.root / "one").iterdir()} == {
        "src",
        "backend",
        "pyproject.toml",
        ".venv",
    }


def test_failing_package_is_named_and_others_go_on(workspace: Workspace) -> None:
    package(workspace.root / "bad", '"no-such-package-of-plait>=2"')
    package(workspace.root / "good", '"iniconfig"')
    workspace.locations("bad", "good")
    rows = workspace.sync(status=1)
    assert rows["good"]["status"] == "synced"
    assert workspace.python("good", "import iniconfig, good; print(good.WHO)") == "good"
    error = rows["bad"]["error"]
    assert (rows["bad"]["status"], error["package"]) == ("failed", "no-such-package-of-plait")
    assert "no-such-package-of-plait>=2" in pathlib.Path(error["log"]).read_text()
    text = workspace.plait("env", "sync", status=1)
    assert "✔ good" in text.stdout and "up to date" in text.stdout
    assert "no version of no-such-package-of-plait>=2 can be installed" in text.stderr
    assert "No matching distribution found" in text.stderr and "bad.log" in text.stderr


def test_build_that_fails_is_named(workspace: Workspace) -> None:
    broken = package(workspace.root / "broken")
    (broken / "backend" / "local_backend.py").write_text("raise SystemExit('cc1 is missing')\n")
    package(
        workspace.root / "one", '"broken"', '[tool.uv.sources]\nbroken = { path = "../broken" }\n'
    )
    workspace.locations("one")
    error = workspace.sync(status=1)["one"]["error"]
    assert error["package"] == "broken" and "building broken failed" in error["message"]
    assert "cc1 is missing" in pathlib.Path(error["log"]).read_text()


def test_missing_submodule_is_checked_out(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    origin = package(tmp_path_factory.mktemp("origin") / "lib")
    git(origin, "init", "-q")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "x")
    first = tmp_path_factory.mktemp("first") / "repo"
    package(first, '"lib"', '[tool.uv.sources]\nlib = { path = "libs/lib", editable = true }\n')
    git(first, "init", "-q")
    git(first, "submodule", "--quiet", "add", str(origin), "libs/lib")
    git(first, "add", "-A")
    git(first, "commit", "-qm", "x")
    git(workspace.root, "clone", "-q", str(first), "repo")
    assert not list((workspace.root / "repo" / "libs" / "lib").iterdir())
    workspace.locations("repo")
    assert workspace.sync()["repo"]["status"] == "synced"
    assert workspace.python("repo", "import lib; print(lib.WHO)") == "lib"
    shutil.rmtree(origin)
    assert workspace.sync()["repo"]["status"] == "current", "what is checked out is left alone"


def test_submodule_that_cannot_be_fetched_fails_only_its_repository(workspace: Workspace) -> None:
    package(workspace.root / "one")
    package(workspace.root / "two")
    git(workspace.root / "one", "init", "-q")
    git(workspace.root / "two", "init", "-q")
    lib = workspace.root / "lib"
    package(lib)
    git(lib, "init", "-q")
    git(lib, "add", "-A")
    git(lib, "commit", "-qm", "x")
    git(workspace.root / "one", "submodule", "--quiet", "add", str(lib), "lib")
    git(workspace.root / "one", "commit", "-qm", "x")
    git(workspace.root / "one", "submodule", "--quiet", "deinit", "-f", "lib")
    shutil.rmtree(workspace.root / "one" / ".git" / "modules")
    shutil.rmtree(lib)
    workspace.locations("one", "two")
    rows = workspace.sync(status=1)
    assert rows["two"]["status"] == "synced"
    assert "submodules of" in rows["one"]["error"]["message"] and rows["one"]["error"]["log"]


def test_requires_python_names_what_was_looked_for(workspace: Workspace) -> None:
    one = package(workspace.root / "one")
    text = (one / "pyproject.toml").read_text()
    (one / "pyproject.toml").write_text(
        text.replace("[build-system]", 'requires-python = ">=3.99"\n[build-system]')
    )
    workspace.locations("one")
    message = workspace.sync(status=1)["one"]["error"]["message"]
    assert 'requires-python = ">=3.99"' in message and " is 3." in message


def test_wrong_choice_keeps_the_old_environment(workspace: Workspace) -> None:
    package(workspace.root / "one")
    workspace.locations("one")
    workspace.sync()
    workspace.sync("--python", "3.99", status=1)
    assert workspace.python("one", "import one; print(one.WHO)") == "one"
    workspace.sync("--python", "/nowhere/python", status=1)
    assert workspace.python("one", "import one; print(one.WHO)") == "one"
    assert {p.name for p in (workspace.root / "one").iterdir()} == {
        "src",
        "backend",
        "pyproject.toml",
        ".venv",
    }


def test_locations_without_project_share_an_empty_environment(workspace: Workspace) -> None:
    (workspace.root / "a.py").write_text("")
    (workspace.root / "b.py").write_text("")
    (workspace.root / "workspace.yaml").write_text(
        "load_from:\n  - python_file: a.py\n  - python_file: b.py\n"
    )
    rows = workspace.sync()
    assert len(rows) == 2 and {row["environment"] for row in rows.values()} == {
        str(workspace.root / ".venv")
    }
    assert all(
        "no pyproject.toml" in row["notes"][0] and row["packages"] == 0 for row in rows.values()
    )


def test_interpreter_named_in_the_workspace_is_left_alone(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    package(workspace.root / "one")
    workspace.locations("one", more=f"      executable_path: {shutil.which('python3')}\n")
    row = workspace.sync()["one"]
    assert row["status"] == "skipped" and not (workspace.root / "one" / ".venv").exists()
    workspace.locations("one", more="      executable_path: one/.venv/bin/python\n")
    assert workspace.sync()["one"]["status"] == "synced"
    listed = json.loads(workspace.plait("env", "list", "--json").stdout)[0]
    assert listed["exists"] and listed["interpreter"] == str(
        workspace.root / "one/.venv/bin/python"
    )
    assert listed["python"].startswith("3.") and "workspace.yaml" in listed["why"]


def test_unknown_location_is_told_with_its_neighbour(workspace: Workspace) -> None:
    package(workspace.root / "analytics")
    workspace.locations("analytics")
    assert "did you mean 'analytics'" in workspace.plait("env", "sync", "analytcs", status=4).stderr


def slow(folder: pathlib.Path) -> None:
    (folder / "backend" / "local_backend.py").write_text("import time; time.sleep(60)\n" + BACKEND)


def processes_naming(text: str) -> list[str]:
    """Command lines of living processes that hold `text`."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it ended meanwhile
        if text in line:
            found.append(line)
    return found


def test_interrupt_ends_the_tools_and_says_so(workspace: Workspace) -> None:
    slow(package(workspace.root / "one"))
    workspace.locations("one")
    process = subprocess.Popen(
        [PLAIT, "env", "sync", "--json"],
        cwd=workspace.root,
        env=workspace.env,
        stdout=-1,
        stderr=-1,
        text=True,
    )
    log = workspace.root / ".plait" / "env" / "one.log"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (
        log.exists() and "Checking if build backend" in log.read_text()
    ):
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130 and json.loads(out)[0]["status"] == "canceled"
    assert "canceling" in err and "run this again" in err
    assert not processes_naming(str(workspace.root / "one")), "nothing goes on behind our back"


def test_terminal_gets_a_live_line(workspace: Workspace) -> None:
    package(workspace.root / "one")
    workspace.locations("one")
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = subprocess.Popen(
        [PLAIT, "env", "sync"],
        cwd=workspace.root,
        env={**workspace.env, "TERM": "xterm"},
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            ready = select.select([leader], [], [], 120)[0]
            chunk = os.read(leader, 65536) if ready else b""
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    os.close(leader)
    assert process.wait(timeout=10) == 0
    text = seen.decode()
    assert "▸ one" in text and "making the environment" in text and "✔ one" in text


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not on PATH")
def test_uv_respects_the_lock(workspace: Workspace) -> None:
    workspace.env["PATH"] = os.environ["PATH"]
    one = workspace.root / "one"
    one.mkdir()
    (one / "pyproject.toml").write_text(
        '[project]\nname = "one"\nversion = "0.1"\nrequires-python = ">=3.9"\ndependencies = ["iniconfig<2"]\n'
    )
    workspace.locations("one")
    subprocess.run(["uv", "lock", "-q"], cwd=one, check=True, env=workspace.env)
    row = workspace.sync()["one"]
    assert (row["status"], row["tool"], row["packages"], row["notes"]) == ("synced", "uv", 1, [])
    (one / "pyproject.toml").write_text(
        (one / "pyproject.toml").read_text().replace("iniconfig<2", "iniconfig>=2")
    )
    row = workspace.sync()["one"]
    assert row["status"] == "synced" and "uv.lock did not fit" in row["notes"][0]
