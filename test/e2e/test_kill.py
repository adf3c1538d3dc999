"""kill -9 of plait at any moment: nothing acknowledged is lost, and the next start says what became of the run.

PLAIT_KILL_ROUNDS sets how often (the issue's figure is 100; a handful in every test run)."""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import shutil
import signal
import time

from conftest import wait_for

ROUNDS = int(os.environ.get("PLAIT_KILL_ROUNDS", "8"))
CODE = """
    import time

    def make(i):
        deps = [f"a{i - 1}"] if i % 4 else []

        @dg.asset(name=f"a{i}", deps=deps)
        def step(context: dg.AssetExecutionContext):
            context.log.info("working")
            time.sleep(0.02)
            return (i, context.run_id)

        return step

    defs = dg.Definitions([make(i) for i in range(12)], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""


def acknowledged(out: str) -> set[str]:
    """Assets that plait has said are done: each such line is printed after its commit."""
    return set(re.findall(r"✔ (a\d+)", out))


def lives(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not reaped yet does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def check_after(workspace, said: set[str]) -> str:
    runs = workspace.json("run", "list")
    if not runs:
        assert not said
        return "nothing"
    run = workspace.json("run", "show", runs[0]["id"])
    assert run["status"] in ("interrupted", "success"), run["status"]
    states = {step["asset"]: step["status"] for step in run["steps"]}
    assert all(states[key] == "success" for key in said), (said, states)
    assert set(states.values()) <= {"success", "canceled"}, states
    for key, asset in workspace.assets().items():
        if states.get(key) == "success":
            assert asset["run"] == run["id"], (key, asset)
            assert pickle.loads((workspace.data / key).read_bytes()) == (int(key[1:]), run["id"])
        if asset["run"]:
            assert (workspace.data / key).exists()
    for step in run["steps"]:
        assert not step["pid"] or not lives(step["pid"]), "a step was left running"
    return run["status"]


def test_kill_nine_at_random_moments_loses_nothing(workspace):
    workspace.location("only", CODE)
    workspace.plait("location", "list")
    seed = int(os.environ.get("PLAIT_KILL_SEED", str(time.time_ns() % 2**32)))
    print("seed", seed)
    moments = random.Random(seed)
    seen = set()
    for _ in range(ROUNDS):
        process = workspace.start("materialize")
        time.sleep(moments.uniform(0.0, 0.6))
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        seen.add(check_after(workspace, acknowledged(out)))
    workspace.plait("materialize")
    assert workspace.json("run", "show", "latest")["status"] == "success"
    print("outcomes", sorted(seen))


def test_sweeping_leaves_the_versions_of_other_ledgers(workspace):
    """Two workspaces share a folder, or somebody deleted the state directory: only what our own steps left over goes."""
    slow = """
        import time

        @dg.asset
        def first():
            return 1

        @dg.asset
        def second(first):
            time.sleep(60)

        defs = dg.Definitions([first, second], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
    """
    workspace.location("one", slow)
    workspace.plait("materialize", "first")
    (theirs,) = (workspace.data / ".plait" / "first").iterdir()
    shutil.rmtree(workspace.root / ".plait")

    process = workspace.start("materialize")
    wait_for(lambda: "second" in str(list(workspace.root.glob(".plait/runs/*/*/messages.jsonl"))))
    process.kill()
    process.communicate()
    (spec,) = workspace.root.glob(".plait/runs/*/*second.1/step.json")
    version = json.loads(spec.read_text())["extras"]["plait"]["outputs"]["second"]["version"]
    ours = workspace.data / ".plait" / "second" / version
    ours.mkdir(parents=True, exist_ok=True)
    for folder in (theirs, ours):
        for path in (*folder.iterdir(), folder):
            os.utime(path, (time.time() - 7 * 86400,) * 2)
    assert workspace.json("run", "list")[0]["status"] == "interrupted"
    assert not ours.exists(), "what our own step left over"
    assert list(theirs.iterdir()), "what another ledger knows"


def test_closing_the_terminal_cancels_the_run(workspace):
    code = """
        import time

        @dg.asset
        def slow():
            time.sleep(60)

        defs = dg.Definitions([slow], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
    """
    workspace.location("one", code)
    process = workspace.start("materialize")
    wait_for(lambda: list(workspace.root.glob(".plait/runs/*/*/messages.jsonl")))
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=30)
    assert process.returncode == 130
    (run,) = workspace.json("run", "list")
    assert run["status"] == "canceled" and "terminal was closed" in run["error"]
