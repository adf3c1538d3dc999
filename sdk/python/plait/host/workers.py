"""The host's workers: made by fork of the warm host, or started afresh where forking is not safe; and their ends.

The server's end of a worker's socket is passed on at once when it was forked; one that was started afresh says first, by one
byte on its socket, that it has loaded its code. The first line on the socket is the host's: a fork is told when it was started,
which to find out takes the host a tenth of the time; one that was started afresh, what to load.
"""

from __future__ import annotations

import array
import os
import select
import socket
from typing import Any, Callable

from plait.host.process import started


class _Order:
    """One request for workers: its reply goes out when all are made, or have failed."""

    def __init__(self, number: int, count: int) -> None:
        self.number = number
        self.left = count
        self.problem: str | None = None


class _Made:
    """A process that is, or is to become, a worker."""

    def __init__(self, pid: int, sock: socket.socket, order: _Order) -> None:
        self.pid = pid
        self.socket = sock
        self.order = order
        self.announced = False


class Workers:
    """Has the workers of one location made, and tells of them.

    `starter` starts the processes (zygote.py, spawner.py); `poll` is the host's; `tell(message, fd)` sends a line, with a
    descriptor unless fd is -1; `answer(number, problem)` replies to a request.
    """

    def __init__(
        self,
        starter: Any,
        poll: Any,
        tell: Callable[[dict, int], None],
        answer: Callable[[int, str | None], None],
    ) -> None:
        self._starter = starter
        #: forks are ready for work when they are made
        self._forks = starter.method == "fork"
        self._poll = poll
        self._tell = tell
        self._answer = answer
        self._living: dict[int, _Made] = {}
        self._making: dict[int, _Made] = {}

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
            pid = self._starter.start(ours, theirs)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        made = self._living[pid] = _Made(pid, ours, order)
        if self._forks:
            self._announce(made)
            self._settle(order, None)
            return
        ours.setblocking(False)
        self._making[ours.fileno()] = made
        self._poll.register(ours.fileno(), select.POLLIN)

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
        facts = {"pid": made.pid, "started": started(made.pid), "method": self._starter.method}
        if self._forks:
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
