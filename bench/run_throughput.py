"""run_throughput: how many steps a second one run moves when none waits for another, and what plait needs for it."""

from __future__ import annotations

import os
from typing import Optional

import measure
import steps
import workspaces
from measure import PLAIT, WORK, Check, Report, Row

SIZES = (500, 2000)
PEER_STEPS = 20
GROWTH_BOUND = 1.2


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    at_once = os.cpu_count() or 1
    theirs = _peer(peer, at_once) if peer else None
    best: dict[str, list[tuple[float, float]]] = {"run": [], "cpu": []}
    for size in SIZES:
        root = workspaces.independent(WORK / f"independent-{size}", size, 2, python)
        measure.run([PLAIT, "location", "reload"], root)
        own, floor = measure.in_turn(
            2 if quick else 3,
            lambda root=root: steps.run_steps(root),
            lambda root=root: steps.fork_floor(root, python, at_once),
        )
        row = Row(
            "run_throughput",
            "independent steps",
            size,
            "steps/s",
            1 / measure.median([r["step"] for r in own]),
        )
        row.floor, row.peer = 1 / measure.median(floor), theirs
        row.samples = [1 / r["step"] for r in own]
        row.cpu = measure.median([r["cpu"] for r in own])
        row.note = f"Dagster: multiprocess, forkserver, {PEER_STEPS} steps" if theirs else ""
        report.add(row)
        peaks = [r["peak"] / 1024 for r in own]
        memory = Row("run_throughput", "peak memory of plait", size, "MiB", measure.median(peaks))
        memory.samples = peaks
        report.add(memory)
        for kind, points in best.items():
            points.append((size, min(r[kind] for r in own)))
    fit: dict = {"bench": "run_throughput", "what": "a run of independent steps", "from": SIZES[0]}
    for kind, points in best.items():
        fit["wall" if kind == "run" else kind] = value = measure.exponent(points)
        report.checks.append(Check(f"run_throughput: growth of a run, {kind}", value, GROWTH_BOUND))
    report.fits.append(fit)


def _peer(peer: str, at_once: int) -> float:
    root = steps.peer_job(workspaces.independent(WORK / "peer-independent", PEER_STEPS, 1, peer))
    return 1 / steps.peer_steps(root, peer, "forkserver", at_once)
