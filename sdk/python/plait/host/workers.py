"""The host's workers: made by fork of the warm host, or started afresh where forking is not safe; and their ends.

The server's end of a worker's socket is passed on at once when it was forked; one that was started afresh says first, by one
byte on its socket, that it has loaded its code. The first line on the socket is the host's: a fork is told when it was started,
which to find out takes the host a tenth of the time; one that was started afresh, what to load.
"""

from __future__ import annotations

import array
import gc
import json
import os
import select
import socket
import sys
from typing import Any, Callable

from plait.host import streams
from plait.host.process import started

#: times after which CPython has adapted the code of a step's path
REHEARSALS = 16

#: the fork before which the memory is moved to huge pages: that took 10 to 140 ms, and a fork takes some 1 ms less from then on
MOVING_FORK = 32

#: what a spawned worker runs: the same entry as the host's
BOOT = "import sys; sys.path[0] = sys.argv[1]; from plait.host import main; main(*sys.argv[2:])"


class _Order:
    """One request for workers: its reply goes out when all are made, or have failed."""

    def __init__(self, number: int, count: int) -> None:
        self.number = number
        self.left = count
        self.problem: str | None = None


class _Made:
    """A process that is, or is to become, a worker."""

    def __init__(self, pid: int, sock: socket.socket, order: _Order, process: Any) -> None:
        self.pid = pid
        self.socket = sock
        self.order = order
        self.process = process
        self.announced = False


class Workers:
    """Makes workers of one loaded location.

    `library` is the path of huge_pages.so; `poll` is the host's; `tell(message, fd)` sends a line, with a descriptor unless fd
    is -1; `answer(number, problem)` replies to a request; `leave_host()` closes, in a child, what is the host's.
    """

    def __init__(
        self,
        loaded: Any,
        environment: dict[str, str],
        library: str,
        poll: Any,
        tell: Callable[[dict, int], None],
        answer: Callable[[int, str | None], None],
        leave_host: Callable[[], None],
    ) -> None:
        self._loaded = loaded
        self._environment = environment
        self._library = library
        self._poll = poll
        self._tell = tell
        self._answer = answer
        self._leave_host = leave_host
        self._method: str = loaded.start["method"]
        self._living: dict[int, _Made] = {}
        self._making: dict[int, _Made] = {}
        self._runner: Any = None
        if self._method == "fork":
            from plait.host import huge_pages
            from plait.host.rehearsal import Rehearsal
            from plait.host.runner import Runner
            from plait.host.worker import run_forked

            self._run_forked = run_forked
            self._move_memory = huge_pages.move
            self._runner = Runner(loaded)
            self._rehearsal = Rehearsal(loaded.territory)
            for _ in range(REHEARSALS):
                self._rehearsal.perform()
            gc.collect()
            if hasattr(gc, "freeze"):
                gc.freeze()
            huge_pages.join()
            self._forks, self._copies = 0, -1
            self._copy_within_forks()

    def _copy_within_forks(self) -> None:
        from plait.host import forks

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

    def make(self, number: int, count: int) -> None:
        """Begin to make `count` workers for the request `number`."""
        order = _Order(number, count)
        for _ in range(count):
            try:
                self._begin(order)
            except OSError as error:
                self._settle(order, f"no process could be started: {error}")
        if count <= 0:
            self._answer(number, None)

    def _begin(self, order: _Order) -> None:
        ours, theirs = socket.socketpair()
        try:
            process = None if self._method == "fork" else self._spawn(ours, theirs)
            pid = self._fork(ours, theirs) if process is None else process.pid
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        made = self._living[pid] = _Made(pid, ours, order, process)
        if process is None:
            self._announce(made)
            self._settle(order, None)
            return
        ours.setblocking(False)
        self._making[ours.fileno()] = made
        self._poll.register(ours.fileno(), select.POLLIN)

    def _fork(self, ours: socket.socket, theirs: socket.socket) -> int:
        self._forks += 1
        if self._forks == MOVING_FORK and self._move_memory(self._library):
            self._copy_within_forks()
        streams.flush()
        pid = os.fork()
        if pid == 0:
            code = 74
            try:
                self._enter_worker()
                ours.close()
                if self._copies >= 0:
                    os.close(self._copies)
                code = self._run_forked(theirs, self._runner)
            except BaseException:
                import traceback

                traceback.print_exc()
                streams.flush()
            finally:
                os._exit(code)
        return pid

    def _enter_worker(self) -> None:
        """In a fork: lead a session of its own, and leave what is the host's."""
        os.setsid()
        self._leave_host()

    def _spawn(self, ours: socket.socket, theirs: socket.socket) -> Any:
        import subprocess

        sdk = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        location, state = self._loaded.location, self._loaded.state
        ours.sendall(json.dumps({"location": location, "state": state}).encode() + b"\n")
        return subprocess.Popen(
            [sys.executable, "-c", BOOT, sdk, "--worker", str(theirs.fileno()), state],
            stdin=subprocess.DEVNULL,
            env=self._environment,
            cwd=location["working_directory"],
            start_new_session=True,
            pass_fds=[theirs.fileno()],
        )

    def hear(self, fd: int) -> None:
        """A worker being made has something to say on the descriptor `fd`."""
        made = self._making[fd]
        try:
            data = made.socket.recv(1)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._poll.unregister(fd)
        del self._making[fd]
        if data:
            made.socket.setblocking(True)
            self._announce(made)
        else:
            made.socket.close()
        self._settle(
            made.order, None if data else f"worker {made.pid} ended before it was ready to work"
        )

    def _announce(self, made: _Made) -> None:
        """Tell of a worker, and pass on the other end of its socket."""
        made.announced = True
        facts = {"pid": made.pid, "started": started(made.pid), "method": self._method}
        if made.process is None:
            _send(made.socket, f"{facts['started']}\n".encode())
        self._tell({"event": "worker", **facts}, made.socket.fileno())
        made.socket.close()

    def _settle(self, order: _Order, problem: str | None) -> None:
        order.left -= 1
        order.problem = order.problem or problem
        if order.left == 0:
            self._answer(order.number, order.problem)

    def is_making(self, fd: int) -> bool:
        return fd in self._making

    def reap(self) -> None:
        """Tell of workers that ended since the last call. Other children are left to whoever made them."""
        for pid, made in list(self._living.items()):
            try:
                done, status, usage = os.wait4(pid, os.WNOHANG)
            except ChildProcessError:
                done, status, usage = pid, 255 << 8, None
            if done == 0:
                continue
            del self._living[pid]
            if made.process is not None:
                made.process.returncode = status
            if made.socket.fileno() in self._making:
                self.hear(made.socket.fileno())
            if made.announced:
                self._tell(_end(pid, status, usage), -1)


def _send(sock: socket.socket, line: bytes) -> None:
    try:
        sock.sendall(line)
    except OSError:
        pass  # it has ended, which is told like any other end


def _end(pid: int, status: int, usage: Any) -> dict:
    killed = os.WIFSIGNALED(status)
    return {
        "event": "exit",
        "pid": pid,
        "code": None if killed else os.WEXITSTATUS(status),
        "signal": os.WTERMSIG(status) if killed else None,
        "user_us": 0 if usage is None else int(usage.ru_utime * 1_000_000),
        "system_us": 0 if usage is None else int(usage.ru_stime * 1_000_000),
        "max_rss_kib": 0 if usage is None else int(usage.ru_maxrss),
    }


def send_with(sock: socket.socket, line: bytes, fd: int) -> None:
    """Send a line with a descriptor attached to its first byte."""
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))]
    sent = sock.sendmsg([line], rights)
    if sent < len(line):
        sock.sendall(line[sent:])
