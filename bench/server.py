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


class Server:
    """Lines to and from a `plait serve` over one kept connection; `pid` is its process."""

    def __init__(self, path: pathlib.Path, pid: int) -> None:
        self.pid = pid
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(WAIT)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rb")
        self.number = 0
        self.ask(op="hello", wire=1, plait="bench")
        self.read()

    def ask(self, **request: object) -> int:
        self._socket.sendall(json.dumps({"id": self.number, **request}).encode() + b"\n")
        self.number += 1
        return self.number - 1

    def peak(self) -> float:
        """MiB of its largest resident set so far."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def read(self) -> dict:
        line = json.loads(self._lines.readline())
        if line.get("ok") is False:
            raise SystemExit(f"the server refused: {line}")
        return line


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
