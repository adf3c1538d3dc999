"""http: small answers a second of our HTTP server on one thread, beside nginx with one worker and `return 200`.

Both answer the same bytes on the same route; wrk asks, 64 connections on one thread, in turns. Needs wrk and nginx
(apt: wrk, nginx-light); without them there is nothing to measure."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time
from typing import Iterator, NamedTuple, Optional

import measure
from measure import BUILD, WORK, Check, Report, Row

BOUND = 0.3  # of nginx
ROUTE = "/api/v1/small"
BODY = '{"status":"ok"}'
NGINX = """daemon off; worker_processes 1; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000; default_type application/json;
  server {{ listen 127.0.0.1:{port} backlog=1024; location = {route} {{ return 200 '{body}'; }} }}
}}
"""
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
COUNT = re.compile(r"(\d+) requests in")
LATE = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


class Side(NamedTuple):
    port: int
    pid: int  # of the process that answers


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    missing = [name for name in ("wrk", "nginx") if not shutil.which(name)]
    if missing:
        print(f"  http: skipped, {' and '.join(missing)} not found", flush=True)
        return
    ours = subprocess.Popen([BUILD / "bench/http_server"], stdout=subprocess.PIPE, text=True)
    try:
        assert ours.stdout is not None
        with nginx(ROUTE, BODY) as theirs:
            sides = {"plait": Side(int(ours.stdout.readline()), ours.pid), "nginx": theirs}
            compare(report, "http", "small answers", sides, ROUTE, quick)
    finally:
        ours.terminate()
        ours.wait()


@contextlib.contextmanager
def nginx(route: str, body: str) -> Iterator[Side]:
    """One that answers `body` on `route`."""
    port = free_port()
    folder = WORK / "nginx"
    folder.mkdir(exist_ok=True)
    (folder / "nginx.conf").write_text(NGINX.format(port=port, route=route, body=body))
    process = subprocess.Popen(
        ["nginx", "-p", str(folder), "-c", "nginx.conf"], stderr=subprocess.DEVNULL
    )
    try:
        yield Side(port, worker_of(process.pid))
    finally:
        process.terminate()
        process.wait()


def compare(
    report: Report, bench: str, what: str, sides: dict[str, Side], path: str, quick: bool
) -> None:
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in sides}
    for side in sides.values():
        await_port(side.port)
        ask(side, path, 1)
    for _ in range(2 if quick else 5):
        for name, side in sides.items():
            found[name].append(ask(side, path, 2 if quick else 4))
    rates = {name: [figures[0] for figures in rounds] for name, rounds in found.items()}
    row = Row(bench, what, 64, "answers/s", measure.median(rates["plait"]))
    row.floor, row.samples = measure.median(rates["nginx"]), rates["plait"]
    row.note = "; ".join(f"{name}: {figures(rounds)}" for name, rounds in found.items())
    report.add(row)
    times = measure.ratio(rates["plait"], rates["nginx"])
    report.checks.append(Check(f"{bench}: {what} over nginx's", times, BOUND, True))


def figures(rounds: list[tuple[float, float, float]]) -> str:
    late, processor = (measure.median([figures[i] for figures in rounds]) for i in (1, 2))
    return f"p99 {late * 1e3:.2g} ms, {processor * 1e6:.2g} µs of processor each"


def ask(side: Side, path: str, seconds: int) -> tuple[float, float, float]:
    """Answers a second, the time within which 99 % came, and the processor time of one."""
    url = f"http://127.0.0.1:{side.port}{path}"
    command = ["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", url]
    before = processor_of(side.pid)
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used = processor_of(side.pid) - before
    rate, late, count = RATE.search(text), LATE.search(text), COUNT.search(text)
    assert rate and late and count, text
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    return float(rate[1]), float(late[1]) * SECONDS[late[2]], used / int(count[1])


def processor_of(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def worker_of(pid: int) -> int:
    for _ in range(100):
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.05)
    raise TimeoutError("nginx started no worker")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def await_port(port: int) -> None:
    for _ in range(100):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")
