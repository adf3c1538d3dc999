"""Bytes as they come, cut into lines. Knows nothing of messages."""

from __future__ import annotations


class Lines:
    """Holds the beginning of a line until its end comes; what comes in small pieces costs no more than one big piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._broken = False

    def feed(self, data: bytes) -> list[tuple[bytes, bool]]:
        """The lines that `data` completes, newlines included. False with one whose beginning was released before."""
        if b"\n" not in data:
            self._hold(data)
            return []
        parts = data.split(b"\n")
        self._hold(parts[0])
        found = [(b"".join(self._pieces) + b"\n", not self._broken)]
        found += [(part + b"\n", True) for part in parts[1:-1]]
        self._clear(False)
        self._hold(parts[-1])
        return found

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._pieces.append(piece)
            self._size += len(piece)

    def _clear(self, broken: bool) -> None:
        self._pieces, self._size, self._broken = [], 0, broken

    @property
    def size(self) -> int:
        """Bytes held."""
        return self._size

    @property
    def broken(self) -> bool:
        """True when the beginning of the present line was released."""
        return self._broken

    def release(self) -> bytes:
        """Hand out the beginning of the present line; its rest will come as a line that is not whole."""
        data = b"".join(self._pieces)
        self._clear(True)
        return data

    def opens_brace(self) -> bool:
        """Whether the present line may still become a JSON object."""
        if self._broken:
            return False
        start = b"".join(self._pieces[:8]).lstrip()
        return not start or start.startswith(b"{")
