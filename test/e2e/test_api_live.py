"""Event streams: no gap, nothing twice, whoever comes late, reads slowly, or loses its server."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time

import pytest
from api_client import Stream, serving
from conftest import wait_for

CODE = """
    import os, pathlib, time
    HERE = pathlib.Path(__file__).parent

    @dg.asset
    def quick():
        return 3

    @dg.asset
    def bad():
        raise ValueError("not today")

    @dg.asset
    def chatty(context):
        for n in range(400):
            context.log.info("line %d" % n)
            time.sleep(0.005)

    @dg.asset
    def huge(context):
        for n in range(300):
            context.log.info("%d " % n + "x" * 20_000)

    defs = dg.Definitions(
        [quick, bad, chatty, huge],
        resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
    )
"""

LINES = [f"line {n}" for n in range(400)]


@pytest.fixture
def one(workspace):
    workspace.location("one", CODE, working_directory=str(workspace.root / "one"))
    return workspace


@pytest.fixture
def api(one):
    with serving(one) as api:
        yield api


def ids(api, run: str) -> list[int]:
    found, after = [], 0
    while after is not None:
        page = api.get(f"/api/v1/runs/{run}/events?after={after}&limit=500")
        found += [event["id"] for event in page["items"]]
        after = page["next"]
    return found


def test_a_stream_brings_every_event_once_and_ends_with_the_run(api):
    run = api.launch("chatty")
    events = api.follow(run).until("end")
    assert [event.id for event in events[:-1]] == ids(api, run)
    assert [event.data["id"] for event in events[:-1]] == ids(api, run)
    assert events[-1].data == {"status": "success"}
    said = [e.data["body"]["message"] for e in events[:-1] if e.data["kind"] == "log"]
    assert [line for line in said if line.startswith("line ")] == LINES


def test_an_event_on_the_stream_is_the_one_in_the_list(api):
    run = api.launch("quick")
    events = api.follow(run).until("end")
    listed = api.get(f"/api/v1/runs/{run}/events")["items"]
    assert [event.data for event in events[:-1]] == listed


def test_a_run_that_has_ended_is_replayed(api):
    run = api.launch("bad")
    api.wait(run)
    events = api.follow(run).until("end")
    assert [event.id for event in events[:-1]] == ids(api, run)
    assert events[-1].data == {"status": "failure"}
    last = ids(api, run)[-1]
    assert [event.kind for event in api.follow(run, last).until("end")] == ["end"]


def test_a_stream_goes_on_behind_the_last_event_that_was_seen(api):
    run = api.launch("chatty")
    seen: list[int] = []
    while not seen or seen[-1] != -1:
        stream = api.follow(run, seen[-1] if seen else None)
        for event in stream:
            seen.append(-1 if event.kind == "end" else event.id)
            if event.kind == "end" or len(seen) % 50 == 0:
                break
        stream.close()
    assert seen[:-1] == ids(api, run)


def test_the_url_says_where_to_begin_and_the_header_counts_more(api):
    run = api.launch("quick")
    api.wait(run)
    known = ids(api, run)
    path = f"/api/v1/runs/{run}/events/stream?after={known[1]}"
    assert [e.id for e in api.stream(path).until("end")[:-1]] == known[2:]
    assert [e.id for e in api.stream(path, known[3]).until("end")[:-1]] == known[4:]
    assert api.ask("GET", path, headers={"Last-Event-ID": "x"}).status == 400
    assert api.get("/api/v1/runs/nothere/events/stream", 404)["kind"] == "not_found"


def test_many_follow_one_run_and_all_see_the_same(api):
    run = api.launch("chatty")
    got: list[list[int]] = [[] for _ in range(30)]

    def follow(n: int) -> None:
        time.sleep(n * 0.03)
        got[n] = [event.id for event in api.follow(run).until("end")[:-1]]

    threads = [threading.Thread(target=follow, args=[n]) for n in range(len(got))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(seen == ids(api, run) for seen in got)


def deaf(api, run: str) -> socket.socket:
    """A client that asks, and does not read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, port = api.host.rsplit(":", 1)
    client.connect((host, int(port)))
    path = f"/api/v1/runs/{run}/events/stream"
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: {api.host}\r\n\r\n".encode())
    return client


def test_who_reads_slowly_misses_nothing_and_holds_up_nobody(api):
    run = api.launch("huge")  # 6 MB of events
    client = deaf(api, run)
    events = api.follow(run).until("end")
    assert len(events) > 300
    started = time.monotonic()
    for _ in range(20):
        api.get("/api/v1/health")
    assert time.monotonic() - started < 5
    seen: list[int] = []
    client.settimeout(60)
    with client.makefile("rb") as lines:
        for line in lines:
            if line.startswith(b"id: "):
                seen.append(int(line[4:]))
            if line.startswith(b"event: end"):
                break
    client.close()
    assert seen == [event.id for event in events[:-1]]


def test_clients_that_vanish_leave_nothing_behind(api):
    run = api.launch("huge")
    for _ in range(50):
        deaf(api, run).close()
    api.wait(run)

    def streams() -> str:
        text = api.ask("GET", "/metrics").body.decode()
        return next(line for line in text.splitlines() if line.startswith("plait_http_streams "))

    wait_for(lambda: streams() == "plait_http_streams 0", 60)


def test_a_killed_server_loses_nothing_of_a_stream(one):
    seen: list[int] = []
    with serving(one) as api:
        run = api.launch("chatty")
        for event in api.follow(run):
            seen.append(event.id)
            if len(seen) == 100:
                break
        os.kill(api.process.pid, signal.SIGKILL)
        api.process.wait()
    with serving(one) as api:
        events = api.follow(run, seen[-1]).until("end")
        seen += [event.id for event in events[:-1]]
        assert seen == ids(api, run)
        assert events[-1].data == {"status": "success"}
        logs = [e for e in api.get(f"/api/v1/runs/{run}/events")["items"] if e["kind"] == "log"]
        said = [log["body"]["message"] for log in logs]
        assert [line for line in said if line.startswith("line ")] == LINES


def test_streams_end_with_the_server(api):
    run = api.launch("chatty")
    stream = api.follow(run)
    started = time.monotonic()
    api.process.send_signal(signal.SIGTERM)
    kinds = [event.kind for event in stream]
    assert api.process.wait(30) == 0
    assert "end" not in kinds  # the run has not: another server goes on with it
    assert time.monotonic() - started < 10


# ---- everything that happens ----


class Watch:
    """Collects what the global stream brings."""

    def __init__(self, api) -> None:
        self.stream = api.stream("/api/v1/events/stream")
        self.seen: list = []
        threading.Thread(target=self.collect, daemon=True).start()
        wait_for(lambda: self.seen)

    def collect(self) -> None:
        try:
            for event in self.stream:
                self.seen.append(event)
        except (OSError, ValueError, AttributeError):
            pass  # it was closed, or the server has gone

    def of(self, kind: str) -> list:
        return [event.data for event in self.seen if event.kind == kind]


def test_the_server_says_hello_first(api):
    watch = Watch(api)
    assert watch.seen[0].kind == "hello"
    assert watch.seen[0].data["pid"] == api.process.pid


def test_runs_are_told_as_they_are_asked_for_start_and_end(api):
    watch = Watch(api)
    run = api.launch("chatty")
    wait_for(lambda: [r["status"] for r in watch.of("run")][-1:] == ["success"])
    told = watch.of("run")
    assert {r["id"] for r in told} == {run}
    assert [r["status"] for r in told][0] in ("queued", "started")
    assert told[-1] == api.get("/api/v1/runs")["items"][0]


def test_a_run_is_told_as_its_steps_end(api):
    watch = Watch(api)
    api.launch("quick, chatty")
    wait_for(lambda: [r["status"] for r in watch.of("run")][-1:] == ["success"])
    on_the_way = [r for r in watch.of("run") if r["status"] == "started" and r["steps"] == 2]
    assert 1 in {r["steps_succeeded"] for r in on_the_way}
    assert {tuple(r["locations"]) for r in on_the_way} == {("one",)}


def test_assets_are_told_when_their_status_or_value_changes(api, one):
    watch = Watch(api)
    api.wait(api.launch("quick, bad"))
    wait_for(lambda: {"materialized", "failed"} <= {a["status"] for a in watch.of("asset")})
    last = {asset["key"]: asset for asset in watch.of("asset")}
    assert last["quick"]["status"] == "materialized"
    assert last["bad"]["status"] == "failed"
    assert last["quick"] == next(
        a for a in api.get("/api/v1/assets")["items"] if a["key"] == "quick"
    )


def test_a_report_of_a_command_is_told_too(api, one):
    watch = Watch(api)
    one.plait("asset", "report", "quick", "--metadata", "n=1")
    wait_for(lambda: [a["status"] for a in watch.of("asset")] == ["materialized"])


def test_new_code_is_told(api, one):
    watch = Watch(api)
    one.location("one", CODE.replace("[quick, ", "["), working_directory=str(one.root / "one"))
    api.post("/api/v1/plan", {"selection": "bad"})
    wait_for(lambda: watch.of("code"))
    assert watch.of("code")[0]["locations"] == api.get("/api/v1/locations")
    assert watch.of("code")[0]["locations"][0]["assets"] == 3


def test_runs_of_commands_are_told_too(api, one):
    watch = Watch(api)
    one.plait("materialize", "quick")
    wait_for(lambda: [r["status"] for r in watch.of("run")][-1:] == ["success"])


def test_head_of_a_stream_ends(api):
    run = api.launch("quick")
    api.wait(run)
    answer = api.ask("HEAD", f"/api/v1/runs/{run}/events/stream")
    assert (answer.status, answer.body) == (200, b"")
    assert json.loads(api.ask("GET", "/api/v1/health").body)["status"] == "ok"


def test_a_stream_is_an_answer_like_others_to_one_that_asks_badly(api):
    for method in ("POST", "DELETE"):
        assert api.ask(method, "/api/v1/events/stream", {}).status == 405


def test_an_event_stream_can_be_read_with_plain_sockets(api):
    run = api.launch("quick")
    api.wait(run)
    stream = Stream(api.host, f"/api/v1/runs/{run}/events/stream")
    assert stream.response.getheader("Cache-Control") == "no-store"
    stream.close()
