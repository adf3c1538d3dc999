"""What a kept worker gives back to the next step as the last one found it: the process's state, not the user's objects."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from typing import Any, Mapping

from plait.host.interrupts import get_handler, set_handler

_SIGNALS = [
    number
    for number in signal.valid_signals()
    if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM)
]

#: first word of a numpy random state that nobody set a seed for
FROM_ENTROPY = 0x80000000
SEED_BYTES = 32


class State:
    """Taken before the first step, restored after each."""

    def __init__(self) -> None:
        self._folder = os.getcwd()
        self._mask = os.umask(0o022)
        os.umask(self._mask)
        self._environment = dict(os.environ)
        self._raw_environment = dict(_raw(os.environ))
        self._path = list(sys.path)
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._handlers = list(map(get_handler, _SIGNALS))
        root = logging.getLogger()
        self._log = (root.level, list(root.handlers), root.manager.disable)
        self._numpy = _numpy_state()
        self._threads = set(threading.enumerate())

    def restore(self) -> None:
        os.umask(self._mask)
        self._restore_folder()
        self._restore_environment()
        if sys.path != self._path:
            sys.path[:] = self._path
        sys.stdin, sys.stdout, sys.stderr = self._streams
        self._restore_signals()
        self._restore_log()
        self._reseed()

    def leave_threads(self, told: Any) -> None:
        """Say which Python threads the step leaves behind: the worker goes on beside them."""
        if threading.active_count() <= len(self._threads):
            return
        now = set(threading.enumerate())
        names = ", ".join(sorted(thread.name for thread in now - self._threads))
        self._threads = now
        told.log(
            "WARNING",
            f"the step ended, but threads that it started still run in its worker ({names}); "
            "end them in the step, or leave out the tag plait/isolation",
        )

    def _restore_folder(self) -> None:
        try:
            if os.getcwd() == self._folder:
                return
        except OSError:
            pass  # the step removed the folder it stood in
        try:
            os.chdir(self._folder)
        except OSError as error:
            sys.stderr.write(f"plait worker: {error}\n")

    def _restore_environment(self) -> None:
        if _raw(os.environ) == self._raw_environment:
            return
        for name in set(os.environ) - set(self._environment):
            del os.environ[name]
        os.environ.update(self._environment)

    def _restore_signals(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if list(map(get_handler, _SIGNALS)) == self._handlers:
            return
        for number, handler in zip(_SIGNALS, self._handlers):
            # A handler that no Python set is left alone.
            if handler is not None and get_handler(number) != handler:
                set_handler(number, handler)

    def _restore_log(self) -> None:
        root = logging.getLogger()
        level, handlers, disabled = self._log
        if root.level != level:
            root.setLevel(level)
        if root.handlers != handlers:
            root.handlers[:] = handlers
        if root.manager.disable != disabled:
            logging.disable(disabled)

    def _reseed(self) -> None:
        """A step that set the seed of a random generator set it for itself."""
        random: Any = sys.modules.get("random")
        if random is not None:
            # As good as seed() makes it, which asks the kernel for 2,500 bytes: half of the time goes there.
            random.seed(int.from_bytes(os.urandom(SEED_BYTES), "little"))
        numpy: Any = sys.modules.get("numpy.random")
        if numpy is not None:
            if self._numpy is None:
                numpy.seed()
            else:
                numpy.set_state(self._numpy)


def _raw(environment: Any) -> Mapping:
    """The bytes behind os.environ where they can be had: comparing them costs nothing."""
    return getattr(environment, "_data", environment)


def _numpy_state() -> Any:
    """numpy's global random state where user code set its seed while it was loaded, else None."""
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is None:
        return None
    state = numpy.get_state()
    return None if int(state[1][0]) == FROM_ENTROPY else state
