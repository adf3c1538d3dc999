"""The end-to-end tests' small vocabulary: a workspace in a temporary folder, and the real binary run in it."""

from __future__ import annotations

import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from typing import Any, Callable, Iterator

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PLAIT", str(TOP / "build" / "plait"))


# Started in the background of a script, the tests ignore Ctrl-C, and so would every plait that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _hear() -> None:
    """Where the tests run under nohup, plait would ignore that its terminal closes, as it should."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Workspace:
    """A folder with a workspace.yaml; each location is one Python file run by `python`."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        self.data = root / "data"
        self.locations: dict[str, dict[str, str]] = {}
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PLAIT_", "DAGSTER_"))},
            "HOME": str(root / "home"),
            "NO_COLOR": "1",
        }
        (root / "home").mkdir()

    def location(
        self, name: str, code: str, python: str = sys.executable, **keys: str
    ) -> pathlib.Path:
        """Add (or rewrite) a location whose code is one file; the shared data folder is `DATA` in it.
        `keys` are further ones of workspace.yaml."""
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        file = folder / "definitions.py"
        head = f"import dagster as dg\nDATA = {str(self.data)!r}\n"
        file.write_text(head + textwrap.dedent(code))
        self.locations[name] = {
            "relative_path": str(file),
            "location_name": name,
            "executable_path": python,
            **keys,
        }
        self._write()
        return file

    def write(self, path: str, text: str) -> pathlib.Path:
        """Write a file below the workspace's folder; the text's common indentation goes."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"))
        return file

    def _write(self) -> None:
        lines = ["load_from:"]
        for keys in self.locations.values():
            lines += ["  - python_file:", *(f"      {key}: {value}" for key, value in keys.items())]
        (self.root / "workspace.yaml").write_text("\n".join(lines) + "\n")

    def start(self, *args: str, **more: Any) -> subprocess.Popen:
        options = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "cwd": self.root,
            **more,
        }
        return subprocess.Popen([BINARY, *args], env=self.env, preexec_fn=_hear, **options)

    def plait(self, *args: str, status: int = 0, limit: float = 120, **more: Any) -> Done:
        """Run to the end; the exit status must be `status`."""
        process = self.start(*args, **more)
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            out, err = process.communicate()
            pytest.fail(f"plait {' '.join(args)} took longer than {limit} s\n{out}\n{err}")
        done = Done(process.returncode, out, err)
        assert done.status == status, f"plait {' '.join(args)}\nexit {done.status}\n{out}\n{err}"
        return done

    def json(self, *args: str, status: int = 0, **more: Any) -> Any:
        return json.loads(self.plait(*args, "--json", status=status, **more).out)

    def value(self, key: str) -> Any:
        """The current value of an asset, read as its users read it: from the shared folder."""
        return pickle.loads((self.data / key).read_bytes())

    def steps(self, run: str = "latest") -> dict[str, dict]:
        return {step["asset"]: step for step in self.json("run", "show", run)["steps"]}

    def assets(self) -> dict[str, dict]:
        return {asset["key"]: asset for asset in self.json("asset", "list")}


class Done:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


def wait_for(condition: Callable[[], Any], limit: float = 30) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def lives(pid: int | str) -> bool:
    """Whether the process runs; one that has ended and that nobody has waited for yet does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def workspace(tmp_path: pathlib.Path) -> Workspace:
    return Workspace(tmp_path)


# The web UI's; `visitor` is read only where a test asks for it: it needs Playwright.


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    import visitor as visitors

    with visitors.opened() as browser:
        yield browser


@pytest.fixture
def new(browser: Any, tmp_path: pathlib.Path) -> Iterator[Any]:
    """Visits a workspace of which nothing is made yet, and whose `customers` waits."""
    import visitor as visitors

    with visitors.visiting(browser, visitors.two_locations(tmp_path, go=False)) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def worn(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    import visitor as visitors

    with visitors.worn_workspace(tmp_path_factory.mktemp("worn")) as api:
        yield api


@pytest.fixture
def visitor(browser: Any, worn: Any) -> Iterator[Any]:
    """Visits the worn workspace."""
    import visitor as visitors

    visitor = visitors.Visitor(browser, worn)
    yield visitor
    visitor.close()
