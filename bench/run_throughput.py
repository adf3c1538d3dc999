"""run_throughput: how many steps a second one run moves when none waits for another, from the first start to the last end, and
what plait needs for it."""

from __future__ import annotations

import os
from typing import Optional

import measure
import steps
import workspaces
from measure import BUILD, PLAIT, WORK, Check, Report, Row
from server import running

SIZES = (500, 1500, 5000)
LOCATIONS = 50
ISOLATED = 1000
KEPT = 5000
PEER_STEPS = 100
MEMORY_BOUND = 60  # MiB, of plait itself, for the largest size
GROWTH_BOUND = 1.2
EVENTS = 5  # of a step; its floor tells as many
FLOOR_BOUND = 0.7  # isolated steps over forks that tell so many events
KEPT_BOUND = 2000
STUB = 5000
STUB_BOUND = 5000


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    rounds = 2 if quick else 5
    _stub(report, rounds)
    _isolated(report, python, rounds, libraries=True)
    _isolated(report, python, rounds, libraries=False)
    _kept(report, python, peer, rounds)
    _growth(report, python, 1 if quick else 3)


def _ready(name: str, count: int, locations: int, python: str, kept=False, libraries=False):
    root = workspaces.independent(WORK / name, count, locations, python, kept, libraries)
    measure.run([PLAIT, "location", "reload"], root)
    return root


def _stub(report: Report, rounds: int) -> None:
    """What the engine alone moves: workers in C that stay, five messages a step, every row and event on disk."""
    root = workspaces.stub(WORK / "stub", STUB, BUILD / "bench/stub_host")
    measure.run([PLAIT, "location", "reload"], root)
    own = [1 / steps.run_steps(root)["pace"] for _ in range(rounds)]
    in_memory = [1 / steps.run_steps_in_memory(root)["pace"] for _ in range(rounds)]
    row = Row("run_throughput", "durable steps that do nothing", STUB, "steps/s", 0)
    row.plait, row.samples = measure.median(own), own
    row.note = f"state in memory: {measure.median(in_memory):,.0f}"
    report.add(row)
    report.checks.append(
        Check("run_throughput: durable steps/s that do nothing", row.plait, STUB_BOUND, True)
    )


def _isolated(report: Report, python: str, rounds: int, libraries: bool) -> None:
    """The bound is that of a Python of some 40 MiB; a smaller one forks sooner, and plait's part of a step is the same."""
    at_once = os.cpu_count() or 1
    name, words = ("isolated-libraries", " with libraries") if libraries else ("isolated", "")
    root = _ready(name, ISOLATED, 2, python, libraries=libraries)
    own, floor = measure.in_turn(
        rounds,
        lambda: 1 / steps.run_steps(root)["pace"],
        lambda: steps.fork_floor(root, python, at_once, EVENTS),
    )
    forks = [1 / f.seconds for f in floor]
    row = Row("run_throughput", f"a process a step{words}", ISOLATED, "steps/s", 0)
    row.plait, row.floor, row.samples = measure.median(own), measure.median(forks), own
    row.note = (
        f"floor: forks of {floor[0].memory:.0f} MiB that send {EVENTS} events, {at_once} at a time"
    )
    report.add(row)
    if libraries:
        what = "run_throughput: isolated steps over forks that tell as much"
        over = measure.ratio(own, forks)
        report.checks.append(Check(what, over, FLOOR_BOUND, True))


def _kept(report: Report, python: str, peer: Optional[str], rounds: int) -> None:
    """Steps that allow it (`plait/isolation: worker`), beside Dagster's one process."""
    root = _ready("kept", KEPT, 2, python, kept=True)
    subjects = [lambda: 1 / steps.run_steps(root)["pace"]]
    if peer:
        theirs = steps.peer_job(workspaces.independent(WORK / "peer-kept", PEER_STEPS, 1, peer))
        subjects.append(lambda: 1 / steps.peer_steps(theirs, peer, "in_process", 1))
    own, *other = measure.in_turn(rounds, *subjects)
    row = Row("run_throughput", "in workers that stay", KEPT, "steps/s", measure.median(own))
    row.samples = own
    if other:
        row.peer = measure.median(other[0])
        row.note = f"Dagster: in_process, {PEER_STEPS} steps"
    report.add(row)
    report.checks.append(
        Check("run_throughput: steps/s in workers that stay", row.plait, KEPT_BOUND, True)
    )


def _growth(report: Report, python: str, rounds: int) -> None:
    best: dict[str, list[tuple[float, float]]] = {"run": [], "cpu": []}
    for size in SIZES:
        root = _ready(f"growth-{size}", size, LOCATIONS, python)
        own = [steps.run_steps(root) for _ in range(rounds)]
        rate = [1 / r["pace"] for r in own]
        row = Row("run_throughput", f"over {LOCATIONS} locations", size, "steps/s", 0)
        row.plait, row.samples = measure.median(rate), rate
        row.cpu = measure.median([r["cpu"] for r in own])
        report.add(row)
        peaks = [_server_peak(root) for _ in range(rounds)]
        memory = Row("run_throughput", "peak memory of a server", size, "MiB", 0)
        memory.plait, memory.samples = measure.median(peaks), peaks
        command = measure.median([r["peak"] / 1024 for r in own])
        memory.note = f"of the command that runs it itself and prints it: {command:.1f}"
        report.add(memory)
        for kind, points in best.items():
            points.append((size, min(r[kind] for r in own)))
    report.checks.append(
        Check(f"run_throughput: MiB for {SIZES[-1]} steps", memory.plait, MEMORY_BOUND)
    )
    fit: dict = {"bench": "run_throughput", "what": "a run of independent steps", "from": SIZES[0]}
    for kind, points in best.items():
        fit["wall" if kind == "run" else kind] = value = measure.exponent(points)
        report.checks.append(Check(f"run_throughput: growth of a run, {kind}", value, GROWTH_BOUND))
    report.fits.append(fit)


def _server_peak(root) -> float:
    """MiB of a server that has run everything once."""
    with running(root) as server:
        server.run()
        return server.peak()
