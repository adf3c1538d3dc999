"""The worker: a process that waits on a socket for a step, runs it, and exits or waits again.

It is forked from the warm host, or started afresh (`--worker FD`) where forking is not safe. Contract: "Workers" in
doc/formats/host-protocol.md. Two kinds (isolation), one piece of code.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import sys
import threading
from typing import Any

from plait.host import interrupts, messages, strays, streams, usage
from plait.host.desk import Desk
from plait.host.interrupts import DEFAULT, Interrupts, set_handler
from plait.host.lines import Lines
from plait.host.messages import Messages
from plait.host.process import started
from plait.host.runner import Runner, Unloadable, loading
from plait.host.state import FROM_ENTROPY, State
from plait.io import place

#: exit codes: done; failed and said so; could not even say so
DONE, FAILED, MUTE = 0, 1, 74
#: what a spawned worker writes to its socket when it has loaded its code, for the host, which then passes the other end on
READY = b"\n"


def run_spawned(fd: int) -> int:
    """A worker that has loaded nothing yet: the host's first line on the socket says what."""
    streams.prepare()
    sock = socket.socket(fileno=fd)
    sock.set_inheritable(False)
    lines = Lines(sock)
    setup = lines.next()
    if setup is None:
        return DONE
    facts = json.loads(setup)
    runner = loading(facts["location"], facts["state"])
    os.write(fd, READY)
    return Worker(sock, runner, started(os.getpid()), lines).run()


def run_by_hand(path: str) -> int:
    """The step of the file `path` (a step.json), by a worker that nobody listens to: what it tells is in its message file."""
    streams.prepare()
    with open(path, encoding="utf-8") as file:
        context = json.load(file)
    part = context["extras"]["plait"]
    ours, theirs = socket.socketpair()
    ours.close()
    runner = loading(part["location"], part["state"])
    return Worker(theirs, runner, started(os.getpid()), Lines(theirs)).run_alone(context)


def run_forked(sock: socket.socket, runner: Runner) -> int:
    """A worker in a fresh fork of the host, which says on the socket when it was started."""
    # Exit handlers of the code that the host loaded are the host's to run: they may remove what all share.
    atexit._clear()
    _reseed()
    lines = Lines(sock)
    began = lines.next()
    return DONE if began is None else Worker(sock, runner, began.decode(), lines).run()


class Worker:
    """One worker: the process that the kernel started at `began`. `runner` runs a step of the location (runner.py); `lines`
    are those that come on the socket."""

    def __init__(
        self, sock: socket.socket, runner: Runner | Unloadable, began: str, lines: Lines
    ) -> None:
        self._socket = sock
        self._runner = runner
        self._pid = os.getpid()
        self._started = began
        self._interrupts = Interrupts()
        self._lines = lines
        self._desk = Desk(runner.state, self._pid, self._started)
        self._messages: tuple[str, int] = ("", -1)
        self._streams: streams.Shared | None = None
        self._state: State | None = None

    def run(self) -> int:
        """Serve until the server has nothing more for it; returns the exit code."""
        self._listen()
        if not self._lines.is_waiting():  # who is asked sooner has been given a folder
            self._desk.set_up()
        used = False
        while True:
            line = self._lines.next()
            if line is None:
                self._desk.clear(used)
                strays.kill()
                return DONE
            used = True
            try:
                context = json.loads(line.decode())
                part = context["extras"]["plait"]
            except (ValueError, KeyError, TypeError):
                sys.stderr.write(f"plait worker: not a step's context: {line[:200]!r}\n")
                return MUTE
            kept = part.get("isolation") == "worker"
            code = self._perform(context, part, kept)
            if not kept or self._interrupts.leave:
                strays.kill()
                return code
            self._state.restore()
            self._interrupts.arm()
            self._interrupts.state = interrupts.WAITING

    def run_alone(self, context: dict) -> int:
        """Run one step, whose context did not come on the socket; returns the exit code."""
        self._listen()
        return self._perform(context, context["extras"]["plait"], kept=False)

    def _listen(self) -> None:
        set_handler(signal.SIGCHLD, DEFAULT)
        set_handler(signal.SIGINT, signal.default_int_handler)
        self._interrupts.arm()

    def _perform(self, context: dict, part: dict, kept: bool) -> int:
        before = usage.now()
        exception, told = None, None
        try:
            try:
                # Once it runs, SIGTERM is an exception; but only when there is somewhere to tell of it.
                self._interrupts.hold()
                self._interrupts.state = interrupts.RUNNING
                told = self._open(context, part, kept)
                self._interrupts.release()
                self._run(context, part, told, kept)
            finally:
                self._interrupts.state = interrupts.CLOSING
        except BaseException as error:
            # Again: an interrupt may have come before it was done above.
            self._interrupts.state = interrupts.CLOSING
            if os.getpid() != self._pid:
                _end_fork(error)
            exception = self._runner.exception(error, part)
        if os.getpid() != self._pid:
            _end_fork(None)
        return self._close(told, part, kept, exception, before)

    def _open(self, context: dict, part: dict, kept: bool) -> Messages:
        fd = self._message_file(part["messages"])
        told = Messages(fd, self._socket, self._interrupts)
        if kept:
            if self._streams is None:
                self._streams = streams.Shared(os.path.dirname(part["messages"]), self._file)
                self._state = State()
        else:
            streams.redirect(part, self._file)
        told.opened(
            pid=self._pid,
            started=self._started,
            run=context.get("run_id"),
            step=part["step"],
            attempt=part.get("attempt"),
        )
        return told

    def _message_file(self, path: str) -> int:
        known, fd = self._messages
        if known != path:
            if fd >= 0:
                os.close(fd)
            place.begin_step(os.path.dirname(path))
            self._messages = (path, self._file("messages", path))
        return self._messages[1]

    def _file(self, member: str, path: str) -> int:
        fd = self._desk.take(member, path)
        return fd if fd >= 0 else messages.open_file(path)

    def _run(self, context: dict, part: dict, told: Messages, kept: bool) -> None:
        """The step and what it leaves to be done at the end of its process."""
        try:
            self._runner.run(context, part, told)
        finally:
            if kept:
                self._state.leave_threads(told)
            else:
                _end_process()

    def _close(
        self, told: Messages | None, part: dict, kept: bool, exception: Any, before: tuple
    ) -> int:
        try:
            if self._streams is not None and kept:
                self._streams.hand_over(part)
            else:
                streams.flush()
        except OSError as error:
            sys.stderr.write(f"plait worker: {error}\n")
        if told is None:
            # Its message file cannot be written: the server alone can be told.
            told = Messages(os.open(os.devnull, os.O_WRONLY), self._socket, self._interrupts)
        try:
            told.close(exception, usage.since(before))
        except OSError as error:
            sys.stderr.write(f"plait worker: {error}\n")
            return MUTE
        return DONE if exception is None else FAILED


def _reseed() -> None:
    """Forks share numpy's random state; give each its own, unless user code set one (a small integer seed)."""
    random = sys.modules.get("numpy.random")
    if random is None:
        return
    try:
        if int(random.get_state()[1][0]) == FROM_ENTROPY:
            random.seed()
    except Exception:
        pass


def _end_process() -> None:
    """What the interpreter does at its end, while the step can still fail: wait for threads, run exit handlers."""
    if threading.active_count() > 1:
        threading._shutdown()
    try:
        atexit._run_exitfuncs()
    except Exception:
        pass  # it has printed it


def _end_fork(error: BaseException | None) -> None:
    """A process that user code forked came back out of the step: it is not the step."""
    code = FAILED
    if error is None:
        code = DONE
    elif isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else DONE if error.code is None else FAILED
    else:
        sys.excepthook(type(error), error, error.__traceback__)
    streams.flush()
    os._exit(code & 0xFF)
