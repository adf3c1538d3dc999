#!/usr/bin/env python3
"""run.py [--only NAME] [--quick] [--save NAME]: measure, print one table, check the bounds; see README.md.

Exit status 1 when a bound is not kept."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from typing import Optional

import events
import http_small
import launch
import live_tail
import load
import measure
import run_throughput
import steps
from measure import TOP, WORK, Report, Row

import api
import layout

BENCHES = {
    "load": load,
    "steps": steps,
    "run_throughput": run_throughput,
    "launch": launch,
    "events": events,
    "http": http_small,
    "live_tail": live_tail,
    "layout": layout,
    "api": api,
}
FLOORS = [
    "bench/open_floor",
    "bench/event_append",
    "bench/http_server",
    "bench/stub_host",
    "bench/graph_layout",
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--only", action="append", choices=BENCHES, help="this bench; repeated: these"
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, the slowest peer left out"
    )
    parser.add_argument("--save", metavar="NAME", help="record in bench/results/DATE-NAME.json")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["ninja", "-C", str(measure.BUILD), *FLOORS], check=True, stdout=subprocess.DEVNULL
    )
    measure.adopt_orphans()
    peer = measure.peer_python()
    python = peer or sys.executable
    facts = measure.facts(python, peer)
    report = Report()
    for name in options.only or BENCHES:
        BENCHES[name].measure_all(report, python, peer, options.quick)
    shutil.rmtree(measure.OLD, ignore_errors=True)
    facts["load_after"] = os.getloadavg()
    show(report, facts)
    if options.save:
        path = TOP / "bench" / "results" / f"{facts['date']}-{options.save}.json"
        path.write_text(json.dumps({"facts": facts, **report.as_dict()}, indent=1) + "\n")
        print(f"recorded in bench/results/{path.name}")
    return 0 if all(check.kept for check in report.checks) else 1


def show(report: Report, facts: dict) -> None:
    print(
        f"\n{facts['processor']}, {facts['cores']} cores, load {facts['load_before'][0]:.1f} before and ",
        end="",
    )
    print(
        f"{facts['load_after'][0]:.1f} after; Python {facts['python']}, Dagster {facts['dagster']}; medians\n"
    )
    head = ("bench", "what", "size", "plait", "", "floor", "ratio", "Dagster", "ratio", "")
    lines = [head, *[_cells(row) for row in report.rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        cells = [
            c.ljust(w) if i in (0, 1, 4, 9) else c.rjust(w)
            for i, (c, w) in enumerate(zip(line, widths))
        ]
        print("  ".join(cells).rstrip())
    print("\ngrowth exponents (1 is linear; the best rounds)")
    for fit in report.fits:
        print(
            f"  {fit['bench']}, {fit['what']}: {fit['wall']:.2f} by the clock, {fit['cpu']:.2f} of processor"
        )
    print("\nbounds")
    for check in report.checks:
        print(f"  {check}")


def _cells(row: Row) -> tuple[str, ...]:
    floor, peer = _figure(row.floor), _figure(row.peer)
    own = (row.bench, row.what, f"{row.size:,}", _figure(row.plait), row.unit)
    return (*own, floor, _ratio(row.plait, row.floor), peer, _ratio(row.plait, row.peer), row.note)


def _figure(value: Optional[float]) -> str:
    return "" if value is None else f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def _ratio(own: float, other: Optional[float]) -> str:
    """plait's figure over the other's."""
    return "" if other is None else f"x{own / other:.3g}"


if __name__ == "__main__":
    sys.exit(main())
