"""Assets made by external processes, through the real binary: the real clients for Python and Node, and plain shell.

PLAIT_TEST_PEER_PYTHON is a Python that has `dagster-pipes`. The client for Node is installed from npm into build/test-node;
PLAIT_TEST_NODE_CLIENT may name a folder that has it in its node_modules instead.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest
from conftest import TOP, lives, wait_for

PYTHON = os.environ.get("PLAIT_TEST_PEER_PYTHON", sys.executable)
NODE_CLIENT = "@dagster-io/dagster-pipes"

needs_client = pytest.mark.skipif(
    subprocess.run([PYTHON, "-c", "import dagster_pipes"], capture_output=True).returncode != 0,
    reason="dagster-pipes is installed neither here nor where PLAIT_TEST_PEER_PYTHON says",
)
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")

LOCATION = """
    import pathlib
    HERE = pathlib.Path(__file__).parent

    @dg.multi_asset(
        specs=[dg.AssetSpec("model", code_version="3"), dg.AssetSpec(["raw", "rows"])],
        check_specs=[dg.AssetCheckSpec("fresh", asset="model")],
    )
    def step(context, pipes: dg.PipesSubprocessClient):
        done = pipes.run(context=context, command={command!r}, extras={{"alpha": 0.5}}, cwd=str(HERE))
        return done.get_results()

    @dg.asset(deps=["model"])
    def after():
        return 1

    defs = dg.Definitions([step, after], resources={{"pipes": dg.PipesSubprocessClient({client})}})
"""


def location(workspace, command, client="", **files: str) -> pathlib.Path:
    file = workspace.location("only", LOCATION.format(command=command, client=client))
    for name, text in files.items():
        workspace.write(f"only/{name.replace('_', '.')}", text)
    return file.parent


def events(workspace, *kinds: str) -> list[dict]:
    """Bodies of the latest run's events of some kinds, in order, with their assets."""
    rows = workspace.json("run", "logs")
    return [{"asset": row["asset"], **row["body"]} for row in rows if row["kind"] in kinds]


def reported(workspace) -> None:
    """Everything that the programs of the next three tests report has become the step's own."""
    model, rows = events(workspace, "materialization")[:2]
    assert (model["asset"], model["data_version"]) == ("model", "v7")
    assert model["metadata"] == {
        "rows": {"type": "int", "raw_value": 5},
        "doc": {"type": "url", "raw_value": "http://doc"},
        "alpha": {"type": "float", "raw_value": 0.5},
    }
    assert rows["asset"] == "raw/rows" and rows["metadata"] == {}
    (check,) = events(workspace, "check")
    assert (check["check_name"], check["passed"], check["severity"]) == ("fresh", False, "WARN")
    assert check["metadata"] == {"age": {"type": "int", "raw_value": 2}}
    assert [line["payload"] for line in events(workspace, "custom")] == [{"free": ["form"]}]
    told = {(line["level"], line["message"]) for line in events(workspace, "log")}
    assert {("WARNING", "careful"), ("INFO", "Grüße")} <= told
    shown = workspace.assets()
    assert all(shown[key]["status"] == "materialized" for key in ("model", "raw/rows", "after"))
    current = workspace.json("asset", "show", "model")["current"]
    assert current["data_version"] == "v7" and current["metadata"] == model["metadata"]
    logs = workspace.plait("run", "logs", "--all").out
    assert "ordinary output" in logs


@needs_client
@pytest.mark.parametrize("client", ["", "context_injector=dg.PipesEnvContextInjector()"])
def test_a_program_with_the_real_client_for_python(workspace, client):
    location(
        workspace,
        [PYTHON, "program.py"],
        client,
        program_py="""
        from dagster_pipes import open_dagster_pipes

        with open_dagster_pipes() as pipes:
            print("ordinary output")
            pipes.log.warning("careful")
            pipes.log.info("Grüße")
            assert pipes.code_version_by_asset_key == {"model": "3", "raw/rows": None}
            pipes.report_asset_materialization(
                asset_key="model",
                data_version="v7",
                metadata={
                    "rows": 5,
                    "doc": {"type": "url", "raw_value": "http://doc"},
                    "alpha": pipes.get_extra("alpha"),
                },
            )
            pipes.report_asset_check(
                asset_key="model", check_name="fresh", passed=False, severity="WARN", metadata={"age": 2}
            )
            pipes.report_custom_message({"free": ["form"]})
        """,
    )
    workspace.plait("materialize")
    reported(workspace)


NODE_PROGRAM = """
    const {openDagsterPipes} = require(CLIENT);
    const pipes = openDagsterPipes();
    console.log("ordinary output");
    pipes.logger.warning("careful");
    pipes.logger.info("Grüße");
    pipes.reportAssetMaterialization(
        {rows: 5, doc: {type: "url", raw_value: "http://doc"}, alpha: pipes.getExtra("alpha")}, "v7", "model");
    pipes.reportAssetCheck("fresh", false, "WARN", {age: 2}, "model");
    pipes.reportCustomMessage({free: ["form"]});
    pipes.close();
"""


@pytest.fixture(scope="session")
def node_client() -> str:
    """The folder of the real client for Node."""
    given = os.environ.get("PLAIT_TEST_NODE_CLIENT")
    folder = pathlib.Path(given or TOP / "build" / "test-node")
    client = folder / "node_modules" / NODE_CLIENT
    if not given and not client.exists():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(folder),
            NODE_CLIENT,
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            answer = "it is not in the registry" if "E404" in done.stderr else done.stderr[-200:]
            pytest.skip(
                f"npm could not install {NODE_CLIENT}: {answer}; PLAIT_TEST_NODE_CLIENT may name a copy"
            )
    return str(client)


@needs_node
@pytest.mark.parametrize("client", ["", "message_reader=dg.PipesStdioMessageReader()"])
def test_a_program_with_the_real_client_for_node(workspace, node_client, client):
    program = NODE_PROGRAM.replace("CLIENT", json.dumps(node_client))
    location(workspace, ["node", "program.js"], client, program_js=program)
    workspace.plait("materialize")
    reported(workspace)


# The protocol in Node as its page says it, for when the client cannot be had.
NODE_BY_HAND = """
    const fs = require("fs"), zlib = require("zlib");
    const param = (name) => JSON.parse(zlib.inflateSync(Buffer.from(process.env[name], "base64")));
    const context = JSON.parse(fs.readFileSync(param("DAGSTER_PIPES_CONTEXT").path));
    const messages = param("DAGSTER_PIPES_MESSAGES").path;
    const send = (method, params) => fs.appendFileSync(
        messages, JSON.stringify({__dagster_pipes_version: "0.1", method, params}) + "\\n");
    const infer = (raw_value) => ({type: "__infer__", raw_value});
    send("opened", {});
    console.log("ordinary output");
    send("log", {message: "careful", level: "WARNING"});
    send("log", {message: "Grüße", level: "INFO"});
    send("report_asset_materialization", {asset_key: "model", data_version: "v7", metadata: {
        rows: infer(5), doc: {type: "url", raw_value: "http://doc"}, alpha: infer(context.extras.alpha)}});
    send("report_asset_check", {
        asset_key: "model", check_name: "fresh", passed: false, severity: "WARN", metadata: {age: infer(2)}});
    send("report_custom_message", {payload: {free: ["form"]}});
    send("closed", {});
"""


@needs_node
@pytest.mark.parametrize("client", ["", "message_reader=dg.PipesFifoMessageReader()"])
def test_a_program_that_speaks_the_protocol_itself(workspace, client):
    location(workspace, ["node", "program.js"], client, program_js=NODE_BY_HAND)
    workspace.plait("materialize")
    reported(workspace)


SHELL = r"""
    say() { printf '{"__dagster_pipes_version":"0.1","method":"%s","params":%s}\n' "$1" "$2"; }
    say opened '{}'
    echo ordinary output
    say log '{"message":"careful","level":"WARNING"}'
    say log '{"message":"Grüße","level":"INFO"}'
    say report_asset_materialization '{"asset_key":"model","data_version":"v7","metadata":{
        "rows":5}}' | tr -d '\n' | sed 's|5}|5,"doc":{"type":"url","raw_value":"http://doc"},"alpha":0.5}|'
    echo
    say report_asset_check \
        '{"asset_key":"model","check_name":"fresh","passed":false,"severity":"WARN","metadata":{"age":2}}'
    say report_custom_message '{"payload":{"free":["form"]}}'
    say closed '{}'
"""


def test_plain_shell_writes_messages_to_its_output(workspace):
    client = "message_reader=dg.PipesStdioMessageReader()"
    location(workspace, ["sh", "program.sh"], client, program_sh=SHELL)
    workspace.plait("materialize")
    reported(workspace)


def test_plain_shell_writes_messages_to_a_file(workspace):
    path = workspace.root / "messages"
    client = f"message_reader=dg.PipesFileMessageReader({str(path)!r})"
    program = SHELL + f"\n    grep -q opened {path}\n"
    folder = location(workspace, ["sh", "-c", f"sh program.sh >>{path}"], client)
    # what is ordinary output elsewhere has no place in a file of messages
    (folder / "program.sh").write_text(
        program.replace("echo ordinary output", "echo ordinary output >&2")
    )
    workspace.plait("materialize")
    reported(workspace)
    assert not path.exists()


# What goes wrong.


@needs_client
def test_a_program_that_raises_fails_its_step_and_its_words_are_shown(workspace):
    program = """
        from dagster_pipes import open_dagster_pipes

        with open_dagster_pipes() as pipes:
            pipes.report_asset_materialization(asset_key="model")
            raise ValueError("no such luck")
        """
    location(workspace, [PYTHON, "program.py"], program_py=program)
    done = workspace.plait("materialize", status=1)
    assert "ended with status 1: ValueError: no such luck" in done.out
    steps = workspace.steps()
    assert steps["after"]["status"] == "skipped"
    assert workspace.assets()["model"]["status"] != "materialized"
    stack = [line["message"] for line in events(workspace, "log") if line["level"] == "ERROR"]
    assert any("program.py" in text and "line 5" in text for text in stack), stack


def test_a_key_that_is_not_the_steps_is_named(workspace):
    line = '{"__dagster_pipes_version":"0.1","method":"report_asset_materialization","params":{"asset_key":"else"}}'
    client = "message_reader=dg.PipesStdioMessageReader()"
    location(workspace, ["printf", "%s\\n", line], client)
    done = workspace.plait("materialize", status=1)
    assert 'asset "else" is not one that this step makes; it makes model, raw/rows' in done.out


def started(folder: pathlib.Path) -> int:
    """The process that the program below has started, once it runs."""
    pid = folder / "pid"
    wait_for(lambda: pid.exists() and pid.read_text().endswith("\n"))
    return int(pid.read_text())


# A program with a child, which writes down what it was told before it ended.
SLEEPS = """
    trap 'echo told >told; exit 1' INT
    sleep 1000 & echo $! >pid
    wait
"""


def test_a_run_that_is_cancelled_ends_its_external_process(workspace):
    folder = location(workspace, ["sh", "program.sh"], program_sh=SLEEPS)
    run = workspace.start("materialize")
    child = started(folder)
    begun = time.monotonic()
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode == 130
    assert time.monotonic() - begun < 8, "it was killed instead of told"
    assert workspace.steps()["model"]["status"] == "canceled"
    wait_for(lambda: not lives(child))
    assert (folder / "told").read_text() == "told\n"


def test_an_external_process_that_does_not_listen_is_killed_with_its_step(workspace):
    deaf = "trap '' INT TERM\n" + SLEEPS.replace("trap 'echo told >told; exit 1' INT", "")
    folder = location(workspace, ["sh", "program.sh"])
    (folder / "program.sh").write_text(deaf)
    run = workspace.start("materialize")
    child = started(folder)
    run.send_signal(signal.SIGINT)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    wait_for(lambda: not lives(child))


def test_an_external_process_ends_when_its_step_is_killed(workspace):
    folder = location(workspace, ["sh", "program.sh"], program_sh=SLEEPS)
    run = workspace.start("materialize")
    child = started(folder)
    rows = workspace.json("run", "logs")
    (pid,) = [row["body"]["pid"] for row in rows if row["kind"] == "step_started"]
    os.kill(pid, signal.SIGKILL)
    run.communicate(timeout=60)
    assert run.returncode == 1
    wait_for(lambda: not lives(child))
