"""load: from code to one graph and plan. How the cost of compiling, opening and planning grows with the number of assets."""

from __future__ import annotations

import json
import pathlib
import shutil
from typing import Optional

import measure
import workspaces
from measure import PLAIT, PROBES, WORK, Check, Cost, Report, Row

LOCATIONS = 20
SIZES = (500, 1000, 2000, 4000, 8000)
FIT_FROM = 1000
GROWTH_BOUND = 1.2

OPERATIONS = {
    "cold": "compile all of 20 locations",
    "warm": "open, nothing changed",
    "changed": "open, one of 20 changed",
    "dry_run": "plan everything (--dry-run)",
}


class Subject:
    """One generated workspace, and what is done to it."""

    def __init__(self, root: pathlib.Path, assets: int, locations: int, python: str) -> None:
        self.root = workspaces.graph(root, assets, locations, python)
        self.assets, self.locations, self.python = assets, locations, python

    def cold(self) -> Cost:
        self.forget()
        cost, out = measure.run([PLAIT, "location", "reload", "--json"], self.root)
        found = json.loads(out)
        assert sum(one["assets"] for one in found if one["health"] == "ok") == self.assets, out
        return cost

    def warm(self) -> Cost:
        cost, out = measure.run([PLAIT, "asset", "list", "--json"], self.root)
        assert len(json.loads(out)) == self.assets
        return cost

    def changed(self) -> Cost:
        location = self.locations // 2
        folder = workspaces.folder_of(self.root, location)
        with open(folder / f"{workspaces.module_of(location)}.py", "a") as file:
            file.write("# a change\n")
        return self.warm()

    def dry_run(self) -> Cost:
        cost, out = measure.run([PLAIT, "materialize", "--dry-run", "--json"], self.root)
        assert len(json.loads(out)["steps"]) == self.assets
        return cost

    def forget(self) -> None:
        """No state, no bytecode: as after a clone."""
        shutil.rmtree(self.root / ".plait", ignore_errors=True)
        for cache in self.root.rglob("__pycache__"):
            shutil.rmtree(cache)

    def floor_cold(self) -> Cost:
        """Bare Python, decorators replaced by identity, on the same modules."""
        self.forget()
        modules = [
            workspaces.folder_of(self.root, i) / workspaces.module_of(i)
            for i in range(self.locations)
        ]
        argv = [self.python, PROBES / "import_floor.py", PROBES / "identity", *modules]
        return measure.run(argv, self.root)[0]

    def floor_warm(self) -> Cost:
        """Plain C: look at every file, read every manifest from SQLite, parse it with jansson."""
        return measure.run([measure.BUILD / "bench/open_floor", self.root], self.root)[0]

    def peer_validate(self, peer: str) -> Cost:
        home = self.root / "dagster-home"
        home.mkdir(exist_ok=True)
        argv = [
            pathlib.Path(peer).parent / "dagster",
            "definitions",
            "validate",
            "-w",
            "workspace.yaml",
        ]
        return measure.run(argv, self.root, DAGSTER_HOME=str(home))[0]


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    rounds = 2 if quick else 5
    costs: dict[str, dict[int, list[Cost]]] = {name: {} for name in OPERATIONS}
    for size in SIZES:
        subject = Subject(WORK / f"load-{size}", size, LOCATIONS, python)
        names = list(OPERATIONS)
        found = measure.in_turn(
            rounds, subject.floor_cold, *[getattr(subject, n) for n in names], subject.floor_warm
        )
        floors = {"cold": found[0], "warm": found[-1]}
        for name, own in zip(names, found[1:-1]):
            costs[name][size] = own
            report.add(_row(OPERATIONS[name], size, own, floors.get(name)))
    _fit(report, costs)
    if peer:
        _beside_peer(report, python, peer, quick)


def _row(what: str, size: int, own: list[Cost], floor: Optional[list[Cost]]) -> Row:
    return Row(
        "load",
        what,
        size,
        "s",
        measure.median([cost.wall for cost in own]),
        floor=measure.median([cost.wall for cost in floor]) if floor else None,
        samples=[cost.wall for cost in own],
        cpu=measure.median([cost.cpu for cost in own]),
    )


def _fit(report: Report, costs: dict[str, dict[int, list[Cost]]]) -> None:
    """The best round counts: what neighbours on the machine add is no growth of ours."""
    for name, by_size in costs.items():
        fit: dict = {"bench": "load", "what": OPERATIONS[name], "from": FIT_FROM}
        for kind in ("wall", "cpu"):
            points = [(n, min(getattr(c, kind) for c in cs)) for n, cs in by_size.items()]
            fit[kind] = measure.exponent([p for p in points if p[0] >= FIT_FROM])
            report.checks.append(
                Check(f"load: growth of {OPERATIONS[name]}, {kind}", fit[kind], GROWTH_BOUND)
            )
        report.fits.append(fit)


def _beside_peer(report: Report, python: str, peer: str, quick: bool) -> None:
    """The peer starts a server for each location; both shapes are shown, many locations and one."""
    for size, locations in ((1000, 1), (2000, 1), (1000, LOCATIONS)):
        if quick and locations > 1:
            continue
        subject = Subject(WORK / f"peer-{size}-{locations}", size, locations, python)
        rounds = 1 if locations > 1 else 3
        own, floor, others = measure.in_turn(
            rounds,
            subject.cold,
            subject.floor_cold,
            lambda subject=subject: subject.peer_validate(peer),
        )
        row = _row(f"compile all of {locations}, beside Dagster's validate", size, own, floor)
        row.peer = measure.median([cost.wall for cost in others])
        row.note = f"Dagster: processor {measure.median([cost.cpu for cost in others]):.1f} s"
        report.add(row)
