"""A thread that takes from a source what comes, as it comes, until it is told that nothing more will."""

from __future__ import annotations

import os
import select
import threading
from typing import Any, Callable


class Pump:
    """Runs from its making to `stop`. `take(bytes)` is called in its thread, and `failed(error)` at most once."""

    def __init__(
        self, source: Any, take: Callable[[bytes], None], failed: Callable[[Exception], None]
    ) -> None:
        self._source = source
        self._take = take
        self._failed = failed
        self._woken, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._run, name="plait-pipes", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while self._wait():
                self._source.drain(self._take, False)
            self._source.drain(self._take, True)
        except Exception as error:
            self._failed(error)

    def _wait(self) -> bool:
        """Until there is something to take; False when it is time to end."""
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        if self._source.fileno() >= 0 and not self._source.ended:
            poll.register(self._source.fileno(), select.POLLIN)
        timeout = self._source.timeout
        ready = poll.poll(None if timeout is None else timeout * 1000)
        return all(fd != self._woken for fd, _ in ready)

    def stop(self) -> None:
        """Take what is there still, and end. The source is closed."""
        os.write(self._wake, b".")
        self._thread.join()
        os.close(self._wake)
        os.close(self._woken)
        self._source.close()
