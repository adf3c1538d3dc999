"""Running one command under measure, and the facts around it. Times in seconds, memory in KiB."""

from __future__ import annotations

import ctypes
import datetime
import math
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Callable, Optional, Sequence

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / "build"
PLAIT = BUILD / "plait"
WORK = BUILD / "bench-work"
OLD = WORK / "old"
PROBES = TOP / "bench" / "probes"
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """Of one command: until it ended, and the processor time of it and all that it left behind."""

    wall: float
    cpu: float
    peak: int  # of the command's own process; 0 when not watched


@dataclass
class Row:
    """One line of the table. Smaller is better, except for units that end in `/s`."""

    bench: str
    what: str
    size: int
    unit: str
    plait: float
    floor: Optional[float] = None
    peer: Optional[float] = None
    note: str = ""
    samples: list[float] = field(default_factory=list)
    cpu: Optional[float] = None  # seconds of processor, median


@dataclass
class Check:
    """A bound that a measurement must keep: at most `bound`, or with `at_least` no less."""

    what: str
    value: float
    bound: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        side = "at least" if self.at_least else "at most"
        word = "kept" if self.kept else "NOT KEPT"
        return f"{word}: {self.what}: {self.value:.3g}, {side} {self.bound:g}"


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    fits: list[dict] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        print(f"  {row.bench}: {row.what}, {row.size}: {row.plait:.4g} {row.unit}", flush=True)

    def as_dict(self) -> dict:
        checks = [{**asdict(check), "kept": check.kept} for check in self.checks]
        return {"rows": [asdict(row) for row in self.rows], "checks": checks, "fits": self.fits}


def adopt_orphans() -> None:
    """From now on what a command leaves running becomes our child, so that it is waited for and counted."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def fresh(folder: pathlib.Path) -> pathlib.Path:
    """An empty folder. What was there is moved out of the way until all is measured: for some time after files were deleted
    ext4 looks at each inode that it gave back before it gives out another, and a step that makes four files waits for that."""
    if folder.exists():
        OLD.mkdir(parents=True, exist_ok=True)
        folder.rename(pathlib.Path(tempfile.mkdtemp(dir=OLD)) / folder.name)
    folder.mkdir(parents=True)
    return folder


def environment(**more: str) -> dict[str, str]:
    """Ours without what would make Python or plait behave unlike a user's."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "PLAIT", "DAGSTER"))}
    return {**kept, **more}


def run(
    argv: Sequence[object], cwd: pathlib.Path, watch_memory: bool = False, **variables: str
) -> tuple[Cost, str]:
    """Run to the end, orphans included; returns its cost and its standard output. Failing ends the bench."""
    log = WORK / "stderr.log"
    before = os.times()
    began = time.monotonic()
    with open(log, "wb") as errors:
        child = subprocess.Popen(
            [str(word) for word in argv],
            cwd=cwd,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        peak = _Peak(child.pid) if watch_memory else None
        out = child.communicate()[0].decode()
    wall = time.monotonic() - began
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = os.times()
    if child.returncode != 0:
        tail = log.read_text(errors="replace")[-3000:]
        raise SystemExit(
            f"{' '.join(map(str, argv))}: exit status {child.returncode}\n{out[-2000:]}\n{tail}"
        )
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return Cost(wall, cpu, peak.end() if peak else 0), out


class _Peak:
    """The largest resident set of a process, read while it lives."""

    def __init__(self, pid: int) -> None:
        self._path = f"/proc/{pid}/status"
        self._kib = 0
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        while True:
            try:
                with open(self._path) as file:
                    lines = [line for line in file if line.startswith("VmHWM")]
            except OSError:
                return
            if not lines:  # a zombie has no memory left
                return
            self._kib = int(lines[0].split()[1])
            time.sleep(0.02)

    def end(self) -> int:
        self._thread.join()
        return self._kib


def in_turn(rounds: int, *subjects: Callable[[], object]) -> list[list]:
    """Each subject once a round, so that all of them meet the same machine; one list of results per subject."""
    results: list[list] = [[] for _ in subjects]
    for _ in range(rounds):
        for subject, found in zip(subjects, results):
            found.append(subject())
    return results


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the ratios of pairs that were measured side by side."""
    return statistics.median(a / b for a, b in zip(over, under))


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of log(value) over log(size): 1 is linear."""
    xs = [math.log(x) for x, _ in points]
    ys = [math.log(y) for _, y in points]
    mx, my = statistics.fmean(xs), statistics.fmean(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sum((x - mx) ** 2 for x in xs)


def peer_python() -> Optional[str]:
    """An interpreter that has Dagster; None when there is none."""
    for path in (os.environ.get("PLAIT_TEST_PEER_PYTHON"), str(BUILD / "test-venv/bin/python")):
        if path and shutil.which(path) and _version_of(path):
            return path
    return None


def importable(python: str, modules: Sequence[str]) -> list[str]:
    """Those of them that the interpreter has."""
    code = "import importlib.util as u, sys; print(*filter(u.find_spec, sys.argv[1:]))"
    found = subprocess.run([python, "-c", code, *modules], capture_output=True, text=True)
    return found.stdout.split()


def _version_of(python: str) -> str:
    code = "import importlib.metadata as m; print(m.version('dagster'))"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return found.stdout.strip()


def facts(python: str, peer: Optional[str]) -> dict:
    """What the figures depend on; names no machine and no path."""
    cpu = memory = ""
    with open("/proc/cpuinfo") as file:
        cpu = next((line.split(":", 1)[1].strip() for line in file if "model name" in line), "")
    with open("/proc/meminfo") as file:
        memory = next(line.split()[1] for line in file if line.startswith("MemTotal"))
    version = subprocess.run([python, "-V"], capture_output=True, text=True).stdout.split()[-1]
    git = ["git", "-C", str(TOP), "describe", "--always", "--dirty"]
    return {
        "date": datetime.date.today().isoformat(),
        "commit": subprocess.run(git, capture_output=True, text=True).stdout.strip(),
        "processor": cpu,
        "cores": os.cpu_count(),
        "memory_kib": int(memory),
        "kernel": platform.release(),
        "filesystem": _filesystem(WORK),
        "python": version,
        "dagster": _version_of(peer) if peer else None,
        "load_before": os.getloadavg(),
    }


def _filesystem(path: pathlib.Path) -> str:
    found = subprocess.run(["stat", "-f", "-c", "%T", str(path)], capture_output=True, text=True)
    return found.stdout.strip()
