"""A program that runs on this machine in a session of its own: started, waited for, ended with all it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import Any, Iterator, Mapping, Sequence

DEVNULL = subprocess.DEVNULL

# Waits for its input to end. An end without a line means that whoever holds the other end has died.
_GUARD = 'read -r line || kill -s KILL -- "-$1"'


class Child:
    """One program. It and everything that it leaves running end with it, and with the process that started it."""

    def __init__(
        self,
        command: str | Sequence[Any],
        cwd: str | None,
        env: Mapping[str, str],
        stdout: int | None,
        stderr: int | None,
    ) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()  # what was printed before stands before
            except (AttributeError, OSError, ValueError):
                pass
        self._process = subprocess.Popen(
            command, cwd=cwd, env=dict(env), stdout=stdout, stderr=stderr, start_new_session=True
        )
        self._guard: Any = None
        try:
            self._guard = _guard(self._process.pid)
        except OSError:
            pass  # without a shell the program may outlive a step that is killed

    def wait(self) -> int:
        """Its exit status; of a program that a signal ended, the signal's number below zero."""
        if hasattr(os, "waitid"):
            # Not reaped yet: its number is still its group's.
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        self._signal(signal.SIGKILL)
        return self._process.wait()

    def terminate(self, grace: float) -> None:
        """SIGINT to its group; SIGKILL when it has not ended `grace` seconds later, or when waiting is interrupted."""
        try:
            self._signal(signal.SIGINT)
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass

    def release(self) -> None:
        """Nothing ends it any more from here: it has ended, or goes on by itself."""
        guard, self._guard = self._guard, None
        if guard is not None:
            try:
                guard.stdin.write(b"\n")
                guard.stdin.close()
            except OSError:
                pass
            guard.wait()


@contextmanager
def held_signals() -> Iterator[None]:
    """SIGINT and SIGTERM that come inside are answered on leaving, so that no program is started and forgotten."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        if callable(signal.getsignal(number)):
            before[number] = signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)
    for number in came:
        before[number](number, None)


def _guard(group: int) -> Any:
    """A shell that kills the group when this process is killed. Costs one small process for each program."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "plait-pipes-guard", str(group)],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
