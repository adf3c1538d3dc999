"""sdk/c writes what the dagster-pipes package writes for the same calls, and Dagster takes it."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zlib
from typing import Any

import pytest
from conftest import BINARY, TOP

PEER = os.environ.get("PLAIT_TEST_PEER_PYTHON", sys.executable)
HERE = pathlib.Path(__file__).parent / "c_client"
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
COMPILER = shutil.which(os.environ.get("CC", "cc"))

pytestmark = pytest.mark.skipif(
    COMPILER is None or shutil.which("pkg-config") is None, reason="no C compiler, or no pkg-config"
)


def build(target: pathlib.Path, *sources: pathlib.Path) -> pathlib.Path:
    """A program with plait_pipes.c dropped into it, as users do."""
    found = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "jansson", "zlib"], capture_output=True, text=True
    )
    if found.returncode != 0:
        pytest.skip("jansson or zlib is not installed for C")
    command = [COMPILER, "-std=c17", "-g", "-O1", "-Wall", "-Wextra", "-Werror", *SANITIZE]
    command += [f"-I{TOP / 'sdk/c'}", *map(str, sources), str(TOP / "sdk/c/plait_pipes.c")]
    command += ["-o", str(target), "-pthread", *found.stdout.split()]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return build(tmp_path_factory.mktemp("c") / "calls", HERE / "calls.c")


@pytest.fixture(scope="module")
def peer():
    asked = subprocess.run([PEER, "-c", "import dagster_pipes"], capture_output=True)
    if asked.returncode != 0:
        pytest.skip(f"{PEER} has no dagster-pipes")
    return PEER


def packed(value: Any) -> str:
    return base64.b64encode(zlib.compress(json.dumps(value).encode())).decode()


class Client:
    """One of the two, in a folder of its own."""

    def __init__(self, folder: pathlib.Path, *command: str) -> None:
        folder.mkdir()
        self.folder, self.command = folder, command

    def run(self, scenario: list, context: Any, messages: Any, by: str) -> tuple[list, list, list]:
        """The results of the calls, the messages, and the other lines that it printed to stdout."""
        given = {
            "context": packed(self._placed(context)),
            "messages": packed(self._placed(messages)),
        }
        (self.folder / "context.json").write_text(json.dumps(context.get("data")))
        (self.folder / "calls.json").write_text(json.dumps(scenario))
        env = {k: v for k, v in os.environ.items() if not k.startswith("DAGSTER_PIPES_")}
        arguments = ["calls.json", "results", "--unknown", "x"]
        if by == "environment":
            env |= {f"DAGSTER_PIPES_{name.upper()}": value for name, value in given.items()}
        else:
            for name, value in given.items():
                arguments += [f"--dagster-pipes-{name}", value]
        done = subprocess.run(
            [*self.command, *arguments], env=env, cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        results = [json.loads(line) for line in (self.folder / "results").read_text().splitlines()]
        file = self.folder / "messages"
        lines = file.read_text().splitlines() if file.exists() else []
        for line in [*done.stdout.splitlines(), *done.stderr.splitlines()]:
            if line.startswith("{"):
                lines.append(line)
        return results, [json.loads(line) for line in lines], lines

    def _placed(self, params: dict) -> dict:
        return {k: str(self.folder / v) if k == "path" else v for k, v in params.items()}


@pytest.fixture
def clients(program, peer, tmp_path):
    return Client(tmp_path / "c", str(program)), Client(
        tmp_path / "py", peer, str(HERE / "calls.py")
    )


def same(clients, scenario, data, carrier="data", messages=None, by="environment"):
    context = {"data": data} if carrier == "data" else {"path": "context.json", "data": data}
    ours, theirs = (
        client.run(scenario, context, messages or {"path": "messages"}, by) for client in clients
    )
    assert ours[0] == theirs[0]
    assert ours[1] == theirs[1]
    return ours


ONE = {
    "asset_keys": ["a"],
    "code_version_by_asset_key": {"a": "c1"},
    "provenance_by_asset_key": {"a": None},
    "partition_key": "2024-05-01",
    "partition_key_range": {"start": "2024-05-01", "end": "2024-05-01"},
    "partition_time_window": {"start": "2024-05-01T00:00:00", "end": "2024-05-02T00:00:00"},
    "run_id": "r-1",
    "job_name": "nightly",
    "retry_number": 2,
    "extras": {"text": "ü🐝", "list": [1, {"k": None}], "f": 0.1, "no": False, "nul": "\u0000"},
}
BARE = dict.fromkeys(ONE) | {"run_id": "r", "retry_number": 0, "extras": {}}
TWO = BARE | {
    "asset_keys": ["a", "b/c", "d\\/e"],
    "code_version_by_asset_key": {},
    "provenance_by_asset_key": {},
}

GET = [
    *(
        {"call": "get", "name": name}
        for name in "run_id job_name retry_number asset_key code_version partition_key "
        "partition_key_range partition_time_window".split()
    ),
    *({"call": "get", "name": "extra", "key": key} for key in [*ONE["extras"], "none"]),
]
METADATA = {
    "text": {"type": "text", "raw_value": 'a "quoted"\tü\u2028🐝\x01\x7f/\\'},
    "url": {"type": "url", "raw_value": "https://example.com/?a=b&c=<d>"},
    "path": {"type": "path", "raw_value": "/data/a"},
    "notebook": {"type": "notebook", "raw_value": "n.ipynb"},
    "md": {"type": "md", "raw_value": "# h\n\n| a |\n"},
    "json": {"type": "json", "raw_value": {"a": [1, 2.5, None, True, "x"], "b": {}}},
    "int": {"type": "int", "raw_value": -(2**63)},
    "float": {"type": "float", "raw_value": 0.1},
    "tiny": {"type": "float", "raw_value": 5e-324},
    "great": {"type": "float", "raw_value": 1.7976931348623157e308},
    "whole": {"type": "float", "raw_value": 3.0},
    "bool": {"type": "bool", "raw_value": True},
    "run": {"type": "dagster_run", "raw_value": "r-2"},
    "asset": {"type": "asset", "raw_value": "b/c"},
    "null": {"type": "null", "raw_value": None},
    "time": {"type": "timestamp", "raw_value": 1700000000.25},
    "bare": {"type": "__infer__", "raw_value": [1, "two"]},
    "table": {
        "type": "table",
        "raw_value": {"records": [{"a": 1}], "schema": [{"name": "a", "type": "int"}]},
    },
    "schema": {"type": "table_schema", "raw_value": {"columns": [{"name": "a", "type": "int"}]}},
    "lineage": {
        "type": "table_column_lineage",
        "raw_value": {"deps_by_column": {"a": [{"asset_key": "up", "column_name": "b"}]}},
    },
}
LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
REPORTS = [
    {"call": "materialization", "data_version": "v1", "metadata": METADATA},
    {"call": "check", "name": "c", "passed": True},
    {"call": "check", "name": "c", "passed": False, "severity": "WARN", "metadata": METADATA},
    {"call": "check", "name": "c", "passed": False, "severity": "ERROR", "asset_key": "a"},
    *({"call": "log", "level": level, "message": f"{level} ü 100% %s\nline 2"} for level in LEVELS),
    *({"call": "custom", "payload": p} for p in [None, 0, 1.5, "x", [], {}, {"a": [{"b": "ü"}]}]),
    {"call": "stream", "stream": "stdout", "text": "text\n"},
]
EXCEPTION = {
    "message": "no input",
    "stack": ["main\n", "read\n"],
    "name": "ValueError",
    "cause": {"message": "m", "stack": [], "name": None, "cause": None, "context": None},
    "context": {"message": "n", "stack": ["x"], "name": "E", "cause": None, "context": None},
}
ENDS = [
    [{"call": "close"}, {"call": "close"}],
    [{"call": "fail", "exception": EXCEPTION}, {"call": "log", "level": "INFO", "message": "late"}],
]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("carrier", ["data", "path"])
@pytest.mark.parametrize("by", ["environment", "arguments"])
def test_reports_are_what_dagster_pipes_writes(clients, end, carrier, by):
    results, messages, lines = same(clients, [*GET, *REPORTS, *end], ONE, carrier, by=by)
    assert len(messages) == len(REPORTS) + 2 and messages[0]["method"] == "opened"
    assert results[0] is True and "r-1" in results


@pytest.mark.parametrize("writer", ["stdio", "buffered_stdio"])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_messages_come_on_a_stream(clients, writer, stream):
    calls = [*REPORTS, {"call": "close"}]
    _, messages, _ = same(clients, calls, ONE, messages={writer: stream})
    assert len(messages) == len(REPORTS) + 2


@pytest.mark.parametrize("data", [ONE, BARE, TWO], ids=["one", "none", "several"])
@pytest.mark.parametrize("key", [None, "a", "b/c", "d\\/e", "z", "d/e"])
def test_the_rules_of_asset_keys_are_the_same(clients, data, key):
    calls = [
        {"call": "check", "name": "c", "passed": True, "asset_key": key},
        {"call": "materialization", "asset_key": key},
        {"call": "materialization", "asset_key": key, "data_version": "again"},
        {"call": "materialization"},
        *GET,
        {"call": "close"},
        {"call": "materialization", "asset_key": "a"},
    ]
    same(clients, calls, data)


@pytest.mark.parametrize(
    ("context", "messages"),
    [
        ({"path": "missing.json"}, {"path": "messages"}),
        ({}, {"path": "messages"}),
        ({"data": []}, {"path": "messages"}),
        ({"data": ONE}, {}),
        ({"data": ONE}, {"stdio": "stdin"}),
        ({"data": ONE}, {"path": "no/such/folder/messages"}),
    ],
)
def test_what_the_package_does_not_open_is_not_opened(clients, context, messages):
    for client in clients:
        results, sent, _ = client.run([], context, messages, "environment")
        assert results == [False] and sent == []


ORCHESTRATE = """
import json, sys
import dagster as dg

@dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], check_specs=[dg.AssetCheckSpec("c", asset="a")])
def both(context):
    client = dg.PipesSubprocessClient()
    done = client.run(command=sys.argv[1:], context=context, extras={"text": "ü"})
    print("CUSTOM", json.dumps(done.get_custom_messages()))
    yield from done.get_results()

result = dg.materialize([both])
for event in result.get_asset_materialization_events():
    m = event.materialization
    print("MADE", m.asset_key.to_user_string(), m.tags["dagster/data_version"])
    for name, value in m.metadata.items():
        print("METADATA", name, type(value).__name__)
for check in result.get_asset_check_evaluations():
    print("CHECK", check.check_name, check.passed, check.severity.value)
"""


def test_dagster_runs_it_as_a_step(program, peer, tmp_path):
    calls = [
        {"call": "materialization", "asset_key": "a", "data_version": "v1", "metadata": METADATA},
        {"call": "materialization", "asset_key": "b", "data_version": "v2"},
        {"call": "check", "name": "c", "asset_key": "a", "passed": False, "severity": "WARN"},
        {"call": "custom", "payload": {"k": [1]}},
        {"call": "log", "level": "WARNING", "message": "said by C"},
        {"call": "close"},
    ]
    (tmp_path / "calls.json").write_text(json.dumps(calls))
    command = [peer, "-c", ORCHESTRATE, str(program), "calls.json", "results"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    out = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert {"MADE a v1", "MADE b v2", "CHECK c False WARN", 'CUSTOM [{"k": [1]}]'} <= set(out)
    assert {"METADATA table TableMetadataValue", "METADATA time TimestampMetadataValue"} <= set(out)
    assert len([line for line in out if line.startswith("METADATA")]) >= len(METADATA)
    assert "said by C" in done.stderr


def test_the_header_s_example_builds_and_runs(tmp_path):
    text = (TOP / "sdk/c/plait_pipes.h").read_text()
    comment = text[: text.index("*/")].splitlines()
    code = [line[3:] for line in comment if line.startswith(" *\t")]
    head = [
        "#include <stdio.h>",
        '#include "plait_pipes.h"',
        "static long count_rows(const char *p) { return p[0]; }",
    ]
    (tmp_path / "example.c").write_text("\n".join([*head, *code]) + "\n")
    built = build(tmp_path / "example", tmp_path / "example.c")
    done = subprocess.run([str(built)], capture_output=True, text=True)
    assert done.returncode == 0 and "no orchestrator started this program" in done.stderr


def test_the_installed_library_is_found_by_pkg_config(tmp_path):
    folder = pathlib.Path(BINARY).resolve().parent
    libraries = {path.suffix for path in (folder / "sdk/c").glob("libplait_pipes.*")}
    if not {".a", ".so"} <= libraries or shutil.which("meson") is None:
        pytest.skip("the library or meson is not there: this binary is an installed one")
    install = ["meson", "install", "-C", str(folder), "--no-rebuild", "--quiet", "--destdir"]
    done = subprocess.run([*install, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = tmp_path.rglob("plait_pipes.pc")
    paths = {"PKG_CONFIG_PATH": str(found.parent), "PKG_CONFIG_SYSROOT_DIR": str(tmp_path)}
    asked = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "plait_pipes"],
        capture_output=True,
        text=True,
        env={**os.environ, **paths},
    )
    assert asked.returncode == 0, asked.stderr
    step = TOP / "examples/c-step/summarise.c"
    target = tmp_path / "linked"
    command = [COMPILER, *SANITIZE, str(step), "-o", str(target), *asked.stdout.split()]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    env = {**os.environ, "LD_LIBRARY_PATH": str(found.parent.parent)}
    ran = subprocess.run([str(target)], capture_output=True, text=True, env=env)
    assert ran.returncode == 2 and "usage:" in ran.stderr, ran.stderr


CPLUSPLUS = """
#include "plait_pipes.h"
int main(int argc, char **argv)
{
    plait_pipes_options options{};
    options.argc = argc;
    options.argv = argv;
    plait_pipes *pipes = plait_pipes_open(&options);
    plait_pipes_value metadata[] = {plait_pipes_int("rows", 3), plait_pipes_md("preview", "# x")};
    plait_pipes_check check{"has_rows", true, PLAIT_PIPES_SEVERITY_WARN, nullptr};
    plait_pipes_report_materialization(pipes, nullptr, nullptr, metadata, 2);
    plait_pipes_report_check(pipes, &check, nullptr, 0);
    plait_pipes_close(pipes);
    plait_pipes_free(pipes);
}
"""


def test_the_header_is_c_plus_plus_too(tmp_path):
    compiler = next(filter(None, map(shutil.which, ["g++", "clang++", "clang++-14"])), None)
    if compiler is None:
        pytest.skip("no C++ compiler")
    (tmp_path / "step.cpp").write_text(CPLUSPLUS)
    command = [compiler, "-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
    command += [f"-I{TOP / 'sdk/c'}", str(tmp_path / "step.cpp")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
