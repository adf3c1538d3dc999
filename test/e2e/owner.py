"""Talks to the owner of a state directory as commands do: JSON lines over its socket (src/daemon/wire.h)."""

from __future__ import annotations

import json
import pathlib
import socket
from typing import Any

HELLO = {"id": 0, "op": "hello", "wire": 1, "plait": "test"}


class Owner:
    def __init__(self, root: pathlib.Path, hello: dict | None = HELLO) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(root / ".plait" / "owner.sock"))
        self.lines = self.socket.makefile()
        if hello is not None:
            self.say(hello)
            self.hello = self.hear()

    def say(self, *requests: dict) -> None:
        self.socket.sendall(b"".join(json.dumps(request).encode() + b"\n" for request in requests))

    def hear(self) -> Any:
        """The next line; None when the owner has hung up."""
        line = self.lines.readline()
        return json.loads(line) if line else None

    def ask(self, **request: Any) -> Any:
        self.say({"id": 1, **request})
        return self.hear()

    def hear_until(self, member: str) -> list:
        """All lines up to one that has `member`."""
        heard = []
        while not heard or member not in heard[-1]:
            line = self.hear()
            assert line is not None, f"hung up before {member!r}: {heard[-3:]}"
            heard.append(line)
        return heard

    def close(self) -> None:
        self.lines.close()
        self.socket.close()
