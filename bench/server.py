"""A `plait serve` to measure: started, asked over its socket, ended."""

from __future__ import annotations

import contextlib
import json
import pathlib
import signal
import socket
import subprocess
import time
from typing import Iterator

import measure
from measure import PLAIT, WORK

WAIT = 60  # seconds, before a silent server is given up


class Caller:
    """One kept connection to the socket of whoever owns the state."""

    def __init__(self, path: pathlib.Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(WAIT)
        self._socket.connect(str(path))
        self._bytes = self._socket.makefile("rb")

    def say(self, method: str, path: str, body: object = None) -> None:
        text = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        self._socket.sendall(f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text)

    def hear(self) -> dict:
        status = int(self._bytes.readline().split()[1])
        length = 0
        while line := self._bytes.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        answer = json.loads(self._bytes.read(length))
        if status >= 300:
            raise SystemExit(f"the server refused: {answer}")
        return answer

    def follow(self, run: str) -> None:
        """Reads every event of a run, to its end; the connection is used up."""
        self.say("GET", f"/api/v1/runs/{run}/events/stream")
        while self._bytes.readline().strip() != b"event: end":
            pass
        self._socket.close()


class Server:
    """A `plait serve`; `pid` is its process."""

    def __init__(self, path: pathlib.Path, pid: int) -> None:
        self.path = path
        self.pid = pid
        caller = self.caller()
        caller.say("GET", "/server_info")
        caller.hear()

    def caller(self) -> Caller:
        return Caller(self.path)

    def run(self, **request: object) -> None:
        """Asks for a run, and follows it."""
        caller = self.caller()
        caller.say("POST", "/api/v1/runs", request)
        caller.follow(caller.hear()["run"])

    def peak(self) -> float:
        """MiB of its largest resident set so far."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextlib.contextmanager
def running(root: pathlib.Path) -> Iterator[Server]:
    with open(WORK / "serve.log", "wb") as log:
        child = subprocess.Popen(
            [str(PLAIT), "serve"],
            cwd=root,
            env=measure.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        path = root / ".plait" / "owner.sock"
        for _ in range(WAIT * 20):
            with contextlib.suppress(OSError):
                server = Server(path, child.pid)
                break
            time.sleep(0.05)
        else:
            raise SystemExit(f"no server came up; see {WORK / 'serve.log'}")
        yield server
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()
