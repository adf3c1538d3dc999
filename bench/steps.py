"""steps: what one step costs beyond its work, on a chain of assets that do nothing, over two locations; with nothing imported
but plait, and with the libraries that much code imports."""

from __future__ import annotations

import datetime
import json
import pathlib
import tempfile
from typing import NamedTuple, Optional

import measure
import workspaces
from measure import PLAIT, PROBES, TOP, WORK, Check, Report, Row

LENGTH = 100
FORKS = 1000

#: how Dagster runs the same chain: its length there, and the bound for Dagster's time over plait's
PEERS = {
    "in_process": ("in its one process, no isolation", 100, 5),
    "tuned": ("forkserver, every module preloaded by hand", 20, 50),
    "forkserver": ("forkserver as documented", 10, None),
    "spawn": ("as it comes (spawn)", 5, 300),
}
FLOOR_BOUND = 3

JOB = """import {module}
import dagster as dg


def job():
    every = dg.define_asset_job("every")
    return dg.Definitions(dg.load_assets_from_modules([{module}]), jobs=[every]).resolve_job_def("every")
"""


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    rounds = 3 if quick else 7
    _chain(report, python, rounds, libraries=True)
    root, floor = _chain(report, python, rounds, libraries=False)
    in_memory = Row("steps", "the same, state in memory (tmpfs)", LENGTH, "ms", 0, floor)
    in_memory.samples = [1e3 * run_steps_in_memory(root)["step"] for _ in range(rounds)]
    in_memory.plait = measure.median(in_memory.samples)
    in_memory.note = "what is left when no disk is waited for"
    report.add(in_memory)
    for how in PEERS if peer else ():
        _beside(report, root, peer or "", how, 1 if quick else 3)


def _chain(report: Report, python: str, rounds: int, libraries: bool) -> tuple[pathlib.Path, float]:
    """A step beside a fork of the same Python; returns the workspace and the floor in ms."""
    name, words = ("chain-libraries", " with libraries") if libraries else ("chain", "")
    root = workspaces.chain(WORK / name, LENGTH, 2, python, libraries)
    measure.run([PLAIT, "location", "reload"], root)
    run_steps(root)
    own, floor = measure.in_turn(
        rounds, lambda: run_steps(root), lambda: fork_floor(root, python, 1)
    )
    each, forks = [r["step"] for r in own], [f.seconds for f in floor]
    row = Row("steps", f"one step of a chain{words}", LENGTH, "ms", 1e3 * measure.median(each))
    row.floor, row.samples = 1e3 * measure.median(forks), [1e3 * s for s in each]
    inside = 1e3 * measure.median([r["process"] for r in own])
    row.note = (
        f"floor: a fork of {floor[0].memory:.0f} MiB; from start to end of a step {inside:.2g} ms"
    )
    report.add(row)
    what = f"steps: a step{words} over a fork of the same Python"
    report.checks.append(Check(what, measure.ratio(each, forks), FLOOR_BOUND))
    return root, row.floor


def _beside(report: Report, root: pathlib.Path, peer: str, how: str, rounds: int) -> None:
    """plait and Dagster in turn, each on the chain that its speed allows; the overhead is that of one step."""
    words, length, bound = PEERS[how]
    theirs = peer_job(workspaces.chain(WORK / f"peer-chain-{how}", length, 1, peer))
    own, other = measure.in_turn(
        rounds, lambda: run_steps(root)["step"], lambda: peer_steps(theirs, peer, how, 1)
    )
    row = Row("steps", f"beside Dagster {words}", LENGTH, "ms", 1e3 * measure.median(own))
    row.peer, row.samples = 1e3 * measure.median(other), [1e3 * s for s in own]
    row.note = f"Dagster's chain has {length}" if length != LENGTH else ""
    report.add(row)
    if bound:
        times = measure.ratio(other, own)
        report.checks.append(Check(f"steps: Dagster {words}, over plait", times, bound, True))


def peer_job(root: pathlib.Path) -> pathlib.Path:
    """Puts a job of all assets of the first location beside its module; returns that folder."""
    folder = workspaces.folder_of(root, 0)
    (folder / "defs_job.py").write_text(JOB.format(module=workspaces.module_of(0)))
    return folder


def peer_steps(folder: pathlib.Path, peer: str, how: str, at_once: int) -> float:
    """Seconds per step."""
    return float(
        measure.run([peer, PROBES / "dagster_steps.py", how, at_once], folder)[1].split()[-1]
    )


class Floor(NamedTuple):
    """Seconds per fork, exit and wait; MiB of what forks."""

    seconds: float
    memory: float


def fork_floor(root: pathlib.Path, python: str, at_once: int, events: int = 0) -> Floor:
    """Of a Python loaded like the location's host; with `events`, each fork sends lines of JSON."""
    folder = workspaces.folder_of(root, 0)
    argv = [
        python,
        PROBES / "fork_floor.py",
        TOP / "sdk/python",
        folder,
        workspaces.module_of(0),
        FORKS,
    ]
    seconds, _, memory = measure.run([*argv, at_once, events], folder)[1].split()
    return Floor(float(seconds), float(memory))


def run_steps_in_memory(root: pathlib.Path) -> dict:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as state:
        return run_steps(root, PLAIT_HOME=state)


def run_steps(root: pathlib.Path, **variables: str) -> dict:
    """Materialize everything; seconds per step of the run, and from the first start to the last end; of it in the step's
    process; peak KiB of plait; seconds of the whole run."""
    cost, out = measure.run([PLAIT, "materialize", "--json"], root, watch_memory=True, **variables)
    found = json.loads(out)
    assert found["status"] == "success", found["status"]
    took = _at(found["ended_at"]) - _at(found["started_at"])
    starts = [_at(step["started_at"]) for step in found["steps"]]
    ends = [_at(step["ended_at"]) for step in found["steps"]]
    return {
        "step": took / len(ends),
        "pace": (max(ends) - min(starts)) / len(ends),
        "process": measure.median([end - start for start, end in zip(starts, ends)]),
        "peak": cost.peak,
        "run": took,
        "cpu": cost.cpu,
    }


def _at(text: str) -> float:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
