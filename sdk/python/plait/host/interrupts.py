"""SIGTERM and a step: an exception in user code, never between a message's file and its listener."""

from __future__ import annotations

import os
import signal
from typing import Any

from plait.errors import DagsterExecutionInterruptedError

try:  # what the functions of `signal` wrap, at a tenth of their price
    from _signal import getsignal as get_handler
    from _signal import signal as set_handler
except ImportError:
    from signal import getsignal as get_handler
    from signal import signal as set_handler

__all__ = ["CLOSING", "DEFAULT", "RUNNING", "WAITING", "Interrupts", "get_handler", "set_handler"]

DEFAULT = int(signal.SIG_DFL)  # those functions know no enumeration
#: nobody asked for anything yet: the process may go; a step runs; it is over and says so
WAITING, RUNNING, CLOSING = 0, 1, 2


class Interrupts:
    """What SIGTERM does, by what the process is doing. Used by the main thread alone."""

    def __init__(self) -> None:
        self.state = WAITING
        #: SIGTERM came when the step was over already
        self.leave = False
        self._held = False
        self._late = False

    def arm(self) -> None:
        self._held = self._late = False
        set_handler(signal.SIGTERM, self._arrive)

    def _arrive(self, number: int, frame: Any) -> None:
        if self.state == WAITING:
            os._exit(0)
        if self.state == CLOSING:
            self.leave = True
        elif self._held:
            self._late = True
        else:
            self._interrupt()

    def _interrupt(self) -> None:
        self._late = False
        # Once: whoever is impatient sends it again.
        set_handler(signal.SIGTERM, DEFAULT)
        raise DagsterExecutionInterruptedError("the step was told to stop (SIGTERM)")

    def hold(self) -> bool:
        """From now on SIGTERM waits; False when it does already."""
        before, self._held = self._held, True
        return not before

    def release(self) -> None:
        """SIGTERM may come again; what came meanwhile is raised now."""
        self._held = False
        if self._late:
            if self.state == RUNNING:
                self._interrupt()
            self._late = False
            self.leave = True
