"""events: durable events a second from 32 producers at once, each waiting for its answer; then a few kill -9 of the server."""

from __future__ import annotations

import json
import re
from typing import Optional

import measure
from measure import BUILD, PLAIT, PROBES, WORK, Check, Report, Row

PEER_BOUND = 30
LINE = re.compile(r"^(floor|plait) +(\d+) events/s +p50 +([\d.]+) ms +p99 +([\d.]+) ms", re.M)


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    seconds = 2 if quick else 5
    ours = [BUILD / "bench/event_append", PLAIT, WORK, seconds, 1]
    theirs = [peer, PROBES / "dagster_events.py", WORK, seconds]
    found: dict[str, list[tuple[float, float, float]]] = {"floor": [], "plait": []}
    dagster: list[float] = []
    for _ in range(2 if quick else 5):
        for side, *figures in LINE.findall(measure.run(ours, WORK)[1]):
            found[side].append(tuple(map(float, figures)))
        if peer:
            lines = measure.run(theirs, WORK)[1].splitlines()
            dagster.append(max(json.loads(line)["events_per_s"] for line in lines))
    rate = [figures[0] for figures in found["plait"]]
    row = Row("events", "32 producers", 32, "events/s", measure.median(rate))
    row.samples, row.floor = rate, measure.median([figures[0] for figures in found["floor"]])
    p50, p99 = (measure.median([figures[i] for figures in found["plait"]]) for i in (1, 2))
    row.note = f"p50 {p50:.2g} ms, p99 {p99:.2g} ms; floor: the same in plain C"
    if dagster:
        row.peer = measure.median(dagster)
        times = measure.ratio(rate, dagster)
        report.checks.append(Check("events: plait over Dagster", times, PEER_BOUND, True))
    report.add(row)
    kills = 3 if quick else 20
    told = measure.run([BUILD / "bench/event_append", "kill", PLAIT, WORK, kills], WORK)[1]
    print(f"  events: {told.strip()}", flush=True)
