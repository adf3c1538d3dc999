#!/usr/bin/env python3
"""dagster_events.py FOLDER [SECONDS [PROCESSES]]: durable events a second through Dagster's own event log on SQLite.

What bench/micro/event_append.c does to plait, done to the peer: so many processes (32), each with one event of about 800
bytes under way, for so many seconds (10).  Two kinds, a line of JSON each: "log", each process in a run of its own (a
database file each, which is kindest), and "asset", materializations, which go to the file that all runs share too.
Run it with a Python that has Dagster (PLAIT_TEST_PEER_PYTHON).
"""

from __future__ import annotations

import json
import multiprocessing
import pathlib
import statistics
import sys
import time
import uuid

BYTES = 800


def make_event(kind: str, run: str, number: int):
    from dagster import AssetKey, AssetMaterialization, DagsterEvent, DagsterEventType
    from dagster._core.events import StepMaterializationData
    from dagster._core.events.log import EventLogEntry

    text = f"{number:08d}" + "x" * (BYTES - 8)
    if kind == "asset":
        made = AssetMaterialization(
            AssetKey(["plant", f"meter_{number % 32:02d}"]), description=text
        )
        event = DagsterEvent(
            DagsterEventType.ASSET_MATERIALIZATION.value,
            "job",
            event_specific_data=StepMaterializationData(made, []),
            message="made",
        )
    else:
        event = None
    return EventLogEntry(
        error_info=None,
        level=20,
        user_message=text if kind == "log" else "",
        run_id=run,
        timestamp=time.time(),
        dagster_event=event,
    )


def produce(folder: str, kind: str, start, stop, results) -> None:
    from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage

    run, took, errors, number = str(uuid.uuid4()), [], 0, 0
    storage = SqliteEventLogStorage(folder)
    storage.store_event(make_event(kind, run, 0))  # its file is made before the clock runs
    start.wait()
    while not stop.is_set():
        number += 1
        event = make_event(kind, run, number)
        begun = time.perf_counter()
        try:
            storage.store_event(event)
            took.append(time.perf_counter() - begun)
        except Exception:
            errors += 1
    results.put((took, errors))


def measure(folder: pathlib.Path, kind: str, seconds: float, processes: int) -> dict[str, object]:
    from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage

    # the file that all share is made by one: 32 makers at once fail
    SqliteEventLogStorage(str(folder / kind)).store_event(make_event(kind, str(uuid.uuid4()), 0))
    context = multiprocessing.get_context("fork")
    start, stop, results = context.Barrier(processes + 1), context.Event(), context.Queue()
    workers = [
        context.Process(target=produce, args=(str(folder / kind), kind, start, stop, results))
        for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    begun = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    ended = time.perf_counter() - begun
    answers = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    took = sorted(t for times, _ in answers for t in times)
    return {
        "kind": kind,
        "events_per_s": round(len(took) / ended, 1),
        "p50_ms": round(statistics.median(took) * 1000, 2) if took else None,
        "p99_ms": round(took[len(took) * 99 // 100] * 1000, 2) if took else None,
        "errors": sum(errors for _, errors in answers),
    }


def main() -> int:
    folder = pathlib.Path(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 32
    for kind in ("log", "asset"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        print(json.dumps(measure(folder, kind, seconds, processes)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
