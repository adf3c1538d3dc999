"""The host's loop: one thread, asleep in poll(2) until the server asks something or a worker ends."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from typing import Any

from plait.host import failure, streams
from plait.host.encoding import encoded
from plait.host.workers import Workers, send_with

LINE_LIMIT = 64 << 20


class _Gone(Exception):
    """The server closed the socket."""


def serve(fd: int, environment: dict[str, str], library: str) -> int:
    """Answer requests on the socket `fd` until it ends or `exit` is asked; returns the exit code. `library` is the path of
    huge_pages.so, empty where there is none."""
    os.set_inheritable(fd, False)
    streams.prepare()
    host = Host(socket.socket(fileno=fd), environment, library)
    try:
        host.run()
    except (_Gone, BrokenPipeError, ConnectionResetError):
        pass
    # Neither atexit handlers nor threads of user code hold the host back.
    streams.flush()
    os._exit(0)


class Host:
    """One location's host. Requests are answered in the order they come."""

    def __init__(self, sock: socket.socket, environment: dict[str, str], library: str) -> None:
        self._socket = sock
        self._buffer = bytearray()
        self._environment = environment
        self._library = library
        self._loaded: Any = None
        self._asked_to_compile = False
        self._workers: Workers | None = None
        self._poll = select.poll()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._running = True

    def run(self) -> None:
        self._listen_for_children()
        self._poll.register(self._socket.fileno(), select.POLLIN)
        self._poll.register(self._wake_read, select.POLLIN)
        while self._running:
            for fd, _ in self._poll.poll():
                if fd == self._wake_read:
                    os.read(self._wake_read, 4096)
                    self._reap()
                elif fd == self._socket.fileno():
                    self._read()
                elif self._workers is not None and self._workers.is_making(fd):
                    self._workers.hear(fd)

    def _listen_for_children(self) -> None:
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)

    def _read(self) -> None:
        data = self._socket.recv(1 << 16)
        if not data:
            raise _Gone
        self._buffer += data
        while True:
            end = self._buffer.find(b"\n")
            if end < 0:
                if len(self._buffer) > LINE_LIMIT:
                    raise _Gone
                return
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if line.strip():
                self._answer(line)

    def send(self, message: dict, fd: int = -1) -> None:
        """Send one line; with a descriptor unless `fd` is -1."""
        line = encoded(message)
        if fd >= 0:
            send_with(self._socket, line, fd)
        else:
            self._socket.sendall(line)

    def _answer(self, line: bytes) -> None:
        try:
            request = json.loads(line)
            number, op = request["id"], request["op"]
        except (ValueError, KeyError, TypeError):
            sys.stderr.write(f"plait host: not a request: {line[:200]!r}\n")
            return
        answer = {
            "compile": self._compile,
            "fork": self._fork,
            "exit": self._exit,
        }.get(op)
        try:
            if answer is None:
                raise Refused(
                    f'unknown op "{op}"', "the server is newer than this SDK: use the SDK beside it"
                )
            facts = answer(request)
            if facts is None:
                return  # the reply comes later
            reply = {"id": number, "ok": True, **facts}
        except Refused as refusal:
            reply = {"id": number, "ok": False, "error": refusal.facts}
        except Exception as error:
            reply = {"id": number, "ok": False, "error": _internal(error)}
        self.send(reply)

    # Requests.

    def _compile(self, request: dict) -> dict:
        if self._asked_to_compile:
            raise Refused(
                "this host has loaded its code already", "start a new host to load changed code"
            )
        self._asked_to_compile = True
        # Here, so that what keeps them from being imported is the reply.
        from plait.host import compile, manifest

        location = request["location"]
        territory = compile.territory_of(location)

        def progress(module: str) -> None:
            self.send({"event": "importing", "module": module})

        try:
            with _EndWithServer(self._socket):
                loaded = compile.load(location, request["state"], progress)
                began = time.monotonic()
                manifest.write(manifest.canonical(manifest.build(loaded)), request["manifest"])
        except BaseException as error:
            streams.flush()
            raise Refused.because(failure.of_loading(error, location, territory)) from None
        streams.flush()
        # User code may have taken the signal for itself.
        self._listen_for_children()
        self._loaded = loaded
        return {
            "outside": [path for path in loaded.sources if territory.kind(path) == "outside"],
            "import_ms": loaded.import_ms,
            "manifest_ms": int((time.monotonic() - began) * 1000),
        }

    def _fork(self, request: dict) -> None:
        if self._loaded is None:
            raise Refused("workers were asked for before the code was compiled", None)
        if self._workers is None:
            self._workers = Workers(self._starter(), self._poll, self.send, self._made_workers)
        self._workers.make(request["id"], int(request.get("count", 1)))

    def _starter(self) -> Any:
        """What starts the workers of the code that is loaded; only its own modules are in memory, for forks pay for all."""
        if self._loaded.start["method"] == "fork":
            from plait.host.zygote import Zygote

            return Zygote(self._loaded, self._library, self._close_in_child)
        from plait.host.spawner import Spawner

        return Spawner(self._loaded, self._environment)

    def _made_workers(self, number: int, problem: str | None) -> None:
        reply: dict[str, Any] = {"id": number, "ok": problem is None}
        if problem is not None:
            reply["error"] = Refused(problem, f"the host's log has more: {_log_name()}").facts
        self.send(reply)

    def _exit(self, request: dict) -> dict:
        self._running = False
        return {}

    # Children.

    def _close_in_child(self) -> None:
        signal.set_wakeup_fd(-1)
        self._socket.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _reap(self) -> None:
        if self._workers is not None:
            self._workers.reap()


def _log_name() -> str:
    """Where this process's standard error goes."""
    try:
        return os.readlink("/proc/self/fd/2")
    except OSError:
        return "its standard error"


class Refused(Exception):
    """A failed reply; `facts` is the protocol's `error`."""

    def __init__(self, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.facts = {
            "kind": "internal",
            "message": message,
            "file": None,
            "line": None,
            "hint": hint,
            "traceback": "",
            "exception": "",
        }

    @staticmethod
    def because(facts: dict) -> Refused:
        refusal = Refused(facts["message"], facts["hint"])
        refusal.facts = facts
        return refusal


def _internal(error: BaseException) -> dict:
    facts = Refused(f"{type(error).__name__}: {error}", None).facts
    facts["traceback"] = "".join(
        traceback.format_exception(type(error), error, error.__traceback__)
    )
    facts["exception"] = failure.class_of(error)
    return facts


class _EndWithServer:
    """While user code is loaded nobody reads the socket: its end arrives as SIGIO, and ends the process."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def __enter__(self) -> None:
        fd = self._socket.fileno()
        self._before = signal.signal(signal.SIGIO, self._look)
        fcntl.fcntl(fd, fcntl.F_SETOWN, os.getpid())
        self._flags = fcntl.fcntl(fd, fcntl.F_GETFL)
        fcntl.fcntl(fd, fcntl.F_SETFL, self._flags | os.O_ASYNC)
        self._look()

    def _look(self, number: int = 0, frame: Any = None) -> None:
        try:
            gone = self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            os._exit(0)

    def __exit__(self, *problem: Any) -> None:
        fcntl.fcntl(self._socket.fileno(), fcntl.F_SETFL, self._flags)
        signal.signal(signal.SIGIO, self._before)
