"""What goes wrong around a run: descriptors that are closed, hosts that die, commands that come and go,
disks that fill, code that changes unseen. A clear end, nothing left behind, nothing hung."""

from __future__ import annotations

import http.client
import shlex
import signal
import subprocess
import textwrap
import time

import pytest
from conftest import BINARY, Workspace, lives, wait_for
from owner import Owner

HEAD = "import os, pathlib, signal, socket, subprocess, sys, time\nHERE = pathlib.Path(__file__).parent\n"
TAIL = """
defs = dg.Definitions(
    [v for v in list(globals().values()) if isinstance(v, dg.AssetsDefinition)],
    resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
)
"""


def code(text: str) -> str:
    """A location's code: `text`, with every asset it defines."""
    return HEAD + textwrap.dedent(text) + TAIL


PAIR = code("""
    @dg.asset
    def value(context):
        print("printed")
        context.log.info("logged")
        return 1

    @dg.asset
    def reader(value):
        return value + 1
""")


@pytest.mark.parametrize(
    "closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-", "| true", ">/dev/full"]
)
def test_a_command_runs_whatever_its_standard_descriptors_are(workspace, closed):
    workspace.location("only", PAIR)
    subprocess.run(
        [
            "bash",
            "-c",
            f"{shlex.quote(BINARY)} materialize {closed}; echo ${{PIPESTATUS[0]}} >status",
        ],
        cwd=workspace.root,
        env=workspace.env,
        capture_output=True,
        check=True,
    )
    assert (workspace.root / "status").read_text() == "0\n"
    assert workspace.value("reader") == 2


# Waits in its import while HERE/wait is there.
SLOW = code("""
    if (HERE / "wait").exists():
        (HERE / "waiting").write_text("")
        while (HERE / "wait").exists():
            time.sleep(0.05)

    @dg.asset
    def value():
        return 1

    @dg.asset
    def other():
        return 2
""")


@pytest.fixture
def slow(workspace):
    """Compiled once; its next import waits until `wait` is removed."""
    workspace.location("only", SLOW)
    workspace.plait("location", "list")
    (workspace.root / "only" / "wait").write_text("")
    return workspace


def importing(workspace: Workspace) -> bool:
    return (workspace.root / "only" / "waiting").exists()


def test_cancel_does_not_wait_for_code_to_load(slow):
    process = slow.start("materialize")
    wait_for(lambda: importing(slow))
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - begun < 10
    assert {step["status"] for step in slow.steps().values()} == {"canceled"}


HOLDS = """
    @dg.asset
    def holds():
        while not (HERE / "go").exists():
            time.sleep(0.05)

    @dg.asset
    def value():
        return 1
"""


def test_a_command_that_runs_things_answers_as_a_server_does(workspace):
    workspace.location("only", code(HOLDS))
    first = workspace.start("materialize", "--select", "holds")
    wait_for((workspace.root / ".plait" / "owner.sock").exists)
    owner = Owner(workspace.root)
    info = owner.ask("GET", "/server_info")[1]
    assert info["pid"] == first.pid and info["serves"] is False
    made, other = owner.launch("value", most_running=2), owner.launch("holds")
    follower = workspace.start("run", "watch", other)
    assert "succeeded" in workspace.plait("run", "watch", made).out
    assert owner.ask("POST", f"/api/v1/runs/{other}/cancel", {})[0] == 202
    assert follower.wait(30) == 130
    assert first.poll() is None
    done = workspace.plait("materialize", "--detach", "value", status=1)
    assert "needs a running server" in done.err
    assert not (workspace.root / ".plait" / "server.json").exists()
    late = workspace.start(
        "run", "watch", workspace.json("run", "list", "--status", "open")[0]["id"]
    )
    (workspace.root / "only" / "go").write_text("")
    out, err = first.communicate(timeout=30)
    assert first.returncode == 0, out + err
    assert late.wait(30) == 0
    assert workspace.value("value") == 1


def test_a_command_runs_its_own_run_where_nobody_can_reach_it(workspace):
    """A file system without sockets, or something else that has the socket's name."""
    workspace.location("only", code(HOLDS))
    (workspace.root / ".plait" / "owner.sock" / "in the way").mkdir(parents=True)
    first = workspace.start("materialize", "--select", "holds")
    wait_for(lambda: list(workspace.root.glob(".plait/runs/*/*/messages.jsonl")))
    second = workspace.start("materialize", "--select", "value")
    (workspace.root / "only" / "go").write_text("")
    out, err = first.communicate(timeout=30)
    assert first.returncode == 0, out + err
    assert "cannot reach this one" in err and "owner.sock" in err
    out, err = second.communicate(timeout=30)
    assert second.returncode == 0, out + err
    assert workspace.value("value") == 1
    served = workspace.plait("serve", status=1)
    assert "owner.sock" in served.err, "a server is there to be reached"


def test_a_command_goes_on_with_its_own_run_when_it_cannot_answer_others(workspace):
    workspace.location("only", code(HOLDS))
    first = workspace.start("materialize", "--select", "holds")
    wait_for(lambda: list(workspace.root.glob(".plait/runs/*/*/messages.jsonl")))
    ledger = workspace.root / ".plait" / "ledger.db"
    ledger.rename(ledger.with_name("aside"))  # so that a second reader of it cannot be opened
    with pytest.raises((OSError, http.client.HTTPException)):
        Owner(workspace.root).ask("GET", "/server_info")
    ledger.with_name("aside").rename(ledger)
    second = workspace.start("materialize", "--select", "value")
    time.sleep(0.5)
    assert second.poll() is None
    (workspace.root / "only" / "go").write_text("")
    out, err = first.communicate(timeout=30)
    assert first.returncode == 0, out + err
    assert "cannot reach this one" in err and "ledger.db" in err
    out, err = second.communicate(timeout=30)
    assert second.returncode == 0, out + err
    assert "waiting: " in err
    assert workspace.value("value") == 1


@pytest.mark.parametrize("served", [False, True])
def test_ctrl_c_right_behind_a_request_counts(workspace, served):
    """Before its run is there: the owner compiles what has changed first."""
    workspace.location("only", code(HOLDS))
    first = workspace.start(*(["serve"] if served else ["materialize", "--select", "holds"]))
    wait_for((workspace.root / ".plait" / "owner.sock").exists)
    if not served:
        wait_for(lambda: list(workspace.root.glob(".plait/runs/*/*/messages.jsonl")))
    workspace.location("only", SLOW)
    (workspace.root / "only" / "wait").write_text("")
    second = workspace.start("materialize", "--select", "value")
    wait_for(lambda: importing(workspace))
    second.send_signal(signal.SIGINT)
    time.sleep(0.3)
    (workspace.root / "only" / "wait").unlink()
    out, err = second.communicate(timeout=60)
    assert second.returncode == 130, out + err
    (canceled,) = workspace.json("run", "list", "--status", "canceled")
    assert canceled["error"] == "canceled with Ctrl-C"
    (workspace.root / "only" / "go").write_text("")
    if served:
        first.terminate()
    first.communicate(timeout=30)
    assert first.returncode == 0


def test_ctrl_c_leaves_the_runs_of_others_once_the_own_one_has_ended(workspace):
    workspace.location("only", code(HOLDS))
    first = workspace.start("materialize", "--select", "holds")
    wait_for(lambda: list(workspace.root.glob(".plait/runs/*/*/messages.jsonl")))
    first.kill()
    first.communicate(timeout=30)
    second = workspace.start("materialize", "--select", "value")
    wait_for(lambda: [run["status"] for run in workspace.json("run", "list")][0] == "success")
    time.sleep(0.2)
    assert second.poll() is None
    second.send_signal(signal.SIGINT)
    out, err = second.communicate(timeout=30)
    assert second.returncode == 0
    assert "succeeded" in out and "are waited for" in err
    assert [run["status"] for run in workspace.json("run", "list")] == ["success", "started"]
    (workspace.root / "only" / "go").write_text("")
    assert (
        "succeeded" in workspace.plait("run", "watch", workspace.json("run", "list")[1]["id"]).out
    )


def test_a_command_goes_on_when_the_owner_ends_before_it_asked(workspace):
    workspace.location("only", code(HOLDS))
    first = workspace.start("materialize", "--select", "holds")
    wait_for((workspace.root / ".plait" / "owner.sock").exists)
    wait_for(lambda: list(workspace.root.glob(".plait/runs/*/*/messages.jsonl")))
    workspace.location("only", SLOW)
    (workspace.root / "only" / "wait").write_text("")
    second = workspace.start("materialize", "--select", "value")
    wait_for(lambda: importing(workspace))
    (workspace.root / "only" / "go").write_text("")
    first.communicate(timeout=30)
    (workspace.root / "only" / "wait").unlink()
    out, err = second.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0), out + err
    assert workspace.value("value") == 1


def test_a_very_long_log_line_is_cut_and_nothing_is_missed(workspace):
    workspace.location(
        "only",
        code("""
        @dg.asset
        def value(context):
            context.log.info("x" * (20 << 20))
            context.log.info("after")
            return 1
    """),
    )
    workspace.plait("materialize")
    assert workspace.value("value") == 1
    logs = workspace.plait("run", "logs", "latest").out
    assert "20971520 characters in all" in logs
    assert "after" in logs


def test_a_message_that_is_too_long_fails_its_step_and_says_so(workspace):
    workspace.location(
        "only",
        code("""
        @dg.asset
        def value(context):
            line = b"x" * (20 << 20) + b"\\n"
            folder = os.path.dirname(os.readlink("/proc/self/fd/1"))
            with open(os.path.join(folder, "messages.jsonl"), "ab") as file:
                file.write(line)
            for fd in map(int, os.listdir("/proc/self/fd")):
                try:
                    server = socket.socket(fileno=os.dup(fd))
                except OSError:
                    continue
                server.sendall(line)
            return 1
    """),
    )
    done = workspace.plait("materialize", status=1)
    assert "more than 16777216 bytes" in done.out
    assert workspace.steps()["value"]["status"] == "failure"


def test_a_view_that_cannot_be_moved_fails_its_step_and_says_why(workspace):
    workspace.location("only", PAIR)
    (workspace.data / "value").mkdir(parents=True)
    done = workspace.plait("materialize", status=1)
    assert "a folder is there already" in done.out
    assert "without saying that it was done" not in done.out
    events = workspace.plait("run", "logs", "latest", "--json").out
    assert "step_failed" in events
    assert "step_succeeded" not in events
    (workspace.data / "value").rmdir()
    workspace.plait("materialize")
    assert workspace.value("reader") == 2


def test_definitions_that_change_unseen_are_compiled_the_next_time(workspace):
    workspace.location(
        "only",
        code("""
        for name in (HERE / "names.csv").read_text().split():
            globals()[name] = dg.asset(name=name)(lambda: 1)
    """),
    )
    names = workspace.write("only/names.csv", "a")
    workspace.plait("materialize")
    names.write_text("a b")
    assert "changed after this run was planned" in workspace.plait("materialize", status=1).out
    workspace.plait("materialize")
    assert set(workspace.steps()) == {"a", "b"}


def test_definitions_that_plait_refuses_are_told_like_any_other_fault(workspace):
    workspace.location(
        "only",
        code("""
        value = dg.asset(name="x" * 2000)(lambda: 1)
    """),
    )
    error = workspace.json("location", "list", status=0)[0]["error"]
    assert "1024 bytes" in error["message"], error
    assert "does not load" in workspace.plait("materialize", status=2).err


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        ("os._exit(3)", "ended with status 3"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "ended by signal 9"),
        ("os.closerange(3, 100); time.sleep(100)", "ended by signal 9"),
        ("os.write(3, b'nonsense\\n'); time.sleep(100)", "ended by signal 9"),
    ],
)
def test_a_host_that_ends_or_goes_deaf_while_it_loads_is_told(workspace, end, shown):
    workspace.location("only", code(end))
    begun = time.monotonic()
    error = workspace.json("location", "list")[0]["error"]
    assert shown in error["message"]
    assert time.monotonic() - begun < 20


def test_a_host_that_dies_in_a_run_takes_no_step_along(workspace):
    workspace.location(
        "only",
        code("""
        @dg.asset
        def value():
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(1)
            return 1

        @dg.asset
        def reader(value):
            return value + 1
    """),
    )
    workspace.plait("materialize", limit=60)
    assert workspace.value("reader") == 2


def test_what_a_step_leaves_running_ends_with_it(workspace):
    workspace.location(
        "only",
        code("""
        @dg.asset
        def value():
            (HERE / "pid").write_text(str(subprocess.Popen(["sleep", "1000"]).pid))
    """),
    )
    workspace.plait("materialize", limit=60)
    wait_for(lambda: not lives((workspace.root / "only" / "pid").read_text()))


COUNTS = """
    def count(name):
        with open(HERE / name, "a") as file:
            file.write("x")
        return len((HERE / name).read_text())
"""


def kinds(workspace: Workspace, asset: str) -> list[str]:
    index = [step["asset"] for step in workspace.json("run", "show", "latest")["steps"]].index(
        asset
    )
    return [
        event["kind"]
        for event in workspace.json("run", "logs", "latest")
        if event["step"] == index and event["kind"].startswith("step_")
    ]


def test_a_step_is_tried_again_by_its_policy(workspace):
    workspace.location(
        "only",
        code(
            COUNTS
            + """
    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=3, delay=0.1))
    def value(context):
        if count("tries") < 3:
            raise ValueError("not yet")
        return context.retry_number

    @dg.asset
    def reader(value):
        return value
"""
        ),
    )
    done = workspace.plait("materialize")
    assert workspace.value("reader") == 2
    assert kinds(workspace, "value") == [
        "step_started",
        "step_up_for_retry",
        "step_restarted",
        "step_started",
        "step_up_for_retry",
        "step_restarted",
        "step_started",
        "step_succeeded",
    ]
    assert "not yet" in done.out
    step = workspace.steps()["value"]
    assert (step["status"], step["attempt"]) == ("success", 3)


def test_a_step_that_uses_up_its_retries_fails_and_so_does_one_that_died(workspace):
    workspace.location(
        "only",
        code(
            COUNTS
            + """
    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=1))
    def value():
        count("value")
        os.kill(os.getpid(), signal.SIGKILL)

    @dg.asset
    def asks():
        count("asks")
        raise dg.RetryRequested(max_retries=2)

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=5))
    def refuses():
        count("refuses")
        raise dg.Failure("no use", allow_retries=False)
"""
        ),
    )
    workspace.plait("materialize", status=1)
    tries = {
        name: len((workspace.root / "only" / name).read_text())
        for name in ("value", "asks", "refuses")
    }
    assert tries == {"value": 2, "asks": 3, "refuses": 1}
    assert {step["status"] for step in workspace.steps().values()} == {"failure"}


def test_a_step_has_a_time_limit(workspace):
    workspace.location(
        "only",
        code(
            COUNTS
            + """
    @dg.asset(op_tags={"plait/timeout": "0.5"}, retry_policy=dg.RetryPolicy(max_retries=1))
    def value():
        if count("tries") == 1:
            time.sleep(60)
        return 1
"""
        ),
    )
    begun = time.monotonic()
    workspace.plait("materialize")
    assert time.monotonic() - begun < 20
    (told,) = [
        event
        for event in workspace.json("run", "logs", "latest")
        if event["kind"] == "step_up_for_retry"
    ]
    assert "longer than its limit of 500 ms (plait/timeout)" in told["body"]["message"]
    error = told["body"]["error"]
    assert error["message"] == told["body"]["message"]
    assert "DagsterExecutionInterruptedError" in error["cause"]["name"]
    assert error["stack"]


def test_a_command_tells_of_the_run_that_repeats_its_own(workspace):
    workspace.location(
        "only",
        code(
            """
    @dg.asset
    def value():
        raise ValueError("never")
"""
        ),
    )
    done = workspace.plait("materialize", "--retries", "1", status=1)
    again, first = workspace.json("run", "list")
    assert again["parent"] == first["id"]
    assert f"run again by itself, as run {again['id'][-8:]}" in done.err
    assert f"run {again['id'][-8:]} failed" in done.out


def test_the_last_of_the_runs_that_repeat_each_other_counts(workspace):
    workspace.location(
        "only",
        code(
            COUNTS
            + """
    @dg.asset
    def value():
        if count("value") < 3:
            raise ValueError("not yet")
        return 1
"""
        ),
    )
    run = workspace.json("materialize", "--retries", "5", status=0)
    assert run["status"] == "success" and run["retry_number"] == 2
    assert len(workspace.json("run", "list")) == 3


def test_a_canceled_run_does_not_try_again(workspace):
    workspace.location(
        "only",
        code(
            """
    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=3, delay=60))
    def value():
        raise ValueError("not yet")
"""
        ),
    )
    process = workspace.start("materialize")
    wait_for(lambda: statuses(workspace) == ["retrying"])
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - begun < 5
    assert statuses(workspace) == ["canceled"]


def statuses(workspace: Workspace) -> list[str]:
    runs = workspace.json("run", "list")
    return (
        [step["status"] for step in workspace.json("run", "show", runs[0]["id"])["steps"]]
        if runs
        else []
    )


def test_a_retry_that_was_waiting_when_plait_was_killed_comes_all_the_same(workspace):
    workspace.location(
        "only",
        code(
            COUNTS
            + """
    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=3, delay=2))
    def value():
        if count("tries") == 1:
            raise ValueError("not yet")
        return 1

    @dg.asset
    def other():
        return 2
"""
        ),
    )
    process = workspace.start("materialize", "--select", "value")
    wait_for(lambda: statuses(workspace) == ["retrying"])
    process.kill()
    process.communicate()
    workspace.plait("materialize", "--select", "other")
    assert [run["status"] for run in workspace.json("run", "list")] == ["success", "success"]
    assert (workspace.root / "only" / "tries").read_text() == "xx"
