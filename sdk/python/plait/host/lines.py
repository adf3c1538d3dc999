"""Lines that come on a worker's socket."""

from __future__ import annotations

import select
import socket

#: bytes
LINE_LIMIT = 64 << 20


class Lines:
    """Reads one line after another.

    It waits with poll: a process that sleeps in recv is woken by the kernel, for nothing, whenever the other side reads what
    it sent before.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._rest = b""
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def is_waiting(self) -> bool:
        """Whether something has come that was not read yet, or the end."""
        return bool(self._rest or self._poll.poll(0))

    def next(self) -> bytes | None:
        """The next line, without its end; None when there will be none."""
        parts = [self._rest]
        size = len(self._rest)
        while b"\n" not in parts[-1]:
            try:
                self._poll.poll()
                data = self._socket.recv(1 << 16)
            except OSError:
                return None
            size += len(data)
            if not data or size > LINE_LIMIT:
                return None
            parts.append(data)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line
