"""A server: who asks it, what becomes of its runs when it ends, code that changes under it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import pathlib
import signal
import stat
import subprocess
import time

import pytest
from conftest import lives, wait_for
from owner import Owner, answering

# `holds` waits for the file `go` beside its code; each call of a step adds a letter to `calls`.
CODE = """
    import os, pathlib, time
    HERE = pathlib.Path(__file__).parent

    def call(letter):
        with open(HERE / "calls", "a") as calls:
            calls.write(letter)

    @dg.asset
    def holds():
        call("h")
        while not (HERE / "go").exists():
            time.sleep(0.02)
        return 1

    @dg.asset
    def after(holds):
        call("a")
        return holds + 1

    @dg.asset
    def quick():
        call("q")
        return 3

    @dg.asset
    def moody(quick):
        call("m")
        if not (HERE / "well").exists():
            raise ValueError("not today")
        return quick

    @dg.asset
    def beyond(moody):
        call("b")
        return moody

    @dg.asset
    def chatty(context):
        for n in range(40):
            context.log.info(str(n) + "x" * 400_000)

    defs = dg.Definitions(
        [holds, after, quick, moody, beyond, chatty],
        resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
    )
"""


def locate(workspace, name: str, code: str) -> None:
    """A location in a folder of its own, so that its neighbours' changes are none of its."""
    workspace.location(name, code, working_directory=str(workspace.root / name))


@pytest.fixture
def one(workspace):
    locate(workspace, "one", CODE)
    yield workspace
    (workspace.root / "one" / "go").write_text("")


class Server:
    def __init__(self, workspace, *args: str) -> None:
        self.log = workspace.root / f"serve.{time.monotonic_ns()}.log"
        with open(self.log, "w") as log:
            self.process = workspace.start(
                "serve", "--json", "--port", "0", *args, stdout=log, stderr=log
            )
        wait_for(lambda: self.told("ready") or self.process.poll() is not None)

    def lines(self) -> list:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]

    def told(self, kind: str) -> list:
        return [line for line in self.lines() if line.get("kind") == kind]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextlib.contextmanager
def serving(workspace, *args: str):
    server = Server(workspace, *args)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def calls(workspace) -> str:
    file = workspace.root / "one" / "calls"
    return file.read_text() if file.exists() else ""


def go(workspace) -> None:
    (workspace.root / "one" / "go").write_text("")


def run(workspace, id: str = "latest") -> dict:
    return workspace.json("run", "show", id)


def detach(workspace, *args: str) -> str:
    return workspace.plait("materialize", "--detach", *args).out.strip()


# ---- one server ----


def test_commands_leave_their_runs_to_the_server_and_follow(one):
    with serving(one) as server:
        done = one.plait("materialize", "quick")
        assert "quick" in done.out and "succeeded: 1 asset" in done.out
        assert one.value("quick") == 3
        wait_for(lambda: server.told("run_succeeded"))
        assert [line["kind"] for line in server.lines() if line.get("run")] == [
            "run_created",
            "run_started",
            "run_succeeded",
        ]
        assert server.told("ready")[0]["pid"] == server.process.pid
        assert server.end() == 0
        assert server.told("ended")[0]["steps"] == 0


def test_a_second_server_says_who_is_in_charge(one):
    with serving(one) as server:
        done = one.plait("serve", status=5)
        assert f"plait serve (pid {server.process.pid})" in done.err and "hint:" in done.err
        one.plait("materialize", "quick")


def test_two_servers_begin_at_once_and_one_serves(one):
    both = [one.start("serve", "--port", "0") for _ in range(2)]
    wait_for(lambda: any(process.poll() is not None for process in both))
    (loser,) = [process for process in both if process.poll() is not None]
    (winner,) = [process for process in both if process is not loser]
    assert loser.returncode == 5 and f"pid {winner.pid}" in loser.communicate()[1]
    wait_for((one.root / ".plait" / "owner.sock").exists)
    one.plait("materialize", "quick")
    winner.terminate()
    assert winner.wait(30) == 0


def test_detach_prints_the_run_and_needs_a_server(one):
    done = one.plait("materialize", "--detach", "quick", status=1)
    assert "needs a running server" in done.err and "plait serve" in done.err
    with serving(one):
        id = detach(one, "--tag", "team=ml", "--priority", "-2", "--retries", "3", "quick")
        assert "succeeded" in one.plait("run", "watch", id).out
        assert one.json("materialize", "--detach", "quick")["run"] != id
        shown = run(one, id)
        assert shown["priority"] == -2
        assert shown["tags"]["team"] == "ml" and shown["tags"]["dagster/max_retries"] == "3"
        assert [r["id"] for r in one.json("run", "list", "--tag", "team=ml")] == [id]
        assert one.json("run", "list", "--tag", "team=other", "--status", "success") == []


def test_ctrl_c_of_a_follower_cancels_and_a_closed_terminal_does_not(one):
    with serving(one) as server:
        follower = one.start("materialize", "after", "holds")
        wait_for(lambda: "h" in calls(one))
        follower.send_signal(signal.SIGHUP)
        out, err = follower.communicate(timeout=30)
        assert follower.returncode == 130 and "plait run watch" in err
        (open_run,) = one.json("run", "list", "--status", "open")
        follower = one.start("run", "watch")
        time.sleep(0.3)
        follower.send_signal(signal.SIGINT)
        follower.communicate(timeout=30)
        assert run(one)["status"] == "started"
        go(one)
        assert "succeeded" in one.plait("run", "watch", open_run["id"]).out
        (one.root / "one" / "go").unlink()
        follower = one.start("materialize", "holds")
        wait_for(lambda: calls(one).count("h") == 2)
        follower.send_signal(signal.SIGINT)
        follower.communicate(timeout=30)
        assert follower.returncode == 130
        assert run(one)["status"] == "canceled"
        assert server.process.poll() is None


def test_a_watcher_sees_the_run_from_its_beginning(one):
    with serving(one):
        id = detach(one, "quick", "holds", "after")
        wait_for(lambda: "h" in calls(one) and "q" in calls(one))
        watcher = one.start("run", "watch", id)
        logs = one.start("run", "logs", id, "--follow", "--json")
        time.sleep(0.3)
        go(one)
        out, err = watcher.communicate(timeout=30)
        assert watcher.returncode == 0, out + err
        assert "quick" in out and "after" in out
        kinds = [json.loads(line)["kind"] for line in logs.communicate(timeout=30)[0].splitlines()]
        assert kinds[0] == "run_created" and kinds[-1] == "run_succeeded"
        assert kinds.count("step_succeeded") == 3


# ---- ends and beginnings ----


def test_steps_outlive_a_server_that_is_told_to_end(one):
    with serving(one) as first:
        id = detach(one, "holds", "after")
        wait_for(lambda: "h" in calls(one))
        assert first.end() == 0
        ended = first.told("ended")[0]
        assert (ended["steps"], ended["run"]) == (1, id)
    with serving(one) as second:
        assert second.told("taken_over")
        go(one)
        wait_for(lambda: second.told("run_succeeded"))
    assert run(one, id)["status"] == "success"
    assert calls(one) == "ha" and one.value("after") == 2


def test_a_server_that_is_killed_loses_nothing(one):
    with serving(one) as first:
        id = detach(one, "holds", "after")
        follower = one.start("run", "watch", id)
        wait_for(lambda: "h" in calls(one))
        time.sleep(0.3)
        first.process.kill()
        first.process.wait()
        out, err = follower.communicate(timeout=30)
        assert follower.returncode == 1 and "is not lost" in err
    go(one)
    with serving(one) as second:
        wait_for(lambda: second.told("run_succeeded"))
    assert run(one, id)["status"] == "success"
    assert calls(one) == "ha"


def test_drain_waits_for_steps_and_starts_none(one):
    with serving(one, "--drain") as server:
        id = detach(one, "holds", "after")
        wait_for(lambda: "h" in calls(one))
        server.process.terminate()
        wait_for(lambda: server.told("ending"))
        done = one.plait("materialize", "quick", status=1)
        assert "about to end" in done.err
        time.sleep(0.3)
        assert server.process.poll() is None
        go(one)
        assert server.process.wait(30) == 0
        assert server.told("ended")[0] | {"at": None} == {
            "at": None,
            "kind": "ended",
            "steps": 0,
            "runs": 1,
            "run": id,
        }
    assert calls(one) == "h"
    assert "succeeded" in one.plait("run", "watch", id).out
    assert calls(one) == "ha"


# ---- many runs ----


def test_limits_are_taken_in_as_soon_as_they_are_saved(one):
    locate(one, "two", "@dg.asset\ndef swift(): ...\ndefs = dg.Definitions([swift])")
    limits = one.write("dagster.yaml", "concurrency:\n  runs:\n    max_concurrent_runs: 1\n")
    with serving(one) as server:
        first, second = detach(one, "holds"), detach(one, "swift")
        wait_for(lambda: "h" in calls(one))
        assert run(one, second)["status"] == "queued"
        limits.write_text("concurrency:\n  runs:\n    max_concurrent_runs: two\n")
        wait_for(lambda: server.told("trouble"))
        assert (
            "dagster.yaml:3:26: concurrency.runs.max_concurrent_runs"
            in (server.told("trouble")[0]["message"])
        )
        assert run(one, second)["status"] == "queued"
        limits.write_text("concurrency:\n  runs:\n    max_concurrent_runs: 2\n")
        wait_for(lambda: server.told("run_succeeded"))
        assert run(one, second)["status"] == "success"
        assert run(one, first)["status"] == "started"
        go(one)


def test_limits_that_come_from_another_folder_are_taken_in(one, tmp_path_factory):
    home = tmp_path_factory.mktemp("dagster") / "home"
    one.env["DAGSTER_HOME"] = str(home)  # not there yet
    with serving(one) as server:
        home.mkdir()
        (home / "dagster.yaml").write_text("concurrency: {runs: {max_concurrent_runs: many}}")
        wait_for(lambda: server.told("trouble"))


BLOCKS = """
    import pathlib, time
    GO = pathlib.Path(__file__).parent.parent / "one" / "go"

    @dg.asset
    def blocks():
        while not GO.exists():
            time.sleep(0.02)

    defs = dg.Definitions([blocks])
"""


def test_two_hundred_runs_wait_their_turn_by_priority(one):
    one.write("dagster.yaml", "concurrency:\n  runs:\n    max_concurrent_runs: 2\n")
    locate(one, "two", BLOCKS)
    with serving(one) as server:
        owner = Owner(one.root)
        held = [owner.launch("holds"), owner.launch("blocks")]
        wait_for(lambda: all(run(one, id)["status"] == "started" for id in held))
        ids = {
            owner.launch("quick", tags={"dagster/priority": str(n % 10), "n": str(n)})
            for n in range(200)
        }
        assert len(ids) == 200
        go(one)
        wait_for(lambda: len(server.told("run_succeeded")) >= 202, limit=100)
        owner.close()
    runs = [r for r in one.json("run", "list", "--limit", "300") if r["tags"] and "n" in r["tags"]]
    assert len(runs) == 200 and {r["status"] for r in runs} == {"success"}
    # All waited: higher priorities start first.
    by_start = sorted(runs, key=lambda r: r["started_at"])
    priorities = [r["priority"] for r in by_start]
    assert priorities == sorted(priorities, reverse=True)
    for r in by_start:
        at_once = sum(s["started_at"] < r["started_at"] < s["ended_at"] for s in by_start)
        assert at_once < 2


def test_a_run_that_waits_says_for_what(one):
    with serving(one):
        first = detach(one, "holds")
        wait_for(lambda: "h" in calls(one))
        second = detach(one, "holds")
        waiting = [r for r in one.json("run", "list") if r["id"] == second][0]
        assert waiting["status"] == "queued"
        assert first in waiting["reason"] and "holds" in waiting["reason"]
        assert first in one.plait("run", "show", second).out
        follower = one.start("run", "watch", second)
        time.sleep(0.3)
        go(one)
        out = follower.communicate(timeout=30)[0]
        assert "is queued" in out and "succeeded" in out


def test_a_step_that_waits_for_a_pool_says_so(one):
    code = """
        import pathlib, time
        def make(name):
            @dg.asset(name=name, pool="db")
            def asset():
                while not pathlib.Path(__file__).with_name("go").exists():
                    time.sleep(0.02)
            return asset
        defs = dg.Definitions([make("p0"), make("p1")])
        """
    locate(one, "pooled", code)
    one.plait("pool", "set", "db", "1")
    with serving(one) as server:
        id = detach(one, "p0", "p1")
        wait_for(lambda: {"running", "ready"} == {s["status"] for s in run(one, id)["steps"]})
        waiting = [s for s in run(one, id)["steps"] if s["status"] == "ready"]
        assert "db" in waiting[0]["reason"]
        server.process.send_signal(signal.SIGSTOP)
        assert run(one, id)["status"] == "started"
        server.process.send_signal(signal.SIGCONT)
        (one.root / "pooled" / "go").write_text("")
        assert "succeeded" in one.plait("run", "watch", id).out


# ---- cancel and retry ----


def test_cancel_with_a_server(one):
    with serving(one):
        id = detach(one, "holds", "after")
        wait_for(lambda: "h" in calls(one))
        done = one.plait("run", "cancel", id)
        assert "canceled" in done.out
        assert run(one, id)["status"] == "canceled"
        assert "has ended already" in one.plait("run", "cancel", id, status=5).err


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_cancel_without_a_server_ends_what_a_killed_one_left(one, force):
    with serving(one) as server:
        id = detach(one, "holds")
        wait_for(lambda: "h" in calls(one))
        server.process.kill()
        server.process.wait()
    (step,) = run(one, id)["steps"]
    assert lives(step["pid"])
    one.plait("run", "cancel", id, *force)
    assert run(one, id)["status"] == "canceled"
    wait_for(lambda: not lives(step["pid"]))


def test_retry_runs_what_did_not_succeed(one):
    failed = one.json("materialize", "quick", "moody", "beyond", status=1)
    assert calls(one) == "qm"
    (one.root / "one" / "well").write_text("")
    done = one.plait("run", "retry")
    assert "runs again what did not succeed" in done.err
    assert calls(one) == "qmmb"
    again = run(one)
    assert again["parent"] == failed["id"] and again["retry_number"] == 1
    assert {s["asset"] for s in again["steps"]} == {"moody", "beyond"}
    assert run(one, failed["id"])["children"] == [again["id"]]
    assert "nothing of run" in one.plait("run", "retry", again["id"], status=2).err
    with serving(one):
        assert "succeeded" in one.plait("run", "retry", "--all", failed["id"]).out
    assert calls(one) == "qmmbqmb"


# ---- code that changes ----


def test_code_is_renewed_when_a_run_asks_and_only_where_it_changed(one):
    locate(one, "other", "@dg.asset\ndef x(): return 1\ndefs = dg.Definitions([x])")
    with serving(one) as server:
        one.plait("materialize", "quick")
        compiled = len(server.told("compiled"))
        code = CODE.replace("return 3", "return 4")
        locate(one, "one", code)
        one.plait("materialize", "quick")
        assert one.value("quick") == 4
        assert [line["location"] for line in server.told("compiled")[compiled:]] == ["one"]
        locate(one, "new", "@dg.asset\ndef later(): return 1\ndefs = dg.Definitions([later])")
        one.plait("materialize", "later")


def test_a_location_that_breaks_keeps_its_last_good_definitions(one):
    locate(one, "other", "@dg.asset\ndef x(): return 1\ndefs = dg.Definitions([x])")
    with serving(one) as server:
        one.plait("materialize", "x")
        locate(one, "other", "@dg.asset\ndef x(: return 1")
        done = one.plait("materialize", "quick")
        assert "location 'other' does not load; its last good definitions serve" in done.err
        assert server.told("compiled")[-1]["error"]["message"]
        assert one.plait("location", "reload", "other", status=1).out.startswith("other: stale")
        locate(one, "other", "@dg.asset\ndef x(): return 2\ndefs = dg.Definitions([x])")
        assert "other: ok" in one.plait("location", "reload", "other").out
        one.plait("materialize", "x")


def test_runs_go_on_while_code_changes(one):
    with serving(one):
        ids = []
        for n in range(6):
            locate(one, "one", CODE.replace("return 3", f"return {n}"))
            ids.append(detach(one, "quick"))
        for id in ids:
            one.plait("run", "watch", id)
        assert one.value("quick") == 5
        assert {r["status"] for r in one.json("run", "list")} == {"success"}


# ---- callers ----


def test_callers_that_talk_nonsense_harm_nobody(one):
    with serving(one) as server:
        for nonsense in (
            b"\x00\xff{]\n[1]\n\n\n\r\n",
            b'{"id": 0, "op": "hello", "wire": 1}\n',
            b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        ):
            garbage = Owner(one.root)
            garbage.sock.sendall(nonsense)
            assert (
                garbage.sock.makefile("rb")
                .readline()
                .startswith((b"HTTP/1.1 400", b"HTTP/1.1 505"))
            )
            garbage.close()
        endless = Owner(one.root)
        with contextlib.suppress(OSError):
            for _ in range(80):
                endless.sock.sendall(b"x" * 100_000)
        owner = Owner(one.root)
        assert owner.ask("POST", "/api/v1/runs", {"selection": 7})[0] == 400
        assert owner.ask("GET", "/server_info")[1]["pid"] == server.process.pid
        gone = Owner(one.root)
        gone.send_request("POST", "/api/v1/runs", {"selection": "quick"})
        gone.close()
        one.plait("materialize", "quick")


def test_the_socket_is_for_its_owner_alone_and_asks_for_no_name(one):
    with serving(one):
        assert stat.S_IMODE((one.root / ".plait" / "owner.sock").stat().st_mode) == 0o600
        owner = Owner(one.root)
        owner.request("POST", "/api/v1/reload", headers={"Host": "any", "Origin": "http://any"})
        assert owner.getresponse().status == 200


def test_a_flood_of_callers_harms_no_command(one):
    """Ten thousand on the socket that say nothing; descriptors may not allow so many."""
    with serving(one):
        owners = []
        with contextlib.suppress(OSError):
            for _ in range(10_000):
                owners.append(Owner(one.root))
        assert len(owners) > 500
        one.plait("materialize", "quick")
        for owner in owners:
            owner.close()
        one.plait("materialize", "quick")


@pytest.mark.parametrize(
    "told, words",
    [
        ({"plait": "9.9", "api": 99}, "a newer plait 9.9 than this one"),
        ({"plait": "0.0"}, "an older plait 0.0 than this one"),
        (None, "speaks otherwise"),
    ],
)
def test_a_plait_of_another_version_is_not_asked(one, told, words):
    body = json.dumps(told).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    answer = head % len(body) + body if told else b'{"id":0,"ok":false}\n'
    heard: list[bytes] = []

    def reply(request: bytes) -> bytes:
        heard.append(request)
        return answer

    one.json("location", "list")
    with open(one.root / ".plait" / "lock", "r+") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        with answering(one.root / ".plait" / "owner.sock", reply):
            for command in (
                ["materialize", "quick"],
                ["materialize", "--detach", "quick"],
                ["pool", "set", "p", "1"],
                ["asset", "report", "quick"],
                ["location", "reload"],
            ):
                done = one.plait(*command, status=5)
                assert words in done.err and "hint: let both be the same version" in done.err
    assert all(request.startswith(b"GET /server_info ") for request in heard if request)


def test_runs_of_one_caller_overlap(one):
    with serving(one) as server:
        owner = Owner(one.root)
        held, quick = owner.launch("holds"), owner.launch("quick")
        wait_for(lambda: server.told("run_succeeded"))
        assert owner.ask("POST", f"/api/v1/runs/{held}/cancel", {"reason": "enough"})[0] == 202
        wait_for(lambda: server.told("run_canceled"))
        assert run(one, held)["error"] == "enough" and run(one, quick)["status"] == "success"


def test_who_reads_too_slowly_goes_on_from_the_ledger(one):
    """A follower that is stopped: the server waits for nobody, and keeps nothing for it."""
    with serving(one):
        log = one.root / "follower.log"
        with open(log, "w") as out:
            follower = one.start("materialize", "--json", "chatty", stdout=out, stderr=out)
        wait_for(lambda: one.json("run", "list"))
        id = one.json("run", "list")[0]["id"]
        slow = one.start("run", "logs", id, "--follow", "--json")
        time.sleep(0.3)
        slow.send_signal(signal.SIGSTOP)
        follower.send_signal(signal.SIGSTOP)
        wait_for(lambda: one.json("run", "list", "--status", "success"), limit=60)
        follower.send_signal(signal.SIGCONT)
        slow.send_signal(signal.SIGCONT)
        assert follower.wait(60) == 0
        everything = one.json("run", "logs", id)
        lines = slow.communicate(timeout=60)[0].splitlines()
        assert [json.loads(line) for line in lines] == everything
        lines = one.plait("run", "logs", id, "--follow", "--json").out.splitlines()
        assert [json.loads(line) for line in lines] == everything  # ended: still a line each


# ---- what is only recorded ----


def test_reports_of_many_producers_are_all_there(one):
    with serving(one):
        owners = [Owner(one.root) for _ in range(32)]
        ids = []
        for k in range(20):
            for n, owner in enumerate(owners):
                seen = {"kind": "observation", "asset": "raw", "metadata": {"n": n, "k": k}}
                owner.send_request("POST", "/api/v1/reports", {"events": [seen, seen]})
            for owner in owners:
                ids += json.loads(owner.getresponse().read())["ids"]
        assert len(set(ids)) == 1280
        status, refused = owners[0].ask(
            "POST", "/api/v1/reports", {"events": [{"kind": "step_failed"}]}
        )
        assert status == 400
        assert refused["kind"] == "invalid" and "event 1" in refused["detail"]


@pytest.mark.parametrize("served", [False, True])
def test_a_reported_materialization_is_the_current_version(one, served):
    with serving(one) if served else contextlib.nullcontext():
        one.json("location", "list")
        report = one.json("asset", "report", "quick", "--metadata", "rows=12", "-m", "note=by hand")
        assert report["kind"] == "materialization"
        one.plait("asset", "report", "quick", "--observation", "--data-version", "v7")
        assert "NAME=VALUE" in one.plait("asset", "report", "quick", "-m", "rows", status=2).err
        shown = one.json("asset", "show", "quick")
        assert shown["status"] == "materialized"
        assert shown["current"]["metadata"]["rows"] == {"type": "int", "raw_value": 12}
        assert shown["current"]["versioned"] is False
        assert len(shown["versions"]) == 1
        told = one.plait("asset", "show", "quick").out
        assert "rows = 12" in told and "note = by hand" in told and "by run" not in told


@pytest.mark.parametrize("served", [False, True])
def test_pools_have_limits(one, served):
    locate(
        one,
        "pooled",
        """
        import time
        def make(name):
            @dg.asset(name=name, pool="db")
            def asset():
                time.sleep(0.2)
            return asset
        defs = dg.Definitions([make(f"p{n}") for n in range(4)])
        """,
    )
    with serving(one) if served else contextlib.nullcontext():
        one.plait("location", "reload")
        assert one.json("pool", "list") == [{"name": "db", "limit": None, "own": False, "steps": 4}]
        assert "at most 1 of its steps runs" in one.plait("pool", "set", "db", "1").err
        assert one.json("pool", "list") == [{"name": "db", "limit": 1, "own": True, "steps": 4}]
        one.plait("materialize", "p0", "p1", "p2", "p3", "-j", "4")
        steps = sorted(run(one)["steps"], key=lambda s: s["started_at"])
        for before, after in zip(steps, steps[1:]):
            assert before["ended_at"] <= after["started_at"]
        assert one.json("pool", "set", "db", "0") == [{"name": "db", "limit": 0}]
        one.plait("pool", "unset", "db")
        one.plait("materialize", "p0")  # the old limit is forgotten, also by a server
        (one.root / "dagster.yaml").write_text("concurrency: {pools: {default_limit: 2}}")
        assert one.json("pool", "list") == [{"name": "db", "limit": 2, "own": False, "steps": 4}]
        assert "whole number" in one.plait("pool", "set", "db", "many", status=2).err


def test_looking_never_waits_nor_takes_over(one):
    with serving(one) as server:
        id = detach(one, "holds")
        wait_for(lambda: "h" in calls(one))
        server.process.kill()
        server.process.wait()
    for words in (["run", "list"], ["run", "show"], ["run", "logs"], ["asset", "list"]):
        subprocess.run(
            [*one.start("version").args[:1], *words], cwd=one.root, env=one.env, check=True
        )
    assert run(one, id)["status"] == "started"
    assert not [event for event in one.json("run", "logs", id) if event["kind"] == "run_failed"]
    one.plait("run", "cancel", id)


def test_a_server_with_nothing_to_do_sleeps(workspace):
    locate(workspace, "cracked", "raise RuntimeError('no host stays')\n")
    with serving(workspace) as server:
        time.sleep(0.5)

        def used() -> int:
            stat = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text()
            fields = stat.rpartition(")")[2].split()
            return int(fields[11]) + int(fields[12])

        before = used()
        time.sleep(1.5)
        assert used() - before <= 5  # hundredths of a second
        assert server.end() == 0
