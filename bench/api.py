"""api: what `plait serve` answers over 10,000 assets: processor time for each asset of a list beside Dagster's GraphQL with the
same fields, small answers beside nginx, the time from exec to the first answer, and what it needs while nothing happens."""

from __future__ import annotations

import http.client
import json
import pathlib
import signal
import subprocess
import time
from typing import Optional

import http_small
import measure
import workspaces
from http_small import Side, free_port, processor_of
from measure import PLAIT, PROBES, WORK, Check, Report, Row

ASSETS, LOCATIONS, PEER_ASSETS = 10_000, 20, 1_000
LISTS = 200
REST = 20  # seconds
CPU_BOUND, FIRST_BOUND, MEMORY_BOUND, REST_BOUND = 100, 150, 30, 0.1
LIST = f"/api/v1/assets?limit={ASSETS}"
SMALL = "/api/v1/assets?limit=1"


class Served:
    """A server on a port of its own, ended by `end`. `first`: seconds from its start to a list of 100 assets."""

    def __init__(self, root: pathlib.Path) -> None:
        self.port = free_port()
        began = time.monotonic()
        self.process = subprocess.Popen(
            [str(PLAIT), "serve", "--port", str(self.port)],
            cwd=root,
            env=measure.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not self._answers():
            if time.monotonic() - began > 60:
                raise SystemExit("api: the server does not answer")
            time.sleep(0.0005)
        self.first = time.monotonic() - began

    def _answers(self) -> bool:
        try:
            return len(self.get("/api/v1/assets?limit=100")["items"]) == 100
        except OSError:
            return False

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> dict:
        one = self.connection()
        one.request("GET", path)
        found = json.loads(one.getresponse().read())
        one.close()
        return found

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    root = workspaces.graph(WORK / "api", ASSETS, LOCATIONS, python)
    measure.run([PLAIT, "location", "reload"], root)
    theirs = _peer(peer) if peer else None
    _first(report, root, 3 if quick else 7)
    server = Served(root)
    try:
        pss, _ = _at_rest(report, server, ASSETS, 5 if quick else REST)
        report.checks.append(Check("api: MiB of an idle server, 10,000 assets", pss, MEMORY_BOUND))
        _lists(report, server, theirs)
        _small(report, server, quick)
    finally:
        server.end()
    _two_repositories(report, python, 5 if quick else REST)


def _two_repositories(report: Report, python: str, seconds: int) -> None:
    root = workspaces.chain(WORK / "api-two", 100, 2, python)
    measure.run([PLAIT, "location", "reload"], root)
    server = Served(root)
    try:
        pss, share = _at_rest(report, server, 100, seconds)
    finally:
        server.end()
    report.checks.append(Check("api: MiB of an idle server, two repositories", pss, MEMORY_BOUND))
    report.checks.append(Check("api: % of a processor at rest", share, REST_BOUND))


def _first(report: Report, root: pathlib.Path, rounds: int) -> None:
    found = []
    for _ in range(rounds):
        server = Served(root)
        found.append(1e3 * server.first)
        server.end()
    row = Row("api", "exec to the first list of assets", ASSETS, "ms", measure.median(found))
    row.samples = found
    report.add(row)
    report.checks.append(Check("api: ms to the first answer", row.plait, FIRST_BOUND))


def _at_rest(report: Report, server: Served, assets: int, seconds: int) -> tuple[float, float]:
    time.sleep(3)  # its hosts load their code
    before = processor_of(server.process.pid)
    time.sleep(seconds)
    share = 100 * (processor_of(server.process.pid) - before) / seconds
    text = pathlib.Path(f"/proc/{server.process.pid}/smaps_rollup").read_text()
    pss = int(text.split("\nPss:")[1].split()[0]) / 1024
    row = Row("api", "memory of an idle server (PSS)", assets, "MiB", pss)
    row.note = f"{share:.2g} % of a processor over {seconds} s"
    report.add(row)
    return pss, share


def _peer(peer: str) -> float:
    """Microseconds of processor that Dagster's web server needs for an asset."""
    root = workspaces.graph(WORK / "peer-api", PEER_ASSETS, 1, peer)
    return float(measure.run([peer, PROBES / "dagster_assets.py", root, 20], root)[1].split()[-1])


def _lists(report: Report, server: Served, theirs: Optional[float]) -> None:
    kept = server.connection()
    before, times = processor_of(server.process.pid), []
    for _ in range(LISTS):
        began = time.monotonic()
        kept.request("GET", LIST)
        body = kept.getresponse().read()
        times.append(time.monotonic() - began)
    used = 1e6 * (processor_of(server.process.pid) - before) / LISTS / ASSETS
    row = Row("api", "processor time for each asset of a list", ASSETS, "µs", used)
    row.note = f"{len(body) / ASSETS:.0f} bytes each; a list of all in {1e3 * measure.median(times):.3g} ms"
    if theirs:
        row.peer, times = theirs, theirs / max(used, 1e-3)
        row.note += f"; Dagster with {PEER_ASSETS:,}"
        report.checks.append(
            Check("api: Dagster's time for an asset over plait's", times, CPU_BOUND, True)
        )
    report.add(row)


def _small(report: Report, server: Served, quick: bool) -> None:
    """The real router and table, one asset of 10,000, beside nginx's fixed answer."""
    body = json.dumps(server.get(SMALL))
    with http_small.nginx(SMALL.split("?")[0], body) as theirs:
        http_small.compare(
            report,
            "api",
            "one asset of 10,000",
            {"plait": Side(server.port, server.process.pid), "nginx": theirs},
            SMALL,
            quick,
        )
