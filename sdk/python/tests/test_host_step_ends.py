"""Every way for a step to end, and what becomes of what it started."""

from __future__ import annotations

import os
import signal
import time

import pytest
from host_client import KINDS

CODE = """
    import os, sys, threading, time
    import dagster as dg

    @dg.asset
    def quiet() -> None:
        pass

    @dg.asset
    def broken():
        raise ValueError("no luck")

    @dg.asset
    def leaving():
        sys.exit(0)

    @dg.asset
    def vanishing(context):
        print("last words", flush=True)
        os._exit(7)

    @dg.asset
    def cleaning(context) -> None:
        context.log.info("sleeping")
        try:
            time.sleep(60)
        finally:
            context.log.info("cleaned up")

    @dg.asset
    def slow(context):
        context.log.info("sleeping")
        time.sleep(60)

    @dg.asset
    def waiting_thread(context) -> None:
        def work():
            time.sleep(0.3)
            print("from the thread")
        threading.Thread(target=work).start()
"""


def test_process_worker_exits_with_1_after_an_exception(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    assert worker.run("broken", isolation="process").exception["name"] == "ValueError"
    assert worker.exit()["code"] == 1


@pytest.mark.parametrize("isolation", KINDS)
def test_sys_exit_is_a_failure_that_closes(ready, isolation):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.run("leaving", isolation=isolation)
    assert "sys.exit(0)" in step.exception["message"]
    if isolation == "worker":
        assert worker.run("quiet").exception is None


@pytest.mark.parametrize("isolation", KINDS)
def test_os_exit_is_told_by_the_exit_alone(ready, isolation):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.give("vanishing", isolation=isolation)
    event = worker.exit()
    assert (event["code"], event["signal"]) == (7, None)
    assert [one["method"] for one in step.filed] == ["opened"]
    folder = step.folder if isolation == "process" else step.file.parent
    assert (folder / "stdout").read_text() == "last words\n"


def test_killed_worker_is_told_by_its_signal(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.give("slow")
    step.wait("sleeping")
    worker.signal(signal.SIGKILL)
    event = worker.exit()
    assert (event["code"], event["signal"]) == (None, 9)
    assert step.messages[-1]["method"] == "log"


@pytest.mark.parametrize("isolation", KINDS)
def test_gentle_stop_raises_in_user_code_and_closes(ready, isolation):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.give("cleaning", isolation=isolation)
    step.wait("sleeping")
    time.sleep(0.1)
    worker.signal()
    step.wait()
    assert step.exception["name"] == "DagsterExecutionInterruptedError"
    assert step.method("log")[-1]["message"] == "cleaned up"
    if isolation == "process":
        assert worker.exit()["code"] == 1
        return
    second = worker.give("slow")
    second.wait("sleeping")
    worker.signal()
    second.wait()
    assert second.exception["name"] == "DagsterExecutionInterruptedError"
    assert worker.run("quiet").exception is None


def test_process_waits_for_the_threads_of_its_step(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.run("waiting_thread", isolation="process")
    assert step.wrote("stdout") == "from the thread\n"


@pytest.mark.parametrize("isolation", KINDS)
def test_step_outlives_its_server_and_completes_its_file(ready, isolation):
    client = ready(CODE.replace("time.sleep(60)", "time.sleep(1)"))
    worker = client.workers()[0]
    step = worker.give("cleaning", isolation=isolation)
    step.wait("sleeping")
    worker.socket.close()
    client._lines.close()
    client.socket.close()
    assert client.process.wait(10) == 0
    step.wait_for_file('"closed"')
    assert "exception" not in step.filed[-1]["params"]
    assert [one["params"]["message"] for one in step.filed if one["method"] == "log"] == [
        "sleeping",
        "cleaned up",
    ]
    end = time.monotonic() + 10
    while os.path.exists(f"/proc/{worker.pid}") and time.monotonic() < end:
        with open(f"/proc/{worker.pid}/stat") as file:
            if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                break
        time.sleep(0.01)
    else:
        assert not os.path.exists(f"/proc/{worker.pid}")


STRAYING = """
    import os, subprocess, sys
    import dagster as dg

    CHAIN = "import subprocess, sys; subprocess.Popen(['sleep', '1000'], start_new_session=True); import time; time.sleep(1000)"

    @dg.asset
    def straying(context) -> None:
        subprocess.Popen([sys.executable, "-c", CHAIN], start_new_session=True)
        subprocess.Popen(["sleep", "1000"])
        while len(told()) < 3:
            pass
        context.log.info(" ".join(told()))

    def told(pid="self"):
        with open(f"/proc/{pid}/task/{os.getpid() if pid == 'self' else pid}/children") as file:
            own = file.read().split()
        return own + [one for child in own for one in told(child)]

    defs = dg.Definitions(assets=[straying])
"""


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("isolation", KINDS)
def test_what_a_step_leaves_outside_of_its_group_ends_with_its_worker(ready, isolation):
    client = ready(STRAYING)
    worker = client.workers()[0]
    step = worker.run("straying", isolation=isolation)
    assert step.exception is None
    left = [int(pid) for pid in step.method("log")[0]["message"].split()]
    group = {pid: os.getpgid(pid) for pid in left if is_alive(pid)}
    worker.socket.close()
    assert worker.exit()["code"] == 0
    own = [pid for pid in left if group.get(pid) == worker.pid]
    try:
        assert len(left) == 3 and len(own) == 1
        end = time.monotonic() + 20
        while any(is_alive(pid) for pid in left if pid not in own):
            assert time.monotonic() < end, "a process is left"
            time.sleep(0.01)
    finally:
        for pid in own:  # the server's to end
            os.kill(pid, signal.SIGKILL)
