"""launch: from a request to a waiting server until the first line of the asset's function runs."""

from __future__ import annotations

import contextlib
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import time
from typing import Iterator, Optional

import measure
from measure import PROBES, WORK, Check, Report, Row
from server import Server, running

AT_ONCE = 10
P50_BOUND, P99_BOUND = 20, 80  # ms

MODULE = """import os
import struct
import time

import dagster as dg


def probe(number):
    @dg.asset(name=f"probe_{{number}}")
    def made() -> None:
        now = time.time_ns()
        pipe = os.open({pipe!r}, os.O_WRONLY)
        os.write(pipe, struct.pack("=Q", now))
        os.close(pipe)

    return made


probes = [probe(number) for number in range({count})]
jobs = [dg.define_asset_job(f"launch_{{n}}", selection=[f"probe_{{n}}"]) for n in range({count})]
defs = dg.Definitions(assets=probes, jobs=jobs if {jobs} else None)
"""


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    root = _workspace(WORK / "launch", python)
    with running(root) as server, _told(root) as told:
        for _ in range(5):
            _launch(server, told, 1)
        one = [_launch(server, told, 1)[0] for _ in range(100 if quick else 500)]
        many = [each for _ in range(5 if quick else 30) for each in _launch(server, told, AT_ONCE)]
    theirs = _peer(peer, 3 if quick else 10) if peer and _serves(peer) else None
    for what, found in (("one at a time", one), (f"{AT_ONCE} at once", many)):
        row = Row("launch", f"request to first user line, {what}", len(found), "ms", 0)
        row.plait, row.samples = 1e3 * measure.median(found), [1e3 * each for each in found]
        row.note = f"p99 {1e3 * _p99(found):.3g} ms"
        row.peer = theirs and 1e3 * theirs
        report.add(row)
    report.checks.append(Check("launch: p50 in ms", 1e3 * measure.median(one), P50_BOUND))
    report.checks.append(Check("launch: p99 in ms", 1e3 * _p99(one), P99_BOUND))


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def _workspace(root: pathlib.Path, python: str, jobs: bool = False) -> pathlib.Path:
    measure.fresh(root)
    os.mkfifo(root / "told")
    (root / "probes.py").write_text(
        MODULE.format(pipe=str(root / "told"), count=AT_ONCE, jobs=jobs)
    )
    (root / "workspace.yaml").write_text(
        f"load_from:\n  - python_file:\n      relative_path: probes.py\n      executable_path: {python}\n"
    )
    return root


@contextlib.contextmanager
def _told(root: pathlib.Path) -> Iterator[int]:
    """The end of the pipe into which user code writes when it runs."""
    pipe = os.open(root / "told", os.O_RDWR)
    yield pipe
    os.close(pipe)


def _launch(server: Server, told: int, count: int) -> list[float]:
    """Seconds from each request to its user code's first line; `count` requests are sent at once."""
    began = []
    callers = [server.caller() for _ in range(count)]
    for number, caller in enumerate(callers):
        began.append(time.time_ns())
        caller.say("POST", "/api/v1/runs", {"selection": f"probe_{number}"})
    times = [struct.unpack("=Q", os.read(told, 8))[0] for _ in range(count)]
    for caller in callers:
        caller.follow(caller.hear()["run"])
    return [(user - asked) / 1e9 for asked, user in zip(began, sorted(times))]


def _serves(peer: str) -> bool:
    found = subprocess.run([peer, "-c", "import dagster_webserver"], capture_output=True)
    return found.returncode == 0


def _peer(peer: str, count: int) -> float:
    """Seconds, median: Dagster's own server, asked over GraphQL for a job of one asset."""
    root = _workspace(WORK / "peer-launch", peer, jobs=True)
    argv = [peer, PROBES / "dagster_launch.py", root, count]
    return float(measure.run(argv, root)[1].split()[-1])


if __name__ == "__main__":
    sys.exit("run bench/run.py --only launch")
