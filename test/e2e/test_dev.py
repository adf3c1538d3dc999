"""`plait dev`: code is loaded again while it is being written, one location at a time."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

import pytest
from conftest import BINARY, wait_for

CODE = """
    @dg.asset
    def {name}():
        return 1

    defs = dg.Definitions([{name}], resources={{"io_manager": dg.FilesystemIOManager(base_dir=DATA)}})
"""


def locate(workspace, name: str) -> pathlib.Path:
    return workspace.location(
        name, CODE.format(name=name), working_directory=str(workspace.root / name)
    )


class Dev:
    """A `plait dev` and what it has said."""

    def __init__(self, workspace, *args: str) -> None:
        self.log = workspace.root / "dev.log"
        with open(self.log, "w") as log:
            self.process = workspace.start(
                "dev", "--json", "--port", "0", *args, stdout=log, stderr=log
            )
        wait_for(lambda: self.told("ready") or self.process.poll() is not None)
        assert self.told("ready"), self.log.read_text()
        wait_for(self.watches)
        self.read = len(self.lines())

    def watches(self) -> bool:
        """Whether it watches the settings and the code; it does before the first look at the files."""
        watching = 0
        for entry in pathlib.Path(f"/proc/{self.process.pid}/fdinfo").iterdir():
            with contextlib.suppress(OSError):
                watching += "inotify wd:" in entry.read_text()
        if watching == 2:
            time.sleep(0.3)
        return watching == 2

    def lines(self) -> list:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]

    def told(self, kind: str) -> list:
        return [line for line in self.lines() if line["kind"] == kind]

    def news(self, kind: str) -> list:
        """What it says of that kind from the last call on; waits for the first."""
        wait_for(lambda: any(line["kind"] == kind for line in self.lines()[self.read :]))
        time.sleep(0.4)
        lines = self.lines()
        news, self.read = lines[self.read :], len(lines)
        return [line for line in news if line["kind"] == kind]

    def comes_to_rest(self) -> None:
        """What it was in the middle of is told, too."""
        for _ in range(20):
            before = len(self.lines())
            time.sleep(1)
            if len(self.lines()) == before:
                break
        self.read = before

    def says_nothing(self) -> None:
        time.sleep(0.6)
        assert self.lines()[self.read :] == []


@pytest.fixture
def two(workspace):
    locate(workspace, "one")
    locate(workspace, "two")
    return workspace


@contextlib.contextmanager
def developing(workspace, *args: str):
    dev = Dev(workspace, *args)
    try:
        yield dev
    finally:
        if dev.process.poll() is None:
            dev.process.kill()
            dev.process.wait()


def compiled(dev: Dev) -> list:
    return [(line["location"], line["loads"]) for line in dev.news("compiled")]


def test_only_the_location_that_was_saved_is_loaded_again(two):
    with developing(two) as dev:
        file = two.root / "one" / "definitions.py"
        file.write_text(
            file.read_text().replace("def one", "def renamed").replace("[one]", "[renamed]")
        )
        (line,) = dev.news("compiled")
        assert line["location"] == "one" and line["assets"] == 1 and line["error"] is None
        assert set(two.assets()) == {"renamed", "two"}


def test_broken_code_is_named_by_its_line_and_mended(two):
    with developing(two) as dev:
        file = two.root / "two" / "definitions.py"
        good = file.read_text()
        file.write_text(good + "this is no code\n")
        (line,) = dev.news("compiled")
        assert not line["loads"]
        assert line["error"]["file"] == str(file)
        assert line["error"]["line"] == len(good.splitlines()) + 1
        assert set(two.assets()) == {"one", "two"}  # the last good version serves
        two.plait("materialize", "one")
        file.write_text(good)
        assert compiled(dev) == [("two", True)]


def test_editors_that_rename_and_new_files_are_seen(two):
    with developing(two) as dev:
        file = two.root / "one" / "definitions.py"
        beside = two.root / "one" / ".definitions.py.swp"
        beside.write_text("import more.names\n" + file.read_text())
        beside.rename(file)
        assert compiled(dev) == [("one", False)]
        two.write("one/more/names.py", "NAMES = 1\n")
        assert compiled(dev) == [("one", True)]
        two.write("one/more/names.py", "NAMES = 2\n")  # in a folder that came later
        assert compiled(dev) == [("one", True)]


def test_what_is_no_code_wakes_nobody(two):
    with developing(two) as dev:
        two.write("one/.venv/lib/x.py", "x = 1\n")
        two.write("one/__pycache__/y.py", "x = 1\n")
        two.write("one/values.bin", "x\n")
        dev.says_nothing()


def test_values_and_state_inside_of_a_project_are_no_code(two):
    two.location(
        "one",
        """
        import json

        class Json(dg.UPathIOManager):
            extension = ".json"

            def dump_to_path(self, context, obj, path):
                path.write_text(json.dumps(obj))

            def load_from_path(self, context, path):
                return json.loads(path.read_text())

        @dg.asset
        def one():
            return {"a": 1}

        defs = dg.Definitions([one], resources={"io_manager": Json("values")})
        """,
        working_directory=str(two.root / "one"),
    )
    two.env["PLAIT_HOME"] = str(two.root / "one" / "state")
    with developing(two) as dev:
        for _ in range(2):
            two.plait("materialize", "one")
        assert json.loads((two.root / "one" / "values" / "one.json").read_text()) == {"a": 1}
        time.sleep(0.6)
        assert dev.told("compiled") == []


def test_who_looks_at_the_ui_hears_of_it(two):
    with developing(two) as dev:
        url = dev.told("ready")[0]["url"]
        with urllib.request.urlopen(f"{url}/api/v1/events/stream", timeout=30) as stream:
            two.write("one/part.py", "PART = 1\n")
            while stream.readline() != b"event: code\n":
                pass
            data = json.loads(stream.readline().removeprefix(b"data: "))
        assert {location["name"] for location in data["locations"]} == {"one", "two"}


def test_many_saves_are_one_change(two):
    with developing(two) as dev:
        for n in range(50):
            two.write(f"one/part{n % 5}.py", f"N = {n}\n")
        assert len(compiled(dev)) <= 2


def test_the_workspace_file_is_followed(two):
    with developing(two) as dev:
        locate(two, "three")
        assert compiled(dev) == [("three", True)]
        good = (two.root / "workspace.yaml").read_text()
        two.write("workspace.yaml", "load_from: {\n")
        (trouble,) = dev.news("trouble")
        assert "workspace.yaml:2" in trouble["message"]
        two.locations.pop("two")
        two._write()
        assert [line["location"] for line in dev.news("gone")] == ["two"]
        assert set(two.assets()) == {"one", "three"}
        (two.root / "workspace.yaml").write_text(good)
        wait_for(lambda: set(two.assets()) == {"one", "two", "three"})


def test_a_variable_of_dot_env_is_followed(two):
    two.write("one/pyproject.toml", '[project]\nname = "one"\nversion = "1"\n')
    file = two.root / "one" / "definitions.py"
    file.write_text("import os\nos.environ.get('MODE')\n" + file.read_text())
    two.plait("location", "check")
    with developing(two) as dev:
        two.write("one/.env", "MODE=slow\n")
        assert compiled(dev) == [("one", True)]


def test_a_folder_that_goes_and_comes_back(two):
    with developing(two) as dev:
        shutil.move(two.root / "one", two.root / "elsewhere")
        assert compiled(dev) == [("one", False)]
        shutil.move(two.root / "elsewhere", two.root / "one")
        wait_for(lambda: compiled(dev)[-1] == ("one", True))


def test_code_that_writes_while_it_is_loaded_does_not_go_round_for_ever(two):
    with developing(two) as dev:
        file = two.root / "one" / "definitions.py"
        file.write_text(
            "import pathlib, time\n"
            "(pathlib.Path(__file__).parent / 'made.json').write_text(str(time.time()))\n"
            + file.read_text()
        )
        (trouble,) = dev.news("trouble")
        assert "made.json changes whenever the code is loaded" in trouble["message"]
        dev.comes_to_rest()
        dev.says_nothing()


def test_ctrl_c_ends_it(two):
    with developing(two) as dev:
        two.plait("materialize", "one")
        dev.process.send_signal(signal.SIGINT)
        assert dev.process.wait(20) == 0
        assert dev.told("ended")


def test_people_read_a_line_a_change(two):
    log = two.root / "dev.txt"
    with open(log, "w") as out:
        process = two.start("dev", "--port", "0", stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: "2 locations, 2 assets" in log.read_text())
        time.sleep(0.5)
        file = two.root / "one" / "definitions.py"
        good = file.read_text()
        file.write_text(good.replace("@dg.asset", "@dg.aset"))
        wait_for(lambda: "one: does not load: AttributeError" in log.read_text())
        assert "(one/definitions.py:4); its last good version serves" in log.read_text()
        file.write_text(good)
        wait_for(lambda: "one: reloaded, 1 asset, " in log.read_text())
        assert "two:" not in log.read_text()
    finally:
        process.terminate()
        process.wait(20)


def on_terminal(workspace, *args: str) -> tuple[subprocess.Popen, int]:
    """`plait dev` as a person starts it, and the other side of its terminal."""
    ours, theirs = os.openpty()
    process = workspace.start("dev", "--port", "0", *args, stdout=theirs, stderr=theirs)
    os.close(theirs)
    return process, ours


def shown_until(terminal: int, what: str) -> str:
    seen = ""
    while what not in seen:
        seen += os.read(terminal, 4096).decode()
    return seen


def test_the_browser_is_shown_the_ui(two):
    opened = two.root / "opened"
    browser = two.write(
        "browser", f'#!/bin/sh\necho "$@" > {opened}.new && mv {opened}.new {opened}\n'
    )
    browser.chmod(0o755)
    two.env["BROWSER"] = f"{browser} --window %s --last"
    process, terminal = on_terminal(two)
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+", shown_until(terminal, "127.0.0.1:"))
        wait_for(opened.exists)
        first, address, last = opened.read_text().split()
        assert (first, last) == ("--window", "--last") and address.startswith(url.group())
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


@pytest.mark.parametrize(
    ("args", "env"), [(["--no-open"], {}), ([], {"BROWSER": "", "DISPLAY": ""})]
)
def test_no_browser_where_none_is_wanted(two, args, env):
    opened = two.root / "opened"
    xdg = two.write("bin/xdg-open", f"#!/bin/sh\ntouch {opened}\n")
    xdg.chmod(0o755)
    two.env.update({"DISPLAY": ":9", "PATH": f"{xdg.parent}:{os.environ['PATH']}", **env})
    two.env.pop("WAYLAND_DISPLAY", None)
    two.env.pop("SSH_CONNECTION", None)
    process, terminal = on_terminal(two, *args)
    try:
        shown_until(terminal, "127.0.0.1:")
        time.sleep(0.5)
        assert not opened.exists()
    finally:
        process.terminate()
        process.wait(20)
        os.close(terminal)


def test_a_limit_of_watches_is_told_and_does_not_end_it(two):
    """In a user namespace of its own, whose limit may be lowered."""
    unshare = shutil.which("unshare")
    limit = "/proc/sys/user/max_inotify_watches"
    script = f"echo 3 > {limit} && exec {BINARY} dev --json"
    if not unshare or subprocess.run([unshare, "-Ur", "sh", "-c", f"echo 9 > {limit}"]).returncode:
        pytest.skip("user namespaces cannot be made here")
    log = two.root / "dev.log"
    with open(log, "w") as out:
        process = subprocess.Popen(
            [unshare, "-Ur", "sh", "-c", script], env=two.env, cwd=two.root, stdout=out
        )
    try:
        wait_for(lambda: "max_user_watches" in log.read_text())
        two.plait("location", "check")
    finally:
        process.terminate()
        process.wait(20)
