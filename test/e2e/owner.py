"""Talks to the owner of a state directory as commands do: the HTTP API over its socket."""

from __future__ import annotations

import contextlib
import http.client
import json
import pathlib
import socket
import threading
from typing import Any, Callable, Iterator

LIMIT = 60  # seconds that anything may take


class Owner(http.client.HTTPConnection):
    """One kept connection; requests one after the other."""

    def __init__(self, root: pathlib.Path) -> None:
        super().__init__("localhost", timeout=LIMIT)
        self.path = root / ".plait" / "owner.sock"
        self.connect()

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(LIMIT)
        self.sock.connect(str(self.path))

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and document of the answer."""
        self.send_request(method, path, body)
        response = self.getresponse()
        return response.status, json.loads(response.read())

    def send_request(self, method: str, path: str, body: Any = None) -> None:
        if body is None:
            self.request(method, path)
        else:
            self.request(method, path, json.dumps(body), {"Content-Type": "application/json"})

    def launch(self, selection: str, **more: Any) -> str:
        status, answer = self.ask("POST", "/api/v1/runs", {"selection": selection, **more})
        assert status == 201, answer
        return answer["run"]


def answering(path: pathlib.Path, answer: Callable[[bytes], bytes]) -> Any:
    """Somebody else at a socket: what `answer` makes of what is read goes back, and the connection ends."""

    @contextlib.contextmanager
    def listening() -> Iterator[None]:
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = listener.accept()
                    with caller:
                        caller.sendall(answer(caller.recv(65536)))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(LIMIT)
            path.unlink(missing_ok=True)

    return listening()
