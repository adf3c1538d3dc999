"""What a step tells, on its worker's socket and in its message file, also where nobody reads it for a while."""

from __future__ import annotations

import time

import pytest
from host_client import KINDS

CODE = """
    import os, subprocess, sys
    import dagster as dg

    @dg.asset
    def numbers(context):
        context.log.info("counting")
        print("to stdout")
        sys.stderr.write("to stderr\\n")
        subprocess.run(["echo", "from a child"], check=True)
        return [1, 2, 3]

    @dg.asset
    def talkative(context) -> None:
        for number in range(3000):
            context.log.info(f"{number:05d} " + "x" * 1000)

    @dg.asset
    def huge(context) -> None:
        context.log.info("y" * 20_000_000)
        context.log.info("z" * 5_000_000)

    @dg.asset
    def forking(context) -> None:
        context.log.info("before")
        pid = os.fork()
        if pid == 0:
            raise ValueError("in the child")
        os.waitpid(pid, 0)
"""


@pytest.mark.parametrize("isolation", KINDS)
def test_step_tells_the_same_on_the_socket_and_in_the_file(ready, isolation):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.run("numbers", isolation=isolation)
    assert step.exception is None, step.exception
    assert step.file.read_bytes() == worker.bytes
    methods = [message["method"] for message in step.messages]
    assert methods[0] == "opened" and methods[-1] == "closed"
    facts = step.messages[0]["params"]["extras"]["plait"]
    assert facts == {
        "pid": worker.pid,
        "started": worker.started,
        "run": "run-1",
        "step": "numbers",
        "attempt": 1,
    }
    usage = step.closed["plait"]
    assert usage["max_rss_kib"] > 1000 and usage["user_us"] >= 0 and usage["system_us"] >= 0
    assert step.wrote("stdout") == "to stdout\nfrom a child\n" or isolation == "process"
    assert sorted(step.wrote("stdout").splitlines()) == ["from a child", "to stdout"]
    assert step.wrote("stderr") == "to stderr\n"
    if isolation == "process":
        assert worker.exit()["code"] == 0


def test_slow_server_holds_the_step_back_and_loses_nothing(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.give("talkative")
    time.sleep(0.5)
    early = step.file.stat().st_size
    assert early < 2_000_000  # of three: it waits
    step.wait()
    logs = step.method("log")
    assert [int(log["message"][:5]) for log in logs] == list(range(3000))
    assert step.file.read_bytes() == worker.bytes


def test_step_that_waits_for_a_slow_server_can_be_stopped(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.give("talkative")
    time.sleep(0.5)
    worker.signal()
    time.sleep(0.2)
    step.wait()
    assert step.exception["name"] == "DagsterExecutionInterruptedError"
    assert step.file.read_bytes() == worker.bytes
    assert 10 < len(step.method("log")) < 3000


def test_huge_message_is_cut_or_passed_whole(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.run("huge")
    assert step.exception is None
    cut, whole = step.method("log")
    assert len(cut["message"]) < 100_000 and "20000000 characters in all" in cut["message"]
    assert len(whole["message"]) == 5_000_000
    assert step.file.read_bytes() == worker.bytes


@pytest.mark.parametrize("isolation", KINDS)
def test_process_forked_by_user_code_does_not_speak_for_the_step(ready, isolation):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.run("forking", isolation=isolation)
    assert step.exception is None, step.exception
    assert "in the child" in step.wrote("stderr")
    methods = [one["method"] for one in step.filed]
    assert methods == ["opened", "log", "report_asset_materialization", "closed"]
