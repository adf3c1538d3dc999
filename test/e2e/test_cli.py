"""The command line as people and programs meet it: exit statuses, JSON shapes, empty states, spelling help, pipes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from conftest import BINARY

IO = 'resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}'
FIRST = f"""
    @dg.asset(group_name="raw", kinds={{"python"}}, owners=["team:first"])
    def orders():
        return [1, 2]

    @dg.asset(key_prefix="stats")
    def order_count(orders):
        return len(orders)

    @dg.asset
    def failing():
        raise RuntimeError("as asked")

    defs = dg.Definitions([orders, order_count, failing], {IO})
"""
SECOND = f"""
    @dg.asset(deps=[dg.AssetKey(["stats", "order_count"])])
    def report():
        return 1

    @dg.asset
    def letter(report):
        return report

    defs = dg.Definitions([report, letter], {IO})
"""


@pytest.fixture
def teams(workspace):
    workspace.location("first-team", FIRST)
    workspace.location("second-team", SECOND)
    return workspace


@pytest.fixture
def ran(teams):
    teams.plait("materialize", status=1)
    return teams


# Shapes: a type, a tuple of types, [shape of each item], or {member: shape}; `None` among types allows null.
NULL = type(None)
text, flag, count = str, bool, int
maybe_text, maybe_count = (str, NULL), (int, NULL)
SOURCE = ({"file": text, "line": count}, NULL)
VERSION = {
    **dict.fromkeys(["id", "created_at", "run", "location"], text),
    **dict.fromkeys(["rows", "bytes", "duration_us"], maybe_count),
    **dict.fromkeys(["code_version", "data_version", "path", "note"], maybe_text),
    "columns": (list, NULL),
    "storage": (dict, NULL),
    "views": (list, NULL),
    "files": (dict, NULL),
    "inputs": list,
    "metadata": (dict, NULL),
    "versioned": flag,
}
ASSET = {
    **dict.fromkeys(["key", "location", "group", "status"], text),
    "stale_location": flag,
    "kinds": [text],
    "owners": [text],
    "deps": [text],
    **dict.fromkeys(["materialized_at", "run", "version", "path"], maybe_text),
    "rows": maybe_count,
    "bytes": maybe_count,
}
NEIGHBOUR = {"key": text, "location": maybe_text}
SHOWN = {
    **dict.fromkeys(["key", "location", "kind", "group", "status"], text),
    **dict.fromkeys(["description", "code_version", "io_manager", "failed_run"], maybe_text),
    "stale_location": flag,
    "kinds": [text],
    "owners": [text],
    "tags": dict,
    "metadata": dict,
    "source": SOURCE,
    "deps": [NEIGHBOUR],
    "consumers": [NEIGHBOUR],
    "current": (VERSION, NULL),
    "versions": [VERSION],
    "error": (dict, NULL),
}
DISTANT = {**NEIGHBOUR, "distance": count}
LOCATION = {
    "name": text,
    "health": text,
    "assets": maybe_count,
    "python": ({"implementation": text, "version": text}, NULL),
    **dict.fromkeys(["interpreter", "loaded_at", "manifest"], maybe_text),
    "error": (dict, NULL),
}
RUN = {
    "id": text,
    "status": text,
    **dict.fromkeys(["error", "started_at", "ended_at"], maybe_text),
    "created_at": text,
    "request": {"selection": maybe_text, "location": maybe_text, "most_running": count},
}
STEP = {
    "index": count,
    "name": text,
    "asset": text,
    "assets": [text],
    "location": text,
    "status": text,
    "attempt": count,
    "pid": maybe_count,
    **dict.fromkeys(["started_at", "ended_at", "reason", "directory"], maybe_text),
    "error": (
        {
            "message": text,
            **dict.fromkeys(["exception", "file", "hint", "cause", "traceback"], maybe_text),
            "line": maybe_count,
        },
        NULL,
    ),
    "rows": maybe_count,
    "outputs": [{"asset": text, "version": text, "rows": maybe_count, "path": maybe_text}],
    "waits_for": [count],
    "max_rss_kib": maybe_count,
}
EVENT = {
    "id": count,
    "at": text,
    "run": text,
    "step": count,
    "attempt": count,
    "kind": text,
    "asset": maybe_text,
    "body": dict,
}
PLANNED = {
    "steps": [
        {
            "index": count,
            "name": text,
            "asset": text,
            "assets": [text],
            "location": text,
            "level": count,
            "waits_for": [count],
            "inputs": [{"asset": text, "loaded": flag, "in_run": flag, "version": maybe_text}],
            "reason": text,
        }
    ],
    "warnings": [text],
}
SHAPES: dict[str, Any] = {
    "asset list": [ASSET],
    "asset show orders": SHOWN,
    "asset show failing": SHOWN,
    "asset lineage stats/order_count": {
        **NEIGHBOUR,
        "upstream": [DISTANT],
        "downstream": [DISTANT],
        "edges": [{"from": text, "to": text}],
    },
    "asset impact orders": {
        "assets": [text],
        "locations": [
            {
                "location": maybe_text,
                "assets": [{"key": text, "distance": count, "through": text, "loaded": flag}],
            }
        ],
    },
    "location list": [LOCATION],
    "location show first-team": {
        **LOCATION,
        "declared": SOURCE,
        **dict.fromkeys(["loader", "working_directory", "definitions"], text),
        **dict.fromkeys(
            ["target", "attribute", "project_root", "interpreter_why", "sdk_version", "git_commit"],
            maybe_text,
        ),
        **dict.fromkeys(["import_paths", "env_file_sets", "code_reads", "modules"], [text]),
        "problems": list,
    },
    "location check": {"errors": count, "warnings": count, "findings": list},
    "location reload": [LOCATION],
    "run list": [
        {
            **RUN,
            "locations": [text],
            "steps": count,
            "steps_succeeded": count,
            "steps_failed": count,
        }
    ],
    "run show": {**RUN, "steps": [STEP]},
    "run logs": [EVENT],
    "materialize orders": {**RUN, "steps": [STEP]},
    "materialize --dry-run": PLANNED,
    "version": {"version": text, "sdk": text},
}


def faults(value: Any, shape: Any, where: str) -> list[str]:
    """Where a document is not as its page says."""
    if isinstance(shape, tuple):
        return min((faults(value, one, where) for one in shape), key=len)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where} is no array"]
        return [
            fault
            for i, item in enumerate(value)
            for fault in faults(item, shape[0], f"{where}[{i}]")
        ]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        missing = [f"{where}.{name} is missing" for name in shape if name not in value]
        return missing + [
            fault
            for name in shape
            if name in value
            for fault in faults(value[name], shape[name], f"{where}.{name}")
        ]
    right = isinstance(value, shape) and not (shape is int and isinstance(value, bool))
    return [] if right else [f"{where} is {value!r}, no {shape.__name__}"]


def test_every_document_has_the_shape_of_its_page(ran):
    wrong = {}
    for command, shape in SHAPES.items():
        process = ran.start(*command.split(), "--json")
        out, err = process.communicate(timeout=60)
        found = faults(json.loads(out), shape, "")
        if found or process.returncode != 0 or err:
            wrong[command] = (process.returncode, err, found)
    assert not wrong, "\n".join(f"{command}: {what}" for command, what in wrong.items())
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
    assert moment.fullmatch(ran.json("run", "show")["created_at"])


STATUSES = {
    "materialize orders": 0,
    "materialize failing": 1,
    "materialize nothing_like_it": 4,
    "materialize orders --location nowhere": 4,
    "materialize group:": 2,
    "materialize --no-such-option": 2,
    "materialize -j 0": 2,
    "materialize -j 99999999999": 2,
    "asset show nothing_like_it": 4,
    "asset show": 2,
    "asset lineage nothing_like_it": 4,
    "asset impact": 2,
    "location show nowhere": 4,
    "location check nowhere": 4,
    "run show 0000": 4,
    "run logs 0000": 4,
    "run logs --step nowhere": 4,
    "no_such_command": 2,
    "asset no_such_command": 2,
    "completion cmd": 2,
    "asset list -w nowhere.yaml": 4,
}


def test_exit_statuses_and_errors_as_one_document(ran):
    wrong = []
    for command, status in STATUSES.items():
        process = ran.start(*command.split(), "--json")
        out, err = process.communicate(timeout=60)
        document = json.loads(out) if out.strip() else None
        plain = ran.start(*command.split())
        plain_out, plain_err = plain.communicate(timeout=60)
        error = (document or {}).get("error")
        as_told = status in (0, 1) or (
            isinstance(error, dict) and {"kind", "message", "hint"} <= set(error) and not err
        )
        as_text = status in (0, 1) or (plain_err.startswith("plait: ") and not plain_out)
        if (process.returncode, plain.returncode) != (status, status) or not as_told or not as_text:
            wrong.append(
                (command, process.returncode, plain.returncode, out, err, plain_out, plain_err)
            )
    assert not wrong, "\n".join(map(str, wrong))


MEANT = {
    "asset show ordrs": "orders",
    "asset show order_count": "stats/order_count",
    "materialize ordrs": "orders",
    "location show first-taem": "first-team",
    "materialize --location frst-team": "first-team",
    "asst list": "asset",
    "asset lits": "list",
    "materialise": "materialize",
    "materialize --dryrun": "--dry-run",
    "asset list --jsn": "--json",
    "completion bsh": "bash",
}


@pytest.mark.parametrize("typed", MEANT)
def test_a_misspelt_word_is_answered_with_the_meant_one(teams, typed):
    process = teams.start(*typed.split())
    _, err = process.communicate(timeout=60)
    assert process.returncode in (2, 4) and MEANT[typed] in err, err


def test_without_a_workspace_it_says_how_to_make_one(workspace):
    done = workspace.plait("asset", "list", status=4)
    assert "workspace.yaml" in done.err and "hint:" in done.err
    workspace.plait("version")
    workspace.plait("help", "selection")


def test_empty_states_are_sentences(workspace):
    workspace.write("workspace.yaml", "load_from: []\n")
    assert (
        workspace.json("asset", "list")
        == workspace.json("location", "list")
        == workspace.json("run", "list")
        == []
    )
    for command in (
        ("asset", "list"),
        ("location", "list"),
        ("run", "list"),
        ("location", "check"),
    ):
        done = workspace.plait(*command)
        assert len((done.out + done.err).strip()) > 10, command
    assert "nothing" in workspace.plait("materialize", status=2).err
    workspace.plait("run", "show", status=4)
    workspace.plait("run", "logs", status=4)


def test_before_the_first_run(teams):
    assert {asset["status"] for asset in teams.assets().values()} == {"missing"}
    shown = teams.json("asset", "show", "orders")
    assert shown["current"] is None and shown["versions"] == [] and shown["failed_run"] is None
    assert "no run" in (lambda done: (done.out + done.err).lower())(teams.plait("run", "list"))
    teams.plait("asset", "show", "orders")


def commands(workspace) -> list[str]:
    out = workspace.plait("help").out
    return re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +\S", out.split("\nTopics")[0], re.M)


def test_every_command_teaches_itself(workspace):
    names = commands(workspace)
    assert {
        "materialize",
        "asset list",
        "location check",
        "run logs",
        "env sync",
        "version",
        "completion",
    } <= set(names)
    for name in names:
        by_option = workspace.plait(*name.split(), "--help").out
        assert by_option == workspace.plait("help", *name.split()).out
        assert f"usage: plait {name}" in by_option and max(map(len, by_option.splitlines())) <= 120
    for topic in ("selection", "exit-status", "environment"):
        workspace.plait("help", topic)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_parse(workspace, shell):
    script = workspace.plait("completion", shell).out
    assert "plait" in script
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True)
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_bash_completes_commands_and_assets(teams):
    teams.plait("asset", "list")
    script = teams.write("completion.bash", teams.plait("completion", "bash").out)
    function = re.search(r"complete .*-F (\w+)", script.read_text()).group(1)

    def complete(*words: str) -> set[str]:
        line = f"""
        PATH={re.escape(str(BINARY.rsplit("/", 1)[0]))}:$PATH
        source {script}
        COMP_WORDS=({" ".join(f"'{word}'" for word in words)}); COMP_CWORD={len(words) - 1}
        COMP_LINE="${{COMP_WORDS[*]}}"; COMP_POINT=${{#COMP_LINE}}
        {function} plait "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
        printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        done = subprocess.run(
            ["bash", "-c", line], cwd=teams.root, env=teams.env, capture_output=True, text=True
        )
        return {word.strip() for word in done.stdout.split("\n") if word.strip()}

    assert "materialize" in complete("plait", "mat")
    assert {"list", "show", "lineage", "impact"} <= complete("plait", "asset", "")
    assert "stats/order_count" in complete("plait", "asset", "show", "stats")
    assert "second-team" in complete("plait", "location", "show", "sec")
    teams.plait("pool", "set", "warehouse", "2")
    assert "warehouse" in complete("plait", "pool", "unset", "wa")


def test_impact_names_consumers_in_the_other_location(teams):
    out = teams.plait("asset", "impact", "orders").out
    assert "second-team" in out and "report" in out and "letter" in out
    found = teams.json("asset", "impact", "orders")
    theirs = {
        row["location"]: {asset["key"]: asset for asset in row["assets"]}
        for row in found["locations"]
    }
    assert set(theirs["second-team"]) == {"report", "letter"}
    assert (
        theirs["second-team"]["report"]["loaded"] is False
        and theirs["second-team"]["letter"]["loaded"] is True
    )
    assert theirs["second-team"]["letter"]["distance"] == 3
    by_location = teams.json("asset", "impact", "--location", "first-team")
    assert {row["location"] for row in by_location["locations"]} >= {"second-team"}


def test_lineage_draws_both_sides_of_a_border(teams):
    out = teams.plait("asset", "lineage", "report").out
    assert [
        word in out
        for word in ("orders", "stats/order_count", "first-team", "letter", "second-team")
    ] == [True] * 5
    near = teams.plait("asset", "lineage", "report", "--up", "1", "--down", "0").out
    assert (
        "stats/order_count" in near and "letter" not in near and not re.search(r"\borders\b", near)
    )


def test_selections_choose(teams):
    def chosen(*selection):
        return {row["key"] for row in teams.json("asset", "list", *selection)}

    assert chosen("orders+") == {"orders", "stats/order_count"}
    assert chosen("orders*") == chosen("orders", "stats/order_count+", "letter")
    assert chosen("group:raw") == chosen("key:ord* and not group:default") == {"orders"}
    assert (
        chosen("--location", "second-team")
        == chosen("code_location:second-team")
        == {"report", "letter"}
    )


@pytest.fixture
def thousand(workspace):
    workspace.location(
        "big",
        """
        def make(i):
            @dg.asset(name=f"asset_{i:04}", deps=[f"asset_{i - 1:04}"] if i % 10 else [])
            def step() -> None:
                pass

            return step

        defs = dg.Definitions([make(i) for i in range(1000)])
        """,
    )
    return workspace


def test_a_thousand_assets_are_listed_and_a_closed_pipe_is_quiet(thousand):
    assert len(thousand.json("asset", "list")) == 1000
    assert len(thousand.plait("asset", "list").out.splitlines()) >= 1000
    for command in (
        "asset list",
        "asset list --json",
        "materialize --dry-run",
        "asset lineage asset_0009",
    ):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {BINARY} {command} | head -1"],
            cwd=thousand.root,
            env=thousand.env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert len(done.stdout.splitlines()) == 1 and not done.stderr, (command, done.stderr)


def test_a_run_goes_on_when_nobody_reads_its_lines(teams):
    done = subprocess.run(
        ["bash", "-c", f"{BINARY} materialize orders letter report stats/order_count | true"],
        cwd=teams.root,
        env=teams.env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    run = teams.json("run", "show")
    assert run["status"] == "success" and not done.stderr, done.stderr


def test_a_pipe_gets_plain_lines_without_colors(teams):
    del teams.env["NO_COLOR"]
    done = teams.plait("materialize", "orders")
    assert "\x1b" not in done.out + done.err
    assert "\x1b[" in teams.plait("materialize", "orders", "--color", "always").out
    assert teams.plait("materialize", "orders", "--quiet").err == ""


@pytest.mark.parametrize(
    ("words", "status", "hint"),
    [
        (["materialize", "-s", "nmae"], 4, "did you mean 'name'?"),
        (["asset", "show", "nmae"], 4, "did you mean 'name'?"),
        (["asset", "report", "nmae"], 0, "did you mean 'name'?"),
        (["materialize", "-s", "group:finanec"], 2, "did you mean 'finance'?"),
        (["asset", "list", "kind:SQL"], 0, "did you mean 'sql'?"),
        (["materialize", "-l", "oen"], 4, "did you mean 'one'?"),
        (["env", "sync", "oen"], 4, "did you mean 'one'?"),
    ],
)
def test_what_was_mistyped_is_told_with_what_is_near(workspace, words, status, hint):
    code = """
        @dg.asset(group_name="finance", kinds={"sql"})
        def name(): ...

        defs = dg.Definitions([name])
    """
    workspace.location("one", code)
    workspace.plait("location", "list")
    assert hint in workspace.plait(*words, status=status).err
