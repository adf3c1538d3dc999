"""A server and its HTTP API as a program uses it: requests, and streams of server-sent events."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import time
import urllib.parse
from typing import Any, Iterator, NamedTuple

from conftest import Workspace, wait_for

LIMIT = 60  # seconds that anything may take


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Event(NamedTuple):
    kind: str
    id: int | None
    data: Any


class Stream:
    """An open event stream; iterating ends with it."""

    def __init__(self, host: str, path: str, last: int | None = None) -> None:
        self.connection = http.client.HTTPConnection(host, timeout=LIMIT)
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        self.connection.request("GET", path, headers=headers)
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()
        assert self.response.getheader("Content-Type") == "text/event-stream"

    def __iter__(self) -> Iterator[Event]:
        fields: dict[str, str] = {}
        while line := self.response.readline():
            text = line.decode().rstrip("\n")
            if text and not text.startswith(":"):
                name, _, value = text.partition(": ")
                fields[name] = value
            elif not text and "data" in fields:
                id = int(fields["id"]) if "id" in fields else None
                yield Event(fields["event"], id, json.loads(fields["data"]))
                fields = {}

    def until(self, kind: str) -> list[Event]:
        """All up to the first of that kind, which is the last one."""
        seen = []
        for event in self:
            seen.append(event)
            if event.kind == kind:
                return seen
        raise AssertionError(f"the stream ended before {kind!r}: {seen[-3:]}")

    def close(self) -> None:
        self.response.close()
        self.connection.close()


def request(
    host: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """One request on a connection of its own; what is no text becomes JSON."""
    connection = http.client.HTTPConnection(host, timeout=LIMIT)
    content, more = None, dict(headers or {})
    if isinstance(body, (bytes, str)):
        content = body
    elif body is not None:
        content = json.dumps(body)
        more.setdefault("Content-Type", "application/json")
    try:
        connection.request(method, path, content, more)
        response = connection.getresponse()
        return Answer(
            response.status,
            {k.lower(): v for k, v in response.getheaders()},
            response.read(),
        )
    finally:
        connection.close()


class Api:
    """`plait serve` on a port of its own."""

    def __init__(self, workspace: Workspace, *args: str) -> None:
        self.workspace = workspace
        self.log = workspace.root / f"serve.{time.monotonic_ns()}.log"
        with open(self.log, "w") as log:
            command = ["serve", "--json", "--port", "0", *args]
            self.process = workspace.start(*command, stdout=log, stderr=log)
        wait_for(lambda: self.told("ready") or self.process.poll() is not None)
        self.url = self.told("ready")[0]["url"]
        self.host = urllib.parse.urlsplit(self.url).netloc

    def told(self, kind: str) -> list:
        lines = self.log.read_text().splitlines()
        said = [json.loads(line) for line in lines if line[:1] == "{" and line[-1:] == "}"]
        return [line for line in said if line.get("kind") == kind]

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        return request(self.host, method, path, body, headers)

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.ask("GET", path)
        assert answer.status == status, (path, answer)
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.ask("POST", path, {} if body is None else body)
        assert answer.status == status, (path, answer)
        return answer.json()

    def launch(self, selection: str, **more: Any) -> str:
        return self.post("/api/v1/runs", {"selection": selection, **more}, 201)["run"]

    def wait(self, run: str, *status: str) -> dict:
        """The run once it has ended, or is in one of `status`."""
        wanted = status or ("success", "failure", "canceled")
        wait_for(lambda: self.get(f"/api/v1/runs/{run}")["status"] in wanted, LIMIT)
        return self.get(f"/api/v1/runs/{run}")

    def stream(self, path: str, last: int | None = None) -> Stream:
        return Stream(self.host, path, last)

    def follow(self, run: str, last: int | None = None) -> Stream:
        return self.stream(f"/api/v1/runs/{run}/events/stream", last)

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(LIMIT)


@contextlib.contextmanager
def serving(workspace: Workspace, *args: str) -> Iterator[Api]:
    api = Api(workspace, *args)
    try:
        yield api
    finally:
        if api.process.poll() is None:
            api.process.kill()
            api.process.wait()
