"""Workers that are started afresh, where forking the host is not safe."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import Any

#: what a worker runs: the same entry as the host's
BOOT = "import sys; sys.path[0] = sys.argv[1]; from plait.host import main; main(*sys.argv[2:])"


class Spawner:
    """Starts workers, with the `environment` that the host was given."""

    method = "spawn"

    def __init__(self, loaded: Any, environment: dict[str, str]) -> None:
        self._location: dict = loaded.location
        self._state: str = loaded.state
        self._environment = environment

    def start(self, ours: socket.socket, theirs: socket.socket) -> int:
        """Start a worker that listens on `theirs`, and say what it is to load; its pid."""
        sdk = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        setup = {"location": self._location, "state": self._state}
        ours.sendall(json.dumps(setup).encode() + b"\n")
        process = subprocess.Popen(
            [sys.executable, "-c", BOOT, sdk, "--worker", str(theirs.fileno()), self._state],
            stdin=subprocess.DEVNULL,
            env=self._environment,
            cwd=self._location["working_directory"],
            start_new_session=True,
            pass_fds=[theirs.fileno()],
        )
        process.returncode = 0  # the host waits for its children itself
        return process.pid
