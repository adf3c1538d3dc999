#!/usr/bin/env python3
"""kills.py [--kills N] [--seed S]: runs without end under one server, and kill -9 of the server, of a location's host and of a
step's process, in turn, at random moments. In the end every run must have ended in the right state.

What must hold, for every run:
  it has ended, as success when all its steps succeeded, else as failure;
  a step failed only if its process was killed here and its policy allows no further try; what it feeds was skipped;
  a step that succeeded ran its function once, and once more at most for each time it was killed;
  every attempt told each of its log lines at most once, the one that succeeded exactly once.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import Iterator

TOP = pathlib.Path(__file__).resolve().parents[2]
PLAIT = os.environ.get("PLAIT", str(TOP / "build" / "plait"))
WORK = TOP / "build" / "soak"
KINDS = ("server", "host", "step")
PATIENCE = 120  # seconds without any progress before the soak is given up

CODE = """import os
import time

import dagster as dg

STEPS = {steps!r}


def note(word, context, name):
    file = os.open({journal!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{{word}} {{context.run_id}} {{name}} {{os.getpid()}}\\n".encode())
    os.close(file)


def make(name, deps, kept, again):
    @dg.asset(
        name=name,
        deps=deps,
        op_tags={{"plait/isolation": "worker"}} if kept else None,
        retry_policy=dg.RetryPolicy(max_retries=50, delay=0.02) if again else None,
    )
    def step(context: dg.AssetExecutionContext) -> None:
        note("begin", context, name)
        context.log.info("working")
        time.sleep({sleep})
        context.log.info("done")
        note("end", context, name)

    return step


defs = dg.Definitions([make(*step) for step in STEPS])
"""


class Soak:
    def __init__(self, kills: int, seed: int) -> None:
        self.kills, self.random = kills, random.Random(seed)
        self.root, self.journal = WORK / "workspace", WORK / "journal"
        self.server: subprocess.Popen | None = None
        self.runs: list[str] = []
        self.killed: collections.Counter = collections.Counter()  # by kind
        self.victims: set[tuple[str, str, int]] = set()  # run, asset, pid
        self.pids: set[int] = set()  # of all steps killed
        self.steps: dict[str, tuple[str, list[str], bool, bool]] = {}

    # The workspace and its server.

    def prepare(self) -> None:
        shutil.rmtree(WORK, ignore_errors=True)
        self.root.mkdir(parents=True)
        entries = ["load_from:"]
        for side in ("left", "right"):
            other = "right" if side == "left" else "left"
            steps = []
            for i in range(12):
                deps = [f"{other}_{i - 1}"] if i % 4 else []
                if i % 4 == 3:
                    deps.append(f"{side}_{i - 1}")
                steps.append((f"{side}_{i}", deps, i % 3 == 1, i % 2 == 0))
            self.steps.update({step[0]: step for step in steps})
            folder = self.root / side
            folder.mkdir()
            text = CODE.format(steps=steps, journal=str(self.journal), sleep=0.03)
            (folder / f"{side}.py").write_text(text)
            entries += [
                "  - python_file:",
                f"      relative_path: {side}/{side}.py",
                f"      working_directory: {side}",
                f"      location_name: {side}",
                f"      executable_path: {sys.executable}",
            ]
        (self.root / "workspace.yaml").write_text("\n".join(entries) + "\n")
        self.journal.touch()

    def plait(self, *words: str) -> str:
        found = subprocess.run([PLAIT, *words], cwd=self.root, capture_output=True, text=True)
        if found.returncode:
            raise SystemExit(
                f"plait {' '.join(words)}: exit {found.returncode}\n{found.stdout}{found.stderr}"
            )
        return found.stdout

    def json(self, *words: str):
        return json.loads(self.plait(*words, "--json"))

    def serve(self) -> None:
        with open(WORK / "serve.log", "ab") as log:
            self.server = subprocess.Popen(
                [PLAIT, "serve"], cwd=self.root, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def launch(self) -> None:
        """A run, unless the server dies meanwhile."""
        words = [PLAIT, "materialize", "--detach", "--json"]
        subprocess.run(words, cwd=self.root, capture_output=True, timeout=PATIENCE)

    # Killing.

    def told(self) -> Iterator[tuple[str, str, str, int]]:
        """Of the journal: begin or end, a run's id, an asset, a process."""
        for line in self.journal.read_text().splitlines():
            word, run, asset, pid = line.split()
            yield word, run, asset, int(pid)

    def begun_steps(self) -> set[tuple[str, str, int]]:
        """Those whose function began and did not end; without those that were killed before."""
        begun: set[tuple[str, str, int]] = set()
        for word, run, asset, pid in self.told():
            if word == "begin":
                begun.add((run, asset, pid))
            else:
                begun.discard((run, asset, pid))
        return begun - self.victims

    def living_steps(self) -> list[tuple[str, str, int]]:
        return sorted(step for step in self.begun_steps() if _is_ours(step[2]))

    def note_victims(self, pid: int) -> None:
        """What the process was at when it was hit, the journal tells: a worker that stays may have gone on to another step;
        a function may have ended, and its process not have told so."""
        while _is_ours(pid):
            time.sleep(0.001)
        self.pids.add(pid)
        self.victims.add([(run, asset, by) for _, run, asset, by in self.told() if by == pid][-1])

    def hosts(self) -> list[int]:
        return [pid for pid in _children(self.server.pid) if _is_ours(pid)]

    def kill(self, kind: str) -> bool:
        """False when there is nothing of that kind just now."""
        if kind == "server":
            self.server.kill()
            self.server.wait()
            self.serve()
        else:
            there = self.hosts() if kind == "host" else self.living_steps()
            if not there:
                return False
            chosen = self.random.choice(there)
            pid = chosen if kind == "host" else chosen[2]
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                return False
            if kind == "step":
                self.note_victims(pid)
        self.killed[kind] += 1
        return True

    # The story.

    def open_runs(self) -> int:
        return sum(
            run["status"] in ("queued", "started", "canceling")
            for run in self.json("run", "list", "--limit", "20")
        )

    def run(self) -> None:
        self.prepare()
        self.plait("location", "reload")
        self.serve()
        began = told = moved = time.monotonic()
        while (count := sum(self.killed.values())) < self.kills:
            if self.open_runs() < 2:
                self.launch()
            time.sleep(self.random.uniform(0, 0.12))
            if self.kill(KINDS[count % len(KINDS)]):
                moved = time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                raise SystemExit(f"nothing to kill for {PATIENCE} s: {self.plait('run', 'list')}")
            if time.monotonic() - told > 10:
                told = time.monotonic()
                print(f"{count} kills, {told - began:.0f} s", flush=True)
        self.settle()
        self.check()
        took = time.monotonic() - began
        print(f"{dict(self.killed)} in {took:.0f} s; runs: {dict(self.ended)}; all as they must be")

    def settle(self) -> None:
        limit = time.monotonic() + PATIENCE
        while self.open_runs():
            if time.monotonic() > limit:
                raise SystemExit(f"runs that do not end:\n{self.plait('run', 'list')}")
            time.sleep(0.2)
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(PATIENCE)

    # The end.

    def check(self) -> None:
        did: collections.Counter = collections.Counter()
        for word, run, asset, _ in self.told():
            did[word, run, asset] += 1
        runs = self.json("run", "list", "--limit", "100000")
        self.ended = collections.Counter(run["status"] for run in runs)
        known = {run["id"] for run in runs}
        _holds({run for _, run, _ in did} <= known, "a run that ran is not in the ledger", known)
        for run in runs:
            self.check_run(self.json("run", "show", run["id"]), did)
        left = [pid for pid in _all() if _is_ours(pid)]
        _holds(not left, "processes were left running", left)

    def check_run(self, run: dict, did: collections.Counter) -> None:
        killed = collections.Counter(asset for name, asset, _ in self.victims if name == run["id"])
        status = {step["asset"]: step["status"] for step in run["steps"]}
        fine = all(word == "success" for word in status.values())
        _holds(run["status"] == ("success" if fine else "failure"), "the run's state", run)
        for step in run["steps"]:
            asset, times = step["asset"], killed[step["asset"]]
            _, deps, _, again = self.steps[asset]
            fed = all(status[dep] == "success" for dep in deps)
            if step["status"] == "failure":
                hit = times or step["pid"] in self.pids
                _holds(hit and not again, "a step failed that nobody killed", (run["id"], step))
                _holds(step["reason"] or step["error"], "a failure without a reason", step)
            else:
                _holds(step["status"] == ("success" if fed else "skipped"), "a step's state", step)
            for word in ("begin", "end"):
                count = did[word, run["id"], asset]
                least = 1 if step["status"] == "success" else 0
                _holds(least <= count <= 1 + times, f"its function did {word}", (count, step))
        self.check_told(run)

    def check_told(self, run: dict) -> None:
        told: collections.Counter = collections.Counter()
        for event in self.json("run", "logs", run["id"]):
            if event["kind"] == "log":
                told[event["step"], event["attempt"], event["body"]["message"]] += 1
        for step in run["steps"]:
            for message in ("working", "done"):
                count = told[step["index"], step["attempt"], message]
                least = 1 if step["status"] == "success" else 0
                _holds(least <= count <= 1, f"{message!r} was told {count} times", step)


def _holds(condition: object, what: str, about: object) -> None:
    if not condition:
        raise SystemExit(f"NOT SO: {what}: {about}")


def _children(parent: int) -> list[int]:
    try:
        with open(f"/proc/{parent}/task/{parent}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def _all() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _is_ours(pid: int) -> bool:
    """A living host or step of the soak's workspace."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read()
        with open(f"/proc/{pid}/stat") as file:
            alive = file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
    return alive and b"plait.host" in words and str(WORK).encode() in words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    Soak(options.kills, options.seed).run()


if __name__ == "__main__":
    main()
