"""Runs over HTTP: plans, launches, lists, events, logs, cancel and retry, and what refuses."""

from __future__ import annotations

import json
import os
import pathlib
import re
import socket
import time
import urllib.request

import pytest
from api_client import serving
from conftest import wait_for

CODE = """
    import pathlib, sys, time
    HERE = pathlib.Path(__file__).parent

    @dg.asset
    def quick():
        print("hello from quick")
        print("and from its stderr", file=sys.stderr)
        return 3

    @dg.asset
    def moody(quick):
        if not (HERE / "well").exists():
            raise ValueError("not today")
        return quick

    @dg.asset
    def beyond(moody):
        return moody

    @dg.asset
    def holds():
        print("holding", flush=True)
        while not (HERE / "go").exists():
            time.sleep(0.02)
        return 1

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=1))
    def twice(context):
        print("attempt", context.retry_number)
        if context.retry_number == 0:
            raise ValueError("the first time")

    defs = dg.Definitions(
        [quick, moody, beyond, holds, twice],
        resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
    )
"""


PRINTING = """
    import pathlib, time
    HERE = pathlib.Path(__file__).parent

    def wait_for(name):
        while not (HERE / name).exists():
            time.sleep(0.002)

    @dg.asset(op_tags={"plait/isolation": "ISOLATION"})
    def prints():
        print("ready", flush=True)
        for n in range(20):
            wait_for(f"say{n}")
            print(f"said {n} é", flush=True)
        wait_for("go")
        for n in range(40000):
            print(f"line {n}")

    defs = dg.Definitions(
        [prints], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}
    )
"""


@pytest.fixture
def one(workspace):
    workspace.location("one", CODE, working_directory=str(workspace.root / "one"))
    yield workspace
    (workspace.root / "one" / "go").write_text("")


@pytest.fixture
def api(one):
    with serving(one) as api:
        yield api


def peak_kib(pid: int) -> int:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def test_a_log_of_half_a_gigabyte_is_sent_whole_and_costs_no_memory(api):
    run, size = api.launch("quick"), 500_000_000
    api.wait(run)
    (printed,) = api.workspace.root.glob(".plait/runs/*/*/stdout")
    head, tail = b"the beginning\n", b"the end\n"
    with open(printed, "wb") as file:
        file.write(head)
        file.truncate(size - len(tail))  # nothing but a hole
        file.seek(0, 2)
        file.write(tail)
    before = peak_kib(api.process.pid)
    with urllib.request.urlopen(f"{api.url}/api/v1/runs/{run}/steps/0/logs/stdout/file") as sent:
        assert sent.headers["Content-Disposition"] == "attachment"
        first = last = sent.read(1 << 20)
        count = len(first)
        while piece := sent.read(1 << 20):
            count += len(piece)
            last = last[-len(tail) :] + piece
    assert (count, first[: len(head)], last[-len(tail) :]) == (size, head, tail)
    if "ASAN_OPTIONS" not in os.environ:  # it keeps for a while what was freed
        assert peak_kib(api.process.pid) - before < 8_000


def read_so_far(pid: int) -> int:
    """Bytes."""
    return int(re.search(r"rchar: (\d+)", pathlib.Path(f"/proc/{pid}/io").read_text())[1])


def test_asking_for_the_head_of_a_long_log_reads_none_of_it(api):
    run = api.launch("quick")
    api.wait(run)
    (printed,) = api.workspace.root.glob(".plait/runs/*/*/stdout")
    os.truncate(printed, 500_000_000)
    url = f"{api.url}/api/v1/runs/{run}/steps/0/logs/stdout/file"
    before = read_so_far(api.process.pid)
    with urllib.request.urlopen(urllib.request.Request(url, method="HEAD")) as head:
        assert head.headers["Content-Disposition"] == "attachment"
    api.get(f"/api/v1/runs/{run}")  # it is at hand again
    assert read_so_far(api.process.pid) - before < 10_000_000


def test_a_plan_says_what_would_run_and_runs_nothing(api):
    plan = api.post("/api/v1/plan", {"selection": "quick, moody"})
    assert [step["asset"] for step in plan["steps"]] == ["quick", "moody"]
    assert plan["steps"][0]["last_duration_us"] is None
    assert plan["steps"][1]["waits_for"] == [0]
    assert api.get("/api/v1/runs") == {"items": [], "next": None}
    api.wait(api.launch("quick"))
    again = api.post("/api/v1/plan", {"selection": "quick"})
    assert again["steps"][0]["last_duration_us"] > 0


def test_a_plan_sees_code_that_has_just_changed(api, one):
    assert len(api.post("/api/v1/plan", {})["steps"]) == 5
    fewer = CODE.replace("[quick, moody, beyond, holds, twice]", "[quick]")
    one.location("one", fewer, working_directory=str(one.root / "one"))
    assert [s["asset"] for s in api.post("/api/v1/plan", {})["steps"]] == ["quick"]


def test_a_launched_run_is_on_disk_and_the_commands_know_it(api, one):
    answer = api.ask("POST", "/api/v1/runs", {"selection": "quick", "tags": {"team": "ml"}})
    run = answer.json()["run"]
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/v1/runs/{run}"
    shown = api.wait(run)
    assert shown["status"] == "success"
    assert shown["tags"]["team"] == "ml"
    assert shown == one.json("run", "show", run)
    listed = api.get("/api/v1/runs")["items"]
    assert listed == one.json("run", "list")


def test_priority_and_retries_become_tags_of_the_run(api):
    run = api.launch("quick, moody", priority=7, retries=1)
    assert api.wait(run)["priority"] == 7
    wait_for(lambda: len(api.get("/api/v1/runs")["items"]) == 2)
    again = api.get("/api/v1/runs")["items"][0]
    assert again["parent"] == run
    assert again["retry_number"] == 1


def test_lists_are_filtered_and_paged(api):
    good = [api.launch("quick", tags={"n": str(i)}) for i in range(5)]
    for run in good:
        api.wait(run)
    bad = api.launch("moody")
    api.wait(bad)

    def listed(query: str) -> list[str]:
        return [run["id"] for run in api.get(f"/api/v1/runs?{query}")["items"]]

    assert listed("") == [bad, *reversed(good)]
    assert listed("status=failure") == [bad]
    assert listed("status=failure,success") == [bad, *reversed(good)]
    assert listed("status=open") == []
    assert listed("tag=n%3D2") == [good[2]]
    assert listed("tag=n&limit=2") == [good[4], good[3]]
    assert listed("search=moo") == [bad]
    assert listed(f"search={good[1][-8:]}") == [good[1]]
    assert listed("location=one") == [bad, *reversed(good)]
    assert listed("location=two") == []
    assert listed("asset=moody") == [bad]
    assert listed("asset=quick&status=success") == good[::-1]
    assert listed("asset=nobody") == []
    times = {run["id"]: run["created_at"] for run in api.get("/api/v1/runs")["items"]}
    assert listed(f"since={times[good[4]]}") == [bad, good[4]]
    assert listed(f"until={times[good[1]]}") == [good[0]]
    assert listed(f"since={times[good[1]]}&until={times[good[3]]}") == [good[2], good[1]]
    assert all(run["locations"] == ["one"] for run in api.get("/api/v1/runs")["items"])
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/api/v1/assets/quick/runs?limit=2{cursor and '&cursor=' + cursor}")
        seen += [run["id"] for run in page["items"]]
        cursor = page["next"]
    assert seen == good[::-1]
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/api/v1/runs?limit=2{cursor and '&cursor=' + cursor}")
        seen += [run["id"] for run in page["items"]]
        cursor = page["next"]
    assert seen == [bad, *reversed(good)]


def test_a_run_is_found_by_a_piece_of_its_id_and_as_latest(api):
    run = api.launch("quick")
    api.wait(run)
    assert api.get(f"/api/v1/runs/{run[-8:]}")["id"] == run
    assert api.get("/api/v1/runs/latest")["id"] == run
    assert api.get("/api/v1/runs/nothere", 404)["kind"] == "not_found"
    assert api.get("/api/v1/runs/abc", 400)["kind"] == "invalid"


def test_a_running_run_tells_where_its_steps_stand_and_can_be_canceled(api):
    run = api.launch("holds")
    wait_for(lambda: api.get(f"/api/v1/runs/{run}")["steps"][0]["status"] == "running")
    assert api.post(f"/api/v1/runs/{run}/cancel", {"reason": "enough"}, 202) == {"run": run}
    shown = api.wait(run)
    assert shown["status"] == "canceled"
    events = api.get(f"/api/v1/runs/{run}/events")["items"]
    assert [e["body"]["reason"] for e in events if e["kind"] == "run_canceling"] == ["enough"]
    refused = api.post(f"/api/v1/runs/{run}/cancel", {}, 409)
    assert "has ended already" in refused["detail"]


def test_a_queued_run_says_what_it_waits_for(one):
    one.write("dagster.yaml", "concurrency:\n  runs:\n    max_concurrent_runs: 1\n")
    with serving(one) as api:
        first = api.launch("holds")
        second = api.launch("quick")
        item = api.get("/api/v1/runs?status=queued")["items"][0]
        assert item["id"] == second
        assert item["reason"]
        assert api.get(f"/api/v1/runs/{second}")["reason"] == item["reason"]
        (one.root / "one" / "go").write_text("")
        assert api.wait(first)["status"] == api.wait(second)["status"] == "success"


def test_retry_goes_on_from_what_failed(api, one):
    run = api.launch("quick, moody, beyond")
    assert api.wait(run)["status"] == "failure"
    (one.root / "one" / "well").write_text("")
    answer = api.ask("POST", f"/api/v1/runs/{run}/retry", {"tags": {"why": "well again"}})
    assert answer.status == 201
    again = api.wait(answer.json()["run"])
    assert again["status"] == "success"
    assert again["parent"] == run
    assert again["tags"]["why"] == "well again"
    assert [step["asset"] for step in again["steps"]] == ["moody", "beyond"]
    everything = api.post(f"/api/v1/runs/{run}/retry", {"all": True}, 201)["run"]
    assert len(api.wait(everything)["steps"]) == 3
    refused = api.post(f"/api/v1/runs/{everything}/retry", {}, 400)
    assert "nothing of run" in refused["detail"]
    assert refused["hint"]


def test_events_come_in_pages_and_by_step(api, one):
    run = api.launch("quick, moody")
    api.wait(run)
    events = api.get(f"/api/v1/runs/{run}/events")
    assert events["next"] is None
    assert events["items"] == one.json("run", "logs", run)
    ids = [event["id"] for event in events["items"]]
    page = api.get(f"/api/v1/runs/{run}/events?limit=3")
    assert [event["id"] for event in page["items"]] == ids[:3]
    assert page["next"] == ids[2]
    rest = api.get(f"/api/v1/runs/{run}/events?after={page['next']}")
    assert [event["id"] for event in rest["items"]] == ids[3:]
    of_first = api.get(f"/api/v1/runs/{run}/events?step=0")["items"]
    assert of_first and {event["step"] for event in of_first} == {0}
    assert len(api.get(f"/api/v1/runs/{run}/events?step=-1")["items"]) == len(ids)


def log(api, run: str, step: int, stream: str, query: str = "") -> tuple[str, int]:
    answer = api.ask("GET", f"/api/v1/runs/{run}/steps/{step}/logs/{stream}{query}")
    assert answer.status == 200, answer
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.body.decode(), int(answer.headers["plait-next-offset"])


def test_what_a_step_printed_is_read_in_pieces(api):
    run = api.launch("quick")
    api.wait(run)
    text = "hello from quick\n"
    assert log(api, run, 0, "stdout") == (text, len(text))
    assert log(api, run, 0, "stdout", "?offset=6&limit=4") == ("from", 10)
    assert log(api, run, 0, "stdout", "?offset=1000") == ("", 1000)
    assert "its stderr" in log(api, run, 0, "stderr")[0]


def test_a_step_is_read_while_it_prints(api, one):
    run = api.launch("holds")
    wait_for(lambda: api.get(f"/api/v1/runs/{run}")["steps"][0]["status"] == "running")
    wait_for(lambda: log(api, run, 0, "stdout")[0] == "holding\n")
    (one.root / "one" / "go").write_text("")
    api.wait(run)
    assert log(api, run, 0, "stdout") == ("holding\n", 8)


def told(stream) -> str:
    """All that a log's stream brings; its pieces join."""
    text, at = b"", None
    for event in stream:
        if event.kind == "end":
            assert at in (None, event.data["offset"])
            return text.decode()
        assert at in (None, event.data["offset"])
        text += event.data["text"].encode()
        at = int(event.id)
    raise AssertionError(f"it broke off behind {at}")


@pytest.mark.parametrize("isolation", ["process", "worker"])
def test_what_a_step_prints_is_told_as_it_prints_it(one, isolation):
    code = PRINTING.replace("ISOLATION", isolation)
    one.location("one", code, working_directory=str(one.root / "one"))
    with serving(one) as api:
        run = api.launch("prints")
        wait_for(lambda: api.get(f"/api/v1/runs/{run}")["steps"][0]["status"] == "running")
        path = f"/api/v1/runs/{run}/steps/0/logs/stdout/stream"
        stream = api.stream(path)
        first = next(iter(stream))
        assert first.data == {"offset": 0, "text": "ready\n"}
        waits = []
        for n in range(20):
            asked = time.monotonic()
            (one.root / "one" / f"say{n}").write_text("")
            assert next(iter(stream)).data["text"] == f"said {n} é\n"
            waits.append(time.monotonic() - asked)
        assert sorted(waits)[10] < 0.5  # it was a second's poll; under load a few hundredths
        stream.close()
        (one.root / "one" / "go").write_text("")
        api.wait(run)
        text = log(api, run, 0, "stdout")[0]
        assert text.startswith("ready\nsaid 0 é\n") and text.endswith("line 39999\n")
        assert told(api.stream(path)) == text
        assert told(api.stream(path, 6)) == text[6:]
        assert told(api.stream(f"{path}?tail=24")) == "line 39998\nline 39999\n"
        assert log(api, run, 0, "stdout", "?tail=24")[0] == "line 39998\nline 39999\n"
        assert told(api.stream(f"{path}?tail=9000000")) == text
        assert api.get(f"{path}?tail=-1", 400)["kind"] == "invalid"


def test_a_kept_workers_step_is_read_while_it_prints(one):
    code = CODE.replace(
        "@dg.asset\n    def holds",
        '@dg.asset(op_tags={"plait/isolation": "worker"})\n    def holds',
    )
    one.location("one", code, working_directory=str(one.root / "one"))
    with serving(one) as api:
        run = api.launch("holds")
        wait_for(lambda: api.get(f"/api/v1/runs/{run}")["steps"][0]["status"] == "running")
        wait_for(lambda: log(api, run, 0, "stdout")[0] == "holding\n")
        (one.root / "one" / "go").write_text("")
        api.wait(run)
        assert log(api, run, 0, "stdout") == ("holding\n", 8)


def test_each_attempt_has_its_own_log(api):
    run = api.launch("twice")
    assert api.wait(run)["status"] == "success"
    assert log(api, run, 0, "stdout", "?attempt=1")[0] == "attempt 0\n"
    assert log(api, run, 0, "stdout", "?attempt=2")[0] == "attempt 1\n"
    assert log(api, run, 0, "stdout")[0] == "attempt 1\n"
    missing = api.get(f"/api/v1/runs/{run}/steps/0/logs/stdout?attempt=3", 404)
    assert "no attempt 3" in missing["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/steps/9/logs/stdout",
        "/steps/0/logs/step.json",
        "/steps/0/logs/..%2Fmessages.jsonl",
        "/steps/..%2F..%2F/logs/stdout",
        "/steps/-1/logs/stdout",
    ],
)
def test_a_log_is_found_by_the_ledger_and_not_by_the_url(api, path):
    run = api.launch("quick")
    api.wait(run)
    problem = api.get(f"/api/v1/runs/{run}{path}", 404)
    assert problem["status"] == 404
    assert problem["detail"]


def test_a_step_that_never_started_has_no_log_and_says_so(api):
    run = api.launch("quick, moody, beyond")
    api.wait(run)
    problem = api.get(f"/api/v1/runs/{run}/steps/2/logs/stdout", 404)
    assert "was never started" in problem["detail"]


def test_pools_are_those_of_the_command(api, one):
    one.plait("pool", "set", "warehouse", "4")
    assert api.get("/api/v1/pools") == one.json("pool", "list")
    assert api.get("/api/v1/pools")[0]["limit"] == 4


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("/api/v1/runs", {"selection": 7}, '"selection" is a whole number, not a text'),
        ("/api/v1/runs", {"tags": {"a": 1}}, 'tag "a" is a whole number, not a text'),
        ("/api/v1/runs", {"tags": []}, '"tags" is a list'),
        ("/api/v1/runs", {"retries": -1}, '"retries" is -1'),
        ("/api/v1/runs", {"priority": "high"}, '"priority" is a text'),
        ("/api/v1/runs", {"selection": "((("}, ""),
        ("/api/v1/runs", [], ""),
        ("/api/v1/plan", {"most_running": 1.5}, '"most_running" is a number'),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_with_the_place(api, path, body, detail):
    problem = api.post(path, body, 400)
    assert problem["kind"] == "invalid"
    assert problem["type"] == "about:blank"
    assert detail in problem["detail"]
    assert api.get("/api/v1/runs")["items"] == []


def test_unknown_assets_and_locations_are_told_with_the_near_name(api):
    problem = api.post("/api/v1/runs", {"selection": "quikc"}, 404)
    assert problem["hint"] == "did you mean 'quick'?"
    assert api.post("/api/v1/plan", {"location": "on"}, 404)["hint"] == "did you mean 'one'?"
    problem = api.post("/api/v1/plan", {"selection": "quick and group:defualt"}, 400)
    assert problem["hint"] == "there is no group 'defualt'; did you mean 'default'?"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "cursor=nowhere", "status=sleeping", "since=noon"]
)
def test_a_query_that_makes_no_sense_is_refused(api, query):
    assert api.get(f"/api/v1/runs?{query}", 400)["kind"] == "invalid"


def test_reload_compiles_and_answers_when_that_is_on_disk(api, one):
    code = CODE.replace("def quick()", "def quicker()").replace("[quick,", "[quicker,")
    one.location(
        "one", code.replace("(quick)", "(quicker)").replace("return quick", "return quicker")
    )
    assert [location["health"] for location in api.post("/api/v1/reload")] == ["ok"]
    detail = api.post("/api/v1/locations/one/reload")
    assert detail["name"] == "one"
    assert detail["health"] == "ok"
    assert "quicker" in one.assets()
    one.location("one", "raise ValueError('broken')")
    assert api.post("/api/v1/locations/one/reload")["health"] == "stale"
    assert api.post("/api/v1/locations/two/reload", status=404)["kind"] == "not_found"


def test_health_tells_how_the_server_stands(api, one):
    health = api.get("/api/v1/health")
    assert health["status"] == "ok"
    assert health["pid"] == api.process.pid
    assert health["assets"] == 5
    assert health["locations"] == {"ok": 1, "stale": 0, "broken": 0}
    assert health["runs"] == {"queued": 0, "started": 0}
    run = api.launch("holds")
    assert api.get("/api/v1/health")["runs"]["started"] == 1
    (one.root / "one" / "go").write_text("")
    api.wait(run)


def figures(api) -> dict[str, float]:
    answer = api.ask("GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    pairs = (line.rsplit(" ", 1) for line in answer.body.decode().splitlines() if line[0] != "#")
    return {name: float(value) for name, value in pairs}


def test_metrics_count_what_happens(api):
    api.wait(api.launch("quick"))
    api.wait(api.launch("moody"))
    # Events are counted when the disk has them, which may be a moment after the run's state can be read.
    wait_for(lambda: figures(api)['plait_runs_ended_total{status="failure"}'] == 1)
    got = figures(api)
    assert got['plait_runs_ended_total{status="success"}'] == 1
    assert got['plait_runs_ended_total{status="failure"}'] == 1
    assert got['plait_steps_ended_total{status="success"}'] == 1
    assert got["plait_events_total"] >= 10
    assert got['plait_assets{status="materialized"}'] == 1
    assert got['plait_assets{status="failed"}'] == 1
    assert got["plait_ledger_commits_total"] > 2
    assert got["plait_http_requests_total"] > 2
    assert got["process_resident_memory_bytes"] > 1 << 20
    assert got["process_cpu_seconds_total"] > 0


def test_every_line_of_the_metrics_has_prometheus_form(api):
    for line in api.ask("GET", "/metrics").body.decode().splitlines():
        assert re.fullmatch(
            r'# TYPE [a-z_]+ (counter|gauge)|[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+', line
        ), line


def test_a_taken_port_is_passed_over_unless_it_was_asked_for(one):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 3000))
            taken.listen()
        except OSError:
            pass  # somebody else has it: as good
        done = one.plait("serve", "--port", "3000", status=5)
        assert "3000" in done.err
        process = one.start("serve", "--json")
        url = json.loads(process.stdout.readline())["url"]
        assert int(url.rsplit(":", 1)[1]) > 3000
        process.terminate()
        process.communicate()


def test_the_state_names_the_server_until_it_ends(api, one):
    note = one.root / ".plait" / "server.json"
    assert json.loads(note.read_text()) == {"url": api.url, "pid": api.process.pid}
    assert api.end() == 0
    assert not note.exists()


def test_nobody_from_elsewhere_is_answered(one):
    done = one.plait("serve", "--host", "0.0.0.0", status=1)
    assert "ssh -L" in done.err
    assert "--allow-host" in done.err


def test_names_are_answered_that_were_allowed(one):
    with serving(one, "--allow-host", "plait.example.com") as api:
        path = "/api/v1/health"
        for host, status in [("plait.example.com", 200), ("evil.example.com", 421)]:
            assert api.ask("GET", path, headers={"Host": host}).status == status


def test_without_http_only_the_socket_answers(one):
    process = one.start("serve", "--json", "--no-http")
    assert json.loads(process.stdout.readline())["url"] is None
    one.plait("materialize", "quick")
    process.terminate()
    process.communicate()
