"""live_tail: how long an event takes from its commit to everybody who follows its run, with many followers of one busy run.

Run by hand: `python bench/live_tail.py [--followers 200] [--rate 1000] [--seconds 10] [--plait build/plait]`.

The time counts from the event's own `at`, taken just before it is written, so the wait for the commit (a log line may wait
5 ms for it) and the commit are in it.  Of a piece that arrives at once, its oldest event waited longest; its newest hardly
at all: from there on it is the commit, the server and the way to the client.
A few followers are watched; the others, in a process of their own, read as fast as they can and look at nothing.
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import os
import pathlib
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BUILD = pathlib.Path(__file__).resolve().parent.parent / "build"
WATCHED = 10
WARM_S = 1.0  # left out at the beginning: the ledger's replay
STAMP = re.compile(rb'"at":"([^"]+)"')

CODE = """
import time
import dagster as dg

@dg.asset
def chatty(context):
    end = time.time() + {seconds}
    started, n = time.time(), 0
    while time.time() < end:
        while n < (time.time() - started) * {rate}:
            context.log.info("line of a busy step, as long as such lines are, number " + str(n))
            n += 1
        time.sleep(0.001)

defs = dg.Definitions([chatty], resources={{"io_manager": dg.mem_io_manager}})
"""


def follow(port: int, run: str, count: int) -> list[socket.socket]:
    request = f"GET /api/v1/runs/{run}/events/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(request.encode())
        client.setblocking(False)
        clients.append(client)
    return clients


def crowd(port: int, run: str, count: int, received: multiprocessing.Value) -> None:
    """Reads, and looks at nothing but where it ends."""
    waiting = selectors.DefaultSelector()
    for client in follow(port, run, count):
        waiting.register(client, selectors.EVENT_READ)
    while waiting.get_map():
        for key, _ in waiting.select(1):
            data = key.fileobj.recv(1 << 18)
            received.value += data.count(b"\nevent: event")
            if not data or b"\nevent: end" in data or b"event: end" in data:
                waiting.unregister(key.fileobj)
        time.sleep(0.02)  # so that reading costs the machine little beside what is measured


def seconds_of(stamp: bytes) -> float:
    text = stamp.decode().replace("Z", "+00:00")
    return datetime.datetime.fromisoformat(text).timestamp()


def watch(port: int, run: str) -> tuple[list[float], list[float]]:
    """Seconds from `at` to here, of the oldest and of the newest event of each piece that came; sorted."""
    waiting = selectors.DefaultSelector()
    for client in follow(port, run, WATCHED):
        waiting.register(client, selectors.EVENT_READ)
    began, oldest, newest = time.time(), [], []
    while waiting.get_map():
        for key, _ in waiting.select(1):
            data = key.fileobj.recv(1 << 18)
            now = time.time()
            if not data or b"event: end" in data:
                waiting.unregister(key.fileobj)
                continue
            stamps = STAMP.findall(data)
            if stamps and now - began > WARM_S:
                oldest.append(now - seconds_of(stamps[0]))
                newest.append(now - seconds_of(stamps[-1]))
    return sorted(oldest), sorted(newest)


def post(url: str, body: dict) -> dict:
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), head)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def measure(folder: pathlib.Path, args: argparse.Namespace) -> None:
    (folder / "chatty.py").write_text(CODE.format(seconds=args.seconds, rate=args.rate))
    (folder / "workspace.yaml").write_text(
        f"load_from:\n  - python_file: {{relative_path: chatty.py, executable_path: {args.python}}}\n"
    )
    command = [args.plait, "serve", "--json", "--port", "0"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
    try:
        url = json.loads(server.stdout.readline())["url"]
        port = int(url.rsplit(":", 1)[1])
        run = post(f"{url}/api/v1/runs", {"selection": "chatty"})["run"]
        received = multiprocessing.Value("q", 0)
        others = multiprocessing.Process(
            target=crowd, args=(port, run, args.followers - WATCHED, received)
        )
        others.start()
        oldest, newest = watch(port, run)
        others.join(30)
        with urllib.request.urlopen(f"{url}/metrics") as answer:
            text = answer.read().decode()
        cpu = float(re.search(r"^process_cpu_seconds_total (\S+)", text, re.M).group(1))
        each = received.value / max(args.followers - WATCHED, 1)
        show(oldest, newest, each, cpu, args)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def spread(late: list[float]) -> str:
    shares = ((0.5, "p50"), (0.9, "p90"), (0.99, "p99"))
    picked = ((name, late[min(int(len(late) * share), len(late) - 1)]) for share, name in shares)
    return ", ".join(f"{name} {seconds * 1000:.1f}" for name, seconds in picked) + " ms"


def show(
    oldest: list[float], newest: list[float], each: float, cpu: float, args: argparse.Namespace
) -> None:
    print(
        f"live_tail: {args.followers} followers, {each:.0f} events each"
        f" ({each / args.seconds:.0f}/s); newest of a piece: {spread(newest)};"
        f" oldest: {spread(oldest)}; server {cpu:.1f} s of processor; load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--followers", type=int, default=200)
    options.add_argument("--rate", type=int, default=1000, help="events a second")
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--plait", default=str(BUILD / "plait"))
    options.add_argument("--python", default=sys.executable, help="of the code location")
    with tempfile.TemporaryDirectory() as folder:
        measure(pathlib.Path(folder), options.parse_args())


if __name__ == "__main__":
    main()
