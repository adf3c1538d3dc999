"""Step processes: forked from the warm host, or started afresh where forking is not safe; and their ends."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any, Callable

from plait.host.process import started

#: what a spawned step runs: the same entry as the host's
BOOT = "import sys; sys.path[0] = sys.argv[1]; from plait.host import main; main(*sys.argv[2:])"


class ForkServer:
    """Starts steps of one loaded location and reports their ends."""

    def __init__(
        self, loaded: Any, environment: dict[str, str], close_in_child: Callable[[], None]
    ) -> None:
        self._loaded = loaded
        self._environment = environment
        self._close_in_child = close_in_child
        self._requests: dict[int, int] = {}
        self._spawned: dict[int, Any] = {}
        self._run_forked: Any = None
        if loaded.start["method"] == "fork":
            from plait.host.step import run_forked, warm

            warm(loaded)
            self._run_forked = run_forked
            gc.collect()
            if hasattr(gc, "freeze"):
                gc.freeze()

    def start(self, request: int, spec: str) -> dict:
        """Start the step described by the file `spec`; returns `pid` and `started`."""
        pid = self._fork(spec) if self._run_forked is not None else self._spawn(spec)
        self._requests[pid] = request
        return {"pid": pid, "started": started(pid)}

    def _fork(self, spec: str) -> int:
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                os.setsid()
                self._close_in_child()
                code = self._run_forked(spec, self._loaded)
            finally:
                os._exit(code)
        return pid

    def _spawn(self, spec: str) -> int:
        import subprocess

        sdk = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        child = subprocess.Popen(
            [sys.executable, "-c", BOOT, sdk, "--step", spec],
            stdin=subprocess.DEVNULL,
            env=self._environment,
            cwd=self._loaded.location["working_directory"],
            start_new_session=True,
        )
        self._spawned[child.pid] = child
        return child.pid

    def reap(self) -> list[dict]:
        """`exit` events of the steps that ended since the last call. Other children are left to whoever made them."""
        events = []
        for pid, request in list(self._requests.items()):
            try:
                done, status, usage = os.wait4(pid, os.WNOHANG)
            except ChildProcessError:
                done, status, usage = pid, 255 << 8, None
            if done == 0:
                continue
            del self._requests[pid]
            child = self._spawned.pop(pid, None)
            if child is not None:
                child.returncode = status
            events.append(_exit_event(request, pid, status, usage))
        return events


def _exit_event(request: int, pid: int, status: int, usage: Any) -> dict:
    killed = os.WIFSIGNALED(status)
    return {
        "event": "exit",
        "id": request,
        "pid": pid,
        "code": None if killed else os.WEXITSTATUS(status),
        "signal": os.WTERMSIG(status) if killed else None,
        "user_us": 0 if usage is None else int(usage.ru_utime * 1_000_000),
        "system_us": 0 if usage is None else int(usage.ru_stime * 1_000_000),
        "max_rss_kib": 0 if usage is None else int(usage.ru_maxrss),
    }
