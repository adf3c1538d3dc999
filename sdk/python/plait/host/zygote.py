"""The warm host as what workers are forked from: what is done once, before the first of them, to make each fork and its step
cheap."""

from __future__ import annotations

import gc
import os
import socket
import traceback
from typing import Any, Callable

from plait.host import forks, huge_pages, streams
from plait.host.rehearsal import Rehearsal
from plait.host.runner import Runner
from plait.host.worker import MUTE, run_forked

#: times after which CPython has adapted the code of a step's path
REHEARSALS = 16

#: the fork before which the memory is moved to huge pages: that took 10 to 140 ms, and a fork takes some 1 ms less from then on
MOVING_FORK = 32


class Zygote:
    """Forks workers. `library` is the path of huge_pages.so; `leave_host()` closes, in a fork, what is the host's."""

    method = "fork"

    def __init__(self, loaded: Any, library: str, leave_host: Callable[[], None]) -> None:
        self._library = library
        self._leave_host = leave_host
        self._runner = Runner(loaded)
        self._rehearsal = Rehearsal(loaded.territory)
        for _ in range(REHEARSALS):
            self._rehearsal.perform()
        gc.collect()
        if hasattr(gc, "freeze"):
            gc.freeze()
        huge_pages.join()
        self._forks = 0
        #: while it is open, forks copy at once what steps write to (forks.py); -1: it is not to be had
        self._copies = -1
        self._copy_within_forks()

    def start(self, ours: socket.socket, theirs: socket.socket) -> int:
        """Fork a worker that listens on `theirs`; its pid."""
        self._forks += 1
        if self._forks == MOVING_FORK and huge_pages.move(self._library):
            self._copy_within_forks()
        streams.flush()
        pid = os.fork()
        if pid == 0:
            self._work(ours, theirs)
        return pid

    def _work(self, ours: socket.socket, theirs: socket.socket) -> None:
        """In a fork: be a worker, to its end."""
        code = MUTE
        try:
            self._enter_worker()
            ours.close()
            if self._copies >= 0:
                os.close(self._copies)
            code = run_forked(theirs, self._runner)
        except BaseException:
            traceback.print_exc()
            streams.flush()
        finally:
            os._exit(code)

    def _enter_worker(self) -> None:
        """In a fork: lead a session of its own, and leave what is the host's."""
        os.setsid()
        self._leave_host()

    def _copy_within_forks(self) -> None:
        if not self._rehearsal.possible:
            return
        if self._copies >= 0:  # of memory that was elsewhere then
            os.close(self._copies)
            self._copies = -1

        def scout() -> None:
            ours, theirs = socket.socketpair()
            self._enter_worker()
            self._rehearsal.work(ours, theirs)

        self._copies = forks.copy_written_by(scout)
