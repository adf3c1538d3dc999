"""Whether a location's steps may be forked from the warm host, or must be started afresh.

A fork copies only the calling thread. Native pools that *importing* a library starts (OpenBLAS, jemalloc, arrow)
survive that; pools that user code has put to work do not (polars hangs, OpenMP dies: measured). So a snapshot
is taken around every third-party import; what is new outside of those is the user's doing.
"""

from __future__ import annotations

import os
import threading
import time

TASKS = "/proc/self/task"


def native() -> dict[str, str]:
    """Thread id -> name of every task of this process; empty where /proc is missing."""
    found = {}
    try:
        ids = os.listdir(TASKS)
    except OSError:
        return found
    for task in ids:
        try:
            with open(f"{TASKS}/{task}/comm", encoding="utf-8", errors="replace") as file:
                found[task] = file.read().strip()
        except OSError:
            continue
    return found


class Watch:
    """Follows the threads of a process while user code is loaded."""

    def __init__(self) -> None:
        self._known = native()
        self._by_user: dict[str, str] = {}

    def before_library(self) -> None:
        """User code is about to import a library: what is new until here came from user code."""
        now = native()
        self._by_user.update({task: name for task, name in now.items() if task not in self._known})
        self._known.update(now)

    def after_library(self) -> None:
        """The import is over: what is new came from the library."""
        self._known.update(native())

    def _pools(self) -> list[str]:
        alive = native()
        return sorted({name for task, name in self._by_user.items() if task in alive})

    def verdict(self) -> dict[str, str]:
        """The manifest's `start`: `method` and `reason`. Loading is over."""
        self.before_library()
        others = [
            thread for thread in threading.enumerate() if thread is not threading.main_thread()
        ]
        if others:
            names = ", ".join(sorted(thread.name for thread in others))
            return {
                "method": "spawn",
                "reason": f"importing the code started Python threads ({names}), "
                "and a process with threads cannot be forked safely",
            }
        pools = self._pools()
        for _ in range(5):
            # A thread that was just joined takes the kernel a moment to forget.
            if not pools:
                break
            time.sleep(0.01)
            pools = self._pools()
        if pools:
            return {
                "method": "spawn",
                "reason": f"importing the code put native threads to work ({', '.join(pools)}), "
                "which a forked step would hang or crash on; move that work into the assets",
            }
        return {"method": "fork", "reason": "importing the code left no threads of its own"}
