"""Compiling a location: what the manifest says, and how each kind of broken code is told."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import textwrap
import time

import pytest

GOOD = """
    import os
    import dagster as dg
    from helper import factory

    PATH = os.environ.get("SHARED_PATH", "/nowhere")
    os.getenv("TOKEN_NAME")

    @dg.asset(group_name="raw", tags={"b": "1", "a": "2"}, kinds={"python", "csv"}, metadata={"n": 1})
    def one():
        return 1

    @dg.asset(deps=["elsewhere"])
    def two(one):
        return one + 1

    three = factory("three")
    defs = dg.Definitions(
        assets=[two, one, three],
        resources={"io_manager": dg.FilesystemIOManager(base_dir="~/shared"), "plain": object()},
    )
"""
HELPER = """
    import dagster as dg

    def factory(name):
        @dg.asset(name=name)
        def made() -> None:
            pass
        return made
"""


def code(text):
    return textwrap.dedent(text)


def test_compile_writes_a_manifest_of_what_the_code_defines(host):
    client = host({"defs.py": code(GOOD), "helper.py": code(HELPER)})
    reply = client.compile()
    assert reply["ok"], reply
    manifest = client.manifest
    assert manifest["location"] == "team"
    assert [asset["key"] for asset in manifest["assets"]] == [["one"], ["three"], ["two"]]
    assert [step["name"] for step in manifest["steps"]] == ["one", "three", "two"]
    one, three, two = manifest["assets"]
    assert (one["group"], one["kinds"], one["tags"]) == (
        "raw",
        ["csv", "python"],
        {"a": "2", "b": "1"},
    )
    assert one["metadata"] == {"n": {"type": "int", "raw_value": 1}}
    assert one["source"] == {"file": str(client.root / "defs.py"), "line": 9}
    assert (one["io_manager"], three["io_manager"]) == ("io_manager", None)
    assert [(dep["key"], dep["loaded"], dep["input"]) for dep in two["deps"]] == [
        (["elsewhere"], False, None),
        (["one"], True, "one"),
    ]
    assert manifest["environment_variables"] == ["SHARED_PATH", "TOKEN_NAME"]
    assert manifest["sources"]["files"] == [
        str(client.root / "defs.py"),
        str(client.root / "helper.py"),
    ]
    assert manifest["start"]["method"] == "fork"
    manager = next(one for one in manifest["resources"] if one["key"] == "io_manager")
    assert manager["storage"]["declared"] == "~/shared"
    assert manager["storage"]["base"].endswith("/shared") and "~" not in manager["storage"]["base"]
    assert manager["io_manager"] and manager["versioned"]


def test_manifest_is_canonical_and_the_same_in_every_process(host, monkeypatch):
    digests = set()
    first = None
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        client = host({"defs.py": code(GOOD), "helper.py": code(HELPER)})
        # The same place on disk both times: paths are part of the manifest.
        if first is None:
            first = client
        else:
            client.location = first.location
        client.state = first.state
        assert client.compile()["ok"]
        data = (client.tmp / "manifest.json").read_bytes()
        assert b": " not in data.replace(b'": "', b"") and b"\n" not in data
        digests.add(hashlib.sha256(data).hexdigest())
    assert len(digests) == 1


def test_user_code_that_prints_does_not_disturb_the_protocol(host):
    client = host(
        {
            "defs.py": code(
                """
                import os, sys
                import dagster as dg
                print("from print"); sys.stderr.write("from stderr\\n"); os.write(1, b"from write\\n")

                @dg.asset
                def one(): return 1
                """
            )
        }
    )
    assert client.compile()["ok"]
    assert all(
        text in client.log.read_text() for text in ("from print", "from stderr", "from write")
    )


BROKEN = [
    ("syntax", "import os\ndef broken(:\n    pass\n", 2, "SyntaxError", None),
    (
        "missing_module",
        "import os\n\nimport not_a_package.sub\n",
        3,
        "ModuleNotFoundError",
        "plait env sync team",
    ),
    ("import", "x = 1\nraise ValueError('no luck')\n", 2, "ValueError", None),
    ("import", "import sys\nsys.exit(3)\n", 2, "SystemExit", "guard"),
    ("import", "class Odd(BaseException): pass\nraise Odd('very odd')\n", 2, "Odd", None),
    ("import", "import json\n\njson.loads('{')\n", 3, "JSONDecodeError", None),
    (
        "definition",
        "import dagster as dg\n\n@dg.asset\ndef one(*args): return 1\n",
        3,
        "DagsterInvalidDefinitionError",
        None,
    ),
    (
        "definition",
        "import dagster as dg\n@dg.asset\ndef a(b): return 1\n@dg.asset\ndef b(a): return 1\n",
        None,
        "CircularDependencyError",
        None,
    ),
    ("definition", "x = 1\n", None, "DagsterInvariantViolationError", None),
]


@pytest.mark.parametrize(("kind", "text", "line", "exception", "hint"), BROKEN)
def test_broken_code_is_told_with_its_place(host, kind, text, line, exception, hint):
    client = host({"defs.py": text})
    reply = client.compile()
    assert not reply["ok"]
    error = reply["error"]
    assert error["kind"] == kind, error
    # Until 3.10 (and in PyPy 3.9) the line of a decorated definition is that of its def.
    assert error["line"] == line or (error["line"] == 4 and "*args" in text), error
    assert error["exception"].split(".")[-1] == exception
    assert error["file"] == (None if line is None else str(client.root / "defs.py"))
    assert error["message"]
    if hint:
        assert hint in error["hint"]
    assert "plait/host" not in error["traceback"] and "importlib" not in error["traceback"]
    assert not (client.tmp / "manifest.json").exists()


def test_error_in_an_imported_file_names_that_file(host):
    client = host({"defs.py": "import inner\n", "inner.py": "\n\n1 / 0\n"})
    error = client.compile()["error"]
    assert (error["file"], error["line"]) == (str(client.root / "inner.py"), 3)
    assert error["message"] == "ZeroDivisionError: division by zero"


def test_missing_target_module_names_where_it_was_sought(host):
    client = host({"other.py": ""}, target="absent.definitions")
    error = client.compile()["error"]
    assert error["kind"] == "missing_module"
    assert str(client.root) in error["message"] and "working_directory" in error["hint"]


def test_python_file_is_loaded_by_its_path(host, tmp_path):
    client = host({"sub/my_file.py": code(GOOD), "helper.py": code(HELPER)})
    client.location.update(loader="python_file", target=str(client.root / "sub" / "my_file.py"))
    reply = client.compile()
    assert reply["ok"], reply


def test_defs_module_is_loaded_with_everything_below_it(host):
    asset = "import dagster as dg\n\n@dg.asset\ndef {0}():\n    return 1\n"
    client = host(
        {
            "team/__init__.py": "",
            "team/defs/__init__.py": "",
            "team/defs/one.py": asset.format("one"),
            "team/defs/deep/two.py": asset.format("two"),
        },
        loader="autoload_defs_module",
        target="team.defs",
    )
    reply = client.compile()
    assert reply["ok"], reply
    assert [asset["key"] for asset in client.manifest["assets"]] == [["one"], ["two"]]
    assert client.run("two").exit["code"] == 0


def test_names_and_integrations_that_are_not_covered_are_unsupported(host):
    for text in ("import dagster as dg\ndg.DagsterInstance\n", "import dagster_dbt\n"):
        error = host({"defs.py": text}).compile()["error"]
        assert error["kind"] == "unsupported", error
        assert error["line"] in (1, 2)


def test_source_outside_of_the_project_is_reported(host, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "helper.py").write_text(code(HELPER))
    client = host({"defs.py": code(GOOD)})
    client.location["import_paths"].append(str(shared))
    reply = client.compile()
    assert reply["ok"], reply
    assert reply["outside"] == [str(shared / "helper.py")]


def test_hanging_import_shows_its_stack_and_ends_with_the_server(host):
    client = host(
        {"defs.py": "import time\n\ndef wait_here():\n    time.sleep(1000)\n\nwait_here()\n"}
    )
    client.send("compile", location=client.location, state=str(client.state), manifest="/dev/null")
    time.sleep(1.5)
    client.process.send_signal(signal.SIGUSR1)
    end = time.monotonic() + 10
    while "wait_here" not in client.log.read_text():
        assert time.monotonic() < end
        time.sleep(0.05)
    client._lines.close()
    client.socket.close()
    assert client.process.wait(10) == 0


def test_a_second_compile_and_a_step_before_the_first_are_refused(host):
    client = host({"defs.py": code(GOOD), "helper.py": code(HELPER)})
    assert "before" in client.ask("fork", count=1)["error"]["message"]
    assert client.compile()["ok"]
    assert "new host" in client.compile()["error"]["hint"]
    assert client.ask("nonsense")["ok"] is False
    assert client.ask("exit")["ok"]
    assert client.process.wait(10) == 0


@pytest.mark.parametrize("dont_write", ["", "1"])
def test_bytecode_of_the_sdk_goes_under_the_state_directory(host, monkeypatch, dont_write):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", dont_write)
    client = host({"defs.py": code(GOOD), "helper.py": code(HELPER)})
    assert client.compile()["ok"]
    cached = list((client.state / "pycache").rglob("*.pyc"))
    assert cached and all("plait" in str(path) for path in cached)


def test_git_commit_and_dirty_flag_come_from_the_repository(host):
    client = host({"defs.py": code(GOOD), "helper.py": code(HELPER), "other.txt": "1"})

    def git(*arguments):
        identity = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "init.defaultBranch=main",
        ]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=client.root, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    (client.root / "other.txt").write_text("changed, but no source")
    assert client.compile()["ok"]
    assert client.manifest["git"] == {
        "commit": git("rev-parse", "HEAD"),
        "dirty": False,
        "root": str(client.root),
    }
    git("pack-refs", "--all")
    (client.root / "helper.py").write_text(code(HELPER) + "\n# changed\n")
    again = host({})
    again.location = client.location
    assert again.compile()["ok"]
    assert again.manifest["git"] == {
        "commit": git("rev-parse", "HEAD"),
        "dirty": True,
        "root": str(client.root),
    }
