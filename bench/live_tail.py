"""live_tail: how late those who follow a busy run are: 1,000 events a second, one follower, then 200 of them.

Counted for every event, in two ways: from its commit, and from its own `at`, taken just before it is written, so that the
wait for the commit (a log line may wait a moment for others to share one) and the commit itself are in it.

Nobody tells when a commit was: another process looks at the ledger all the time, and the last look at which the event was not
yet there counts as its commit. That is before it was, by up to the time between two looks; and a row can be seen a little
before it is on the disk, and followers are told after. Both make the figure larger than it is.
Every twentieth follower is watched; the others are read as fast as they come, in a process of their own, and only counted.
"""

from __future__ import annotations

import bisect
import datetime
import json
import multiprocessing
import multiprocessing.connection
import pathlib
import re
import selectors
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from typing import Optional

import measure
from measure import PLAIT, WORK, Check, Report, Row

FOLLOWERS = (1, 200)
RATE, SECONDS = 1000, 6
WARM = 1.0  # seconds, left out at the beginning: the ledger's replay
WATCHED = 20  # one in so many
LOOK = 0.0003  # seconds between two looks at the ledger
P50_BOUND = 5  # ms

EVENT = re.compile(rb'id: (\d+)\nevent: event\ndata: {"id":\d+,"at":"([^"]+)"')
PROCESSOR = re.compile(r"^process_cpu_seconds_total (\S+)", re.M)

CODE = """
import time
import dagster as dg

@dg.asset
def chatty(context):
    started, n = time.time(), 0
    while time.time() < started + {seconds}:
        while n < (time.time() - started) * {rate}:
            context.log.info("line of a busy step, as long as such lines are, number " + str(n))
            n += 1
        time.sleep(0.001)

defs = dg.Definitions([chatty], resources={{"io_manager": dg.mem_io_manager}})
"""


@dataclass
class Late:
    """Milliseconds, of each event to each watched follower, sorted; and the server's share of one processor."""

    from_commit: list[float]
    from_event: list[float]
    processor: float


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    for followers in FOLLOWERS:
        late = _follow_a_run(followers, python)
        row = Row("live_tail", "from commit to follower, p50", followers, "ms", 0)
        row.plait = _share(late.from_commit, 0.5)
        row.note = (
            f"p99 {_share(late.from_commit, 0.99):.2g} ms; from the event itself p50"
            f" {_share(late.from_event, 0.5):.2g}, p99 {_share(late.from_event, 0.99):.2g} ms;"
            f" {late.processor:.0%} of a processor"
        )
        report.add(row)
    report.checks.append(
        Check(f"live_tail: ms from commit to {followers} followers, p50", row.plait, P50_BOUND)
    )


def _share(late: list[float], share: float) -> float:
    return late[min(int(len(late) * share), len(late) - 1)]


# ---- the run and its server ----


def _follow_a_run(followers: int, python: str) -> Late:
    root = _workspace(WORK / "live_tail", python)
    server = subprocess.Popen(
        [PLAIT, "serve", "--json", "--port", "0"],
        cwd=root,
        env=measure.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = json.loads(server.stdout.readline())["url"]
        run = _ask(f"{url}/api/v1/runs", {"selection": "chatty"})["run"]
        return _watch(url, run, followers, root / ".plait" / "ledger.db")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        server.stdout.close()


def _workspace(root: pathlib.Path, python: str) -> pathlib.Path:
    measure.fresh(root)
    (root / "chatty.py").write_text(CODE.format(seconds=SECONDS, rate=RATE))
    (root / "workspace.yaml").write_text(
        f"load_from:\n  - python_file: {{relative_path: chatty.py, executable_path: {python}}}\n"
    )
    return root


def _ask(url: str, body: Optional[dict] = None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def _processor(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        return float(PROCESSOR.search(answer.read().decode())[1])


# ---- followers ----


def _watch(url: str, run: str, count: int, ledger: pathlib.Path) -> Late:
    clients = [_connect(url, run) for _ in range(count)]
    watched = clients[::WATCHED]
    looked, looker = multiprocessing.Pipe()
    helpers = [
        multiprocessing.Process(target=_look, args=(ledger, looker)),
        multiprocessing.Process(target=_crowd, args=([c for c in clients if c not in watched],)),
    ]
    for helper in helpers:
        helper.start()
    began, before = time.time(), _processor(url)
    pieces = _read(watched)
    processor = (_processor(url) - before) / (time.time() - began)
    looked.send("enough")
    ids, looks = looked.recv()
    for helper in helpers:
        helper.join(30)
        assert helper.exitcode == 0, (
            "somebody who follows missed an event, or the ledger was not read"
        )
    late = [
        (now - max(at, looks[bisect.bisect_left(ids, i)]), now - at)
        for i, at, now in _events(pieces, run, ledger)
        if now > began + WARM
    ]
    return Late(*(sorted(1e3 * x for x in column) for column in zip(*late)), processor)


def _connect(url: str, run: str) -> socket.socket:
    host, port = url.split("//")[1].split(":")
    client = socket.create_connection((host, int(port)))
    client.sendall(
        f"GET /api/v1/runs/{run}/events/stream HTTP/1.0\r\nHost: {host}\r\n\r\n".encode()
    )
    client.setblocking(False)
    return client


def _read(
    clients: list[socket.socket], rest: float = 0
) -> dict[socket.socket, list[tuple[float, bytes]]]:
    """What came, and when, to the end of each stream."""
    pieces: dict[socket.socket, list[tuple[float, bytes]]] = {client: [] for client in clients}
    waiting = selectors.DefaultSelector()
    for client in clients:
        waiting.register(client, selectors.EVENT_READ)
    while waiting.get_map():
        for key, _ in waiting.select():
            data = key.fileobj.recv(1 << 18)
            pieces[key.fileobj].append((time.time(), data))
            if not data:
                waiting.unregister(key.fileobj)
        time.sleep(rest)
    return pieces


def _crowd(clients: list[socket.socket]) -> None:
    """Reads seldom, so that it costs the machine little beside what is measured; all are sent the same."""
    said = {
        b"".join(data for _, data in pieces).count(b"event: event")
        for pieces in _read(clients, 0.02).values()
    }
    raise SystemExit(len(said) > 1)


def _events(pieces, run: str, ledger: pathlib.Path) -> list[tuple[int, float, float]]:
    """Of each event to each follower: its id, its own time, and when it was here. Every follower has all of them."""
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as db:
        there = [row[0] for row in db.execute("SELECT id FROM event ORDER BY id")]
    heard = []
    for own in pieces.values():
        events, left = [], b""
        for now, piece in own:
            whole, end, left = (left + piece).rpartition(b"\n\n")
            events += [(int(i), _seconds(at), now) for i, at in EVENT.findall(whole)]
        assert [event[0] for event in events] == there, "a follower missed an event"
        heard += events
    return heard


def _seconds(stamp: bytes) -> float:
    text = stamp.decode().replace("Z", "+00:00")
    return datetime.datetime.fromisoformat(text).timestamp()


# ---- commits ----


def _look(ledger: pathlib.Path, asked: multiprocessing.connection.Connection) -> None:
    """Looks until it is asked; tells the newest events it saw, and for each the time of the look before."""
    ids, looks, before = [0], [time.time()], time.time()
    db = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    enough = False
    while not enough:
        enough = asked.poll(LOOK)
        now = time.time()
        newest = db.execute("SELECT max(id) FROM event").fetchone()[0] or 0
        if newest > ids[-1]:
            ids.append(newest)
            looks.append(before)
        before = now
    asked.send((ids, looks))
