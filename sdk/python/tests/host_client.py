"""A small client of the host's protocol, for tests: what the C side does, over a real socket pair."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SDK = str(Path(__file__).resolve().parents[1])
#: where `make` builds it
LIBRARY = str(Path(SDK).parents[1] / "build/sdk/native/huge_pages.so")
#: how a step may be isolated from others
KINDS = ("process", "worker")
BOOT = "import sys; sys.path[0] = sys.argv[1]; from plait.host import main; main(*sys.argv[2:])"


class HostClient:
    """One host process. Use as a context manager."""

    def __init__(
        self, tmp: Path, files: dict[str, str], python: str = sys.executable, **location: Any
    ) -> None:
        self.tmp = tmp
        self.root = tmp / "project"
        self.state = tmp / "state"
        self.log = tmp / "host.log"
        self.root.mkdir()
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.state.mkdir(exist_ok=True)
        self.location = {
            "name": "team",
            "loader": "python_module",
            "target": "defs",
            "attribute": None,
            "working_directory": str(self.root),
            "import_paths": [str(self.root)],
            "project_root": str(self.root),
            "definitions": "plait",
            **location,
        }
        ours, theirs = socket.socketpair()
        self.socket = ours
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [python, "-c", BOOT, SDK, str(theirs.fileno()), str(self.state), LIBRARY],
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
                env=environment,
                start_new_session=True,
            )
        theirs.close()
        self.events: list[dict] = []
        self._lines = ours.makefile("rb")
        self._number = 0
        self._attempts = 0

    def __enter__(self) -> HostClient:
        return self

    def __exit__(self, *problem: Any) -> None:
        self._lines.close()
        self.socket.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def send(self, op: str, **members: Any) -> int:
        self._number += 1
        line = json.dumps({"id": self._number, "op": op, **members})
        self.socket.sendall(line.encode() + b"\n")
        return self._number

    def receive(self, timeout: float = 60) -> dict | None:
        self.socket.settimeout(timeout)
        line = self._lines.readline()
        return json.loads(line) if line else None

    def reply(self, number: int) -> dict:
        while True:
            message = self.receive()
            assert message is not None, "the host is gone:\n" + self.log.read_text()
            if message.get("id") == number and "event" not in message:
                return message
            self.events.append(message)

    def ask(self, op: str, **members: Any) -> dict:
        return self.reply(self.send(op, **members))

    def compile(self) -> dict:
        return self.ask(
            "compile",
            location=self.location,
            state=str(self.state),
            manifest=str(self.tmp / "manifest.json"),
        )

    @property
    def manifest(self) -> dict:
        return json.loads((self.tmp / "manifest.json").read_text())

    # Steps.

    def start(
        self, step: str, keys: list[str], inputs: dict | None = None, **members: Any
    ) -> Attempt:
        """Hand a step to a worker of its own; what it tells is read from its file."""
        worker = self.workers()[0]
        given = worker.give(step, keys, "process", inputs, **members)
        worker.socket.close()
        return Attempt(self, given.folder, worker.pid, worker.started)

    def context(
        self, step: str, keys: list[str], inputs: dict | None = None, **members: Any
    ) -> tuple[Path, dict]:
        """An attempt's folder and its context, which is written there too."""
        self._attempts += 1
        folder = self.state / "runs" / "run-1" / f"{step}.{self._attempts}"
        folder.mkdir(parents=True)
        versions = {
            key: {"version": f"0195f1c2-0000-7000-8000-{self._attempts:012d}"} for key in keys
        }
        spec = {
            "asset_keys": keys,
            "code_version_by_asset_key": None,
            "provenance_by_asset_key": None,
            "partition_key": None,
            "partition_key_range": None,
            "partition_time_window": None,
            "run_id": "run-1",
            "job_name": None,
            "retry_number": 0,
            "extras": {
                "plait": {
                    "protocol": 1,
                    "location": self.location,
                    "state": str(self.state),
                    "step": step,
                    "attempt": self._attempts,
                    "messages": str(folder / "messages.jsonl"),
                    "stdout": str(folder / "stdout"),
                    "stderr": str(folder / "stderr"),
                    "inputs": inputs or {},
                    "outputs": versions,
                }
            },
            **members,
        }
        (folder / "step.json").write_text(json.dumps(spec))
        return folder, spec

    # Workers.

    def workers(self, count: int = 1) -> list[Worker]:
        """Ask for workers, and take over their sockets."""
        number = self.send("fork", count=count)
        made = []
        while True:
            message, fd = self.receive_with_fd()
            if message.get("event") == "worker":
                made.append(Worker(self, message, socket.socket(fileno=fd)))
            elif message.get("id") == number:
                assert message["ok"], message
                assert len(made) == count
                return made
            else:
                self.events.append(message)

    def receive_with_fd(self, timeout: float = 60) -> tuple[dict, int]:
        """One line and the descriptor that came with it, or -1. Do not mix with requests under way."""
        self.socket.settimeout(timeout)
        data, fds = b"", []
        while not data.endswith(b"\n"):
            part, passed, _, _ = socket.recv_fds(self.socket, 1, 1)
            assert part, "the host is gone:\n" + self.log.read_text()
            data += part
            fds += passed
        return json.loads(data), fds[0] if fds else -1

    def exit_of(self, pid: int) -> dict:
        """The `exit` event of a worker."""
        while True:
            for event in self.events:
                if event.get("event") == "exit" and event["pid"] == pid:
                    return event
            message = self.receive()
            assert message is not None, "the host is gone:\n" + self.log.read_text()
            self.events.append(message)

    def run(self, step: str, keys: list[str] | None = None, inputs: dict | None = None) -> Attempt:
        attempt = self.start(step, keys or [step], inputs)
        attempt.wait()
        return attempt


class Worker:
    """A worker, as the server has it: its socket, and what came on it."""

    def __init__(self, client: HostClient, event: dict, sock: socket.socket) -> None:
        self.client = client
        self.pid, self.started, self.method = event["pid"], event["started"], event["method"]
        self.socket = sock
        self.bytes = b""
        #: where it makes the files of its step ahead
        self.desk = client.state / "workers" / f"{self.pid}-{self.started}"

    def made_ahead(self) -> dict[str, int]:
        """What it has made while it waits, by name: each file's inode. By then it leads its session, too."""
        for _ in range(2000):
            if (self.desk / "stderr").exists():
                return {path.name: path.stat().st_ino for path in self.desk.iterdir()}
            time.sleep(0.01)
        raise AssertionError("nothing was made ahead")

    def give(
        self,
        step: str,
        keys: list[str] | None = None,
        isolation: str = "worker",
        inputs: dict | None = None,
        ahead: bool = False,
        **members: Any,
    ) -> Step:
        """Hand over a step; with `ahead` into the folder that the worker has made for it."""
        folder, spec = self.client.context(step, keys or [step], inputs, **members)
        part = spec["extras"]["plait"]
        part["isolation"] = isolation
        if isolation == "worker" or ahead:
            folder.joinpath("step.json").unlink()
            folder.rmdir()
        if isolation == "worker":
            part["messages"] = str(self.desk / "messages.jsonl")
        elif ahead:
            self.desk.rename(folder)
        self.socket.sendall(json.dumps(spec).encode() + b"\n")
        return Step(self, folder, Path(part["messages"]), len(self.bytes))

    def hear(self, timeout: float = 20) -> bytes:
        """More of what it says; empty at its end."""
        self.socket.settimeout(timeout)
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        self.bytes += data
        return data

    def run(self, step: str, *args: Any, **members: Any) -> Step:
        given = self.give(step, *args, **members)
        given.wait()
        return given

    def signal(self, number: int = signal.SIGTERM) -> None:
        os.killpg(self.pid, number)

    def exit(self) -> dict:
        return self.client.exit_of(self.pid)


class Step:
    """A step that was handed to a worker. Its messages are those that came on the socket."""

    def __init__(self, worker: Worker, folder: Path, file: Path, offset: int) -> None:
        self.worker, self.folder, self.file, self.offset = worker, folder, file, offset

    def wait(self, text: str = '"method":"closed"') -> None:
        while text.encode() not in self.worker.bytes[self.offset :]:
            assert self.worker.hear(), "the worker went away"

    def wait_for_file(self, text: str, seconds: float = 20) -> None:
        """Until the message file holds `text`; only tests may look again and again."""
        end = time.monotonic() + seconds
        while not (self.file.exists() and text in self.file.read_text()):
            assert time.monotonic() < end, f"no {text} in time"
            time.sleep(0.01)

    @property
    def messages(self) -> list[dict]:
        found = []
        for line in self.worker.bytes[self.offset :].splitlines():
            found.append(json.loads(line))
            if found[-1]["method"] == "closed":
                break
        return found

    @property
    def filed(self) -> list[dict]:
        """The whole message file."""
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def method(self, name: str) -> list[dict]:
        return [message["params"] for message in self.messages if message["method"] == name]

    @property
    def closed(self) -> dict:
        return self.method("closed")[-1]

    @property
    def exception(self) -> dict | None:
        return self.closed.get("exception")

    def wrote(self, name: str) -> str | None:
        path = self.folder / name
        return path.read_text() if path.exists() else None


class Attempt:
    """One step attempt: its process, its exit event and its messages."""

    def __init__(self, client: HostClient, folder: Path, pid: int, started: str) -> None:
        self.client = client
        self.folder = folder
        self.pid = pid
        self.started = started
        self.exit: dict = {}

    def wait(self) -> dict:
        while not self.exit:
            for event in self.client.events:
                if event.get("event") == "exit" and event["pid"] == self.pid:
                    self.exit = event
                    return event
            message = self.client.receive()
            assert message is not None, "the host is gone:\n" + self.client.log.read_text()
            self.client.events.append(message)
        return self.exit

    def wait_for(self, text: str, seconds: float = 20) -> None:
        """Until the messages hold `text`; only tests may look again and again."""
        end = time.monotonic() + seconds
        path = self.folder / "messages.jsonl"
        while not (path.exists() and text in path.read_text()):
            assert time.monotonic() < end, f"no {text} in time"
            time.sleep(0.01)

    def signal(self, number: int = signal.SIGTERM) -> None:
        os.killpg(self.pid, number)

    @property
    def messages(self) -> list[dict]:
        text = (self.folder / "messages.jsonl").read_text()
        return [json.loads(line) for line in text.splitlines()]

    def method(self, name: str) -> list[dict]:
        return [message["params"] for message in self.messages if message["method"] == name]

    def kind(self, name: str) -> list[dict]:
        payloads = [params["payload"] for params in self.method("report_custom_message")]
        return [payload for payload in payloads if payload["plait"] == name]

    @property
    def exception(self) -> dict | None:
        return self.method("closed")[-1].get("exception")

    @property
    def output(self) -> dict:
        return self.kind("output")[-1]

    @property
    def stdout(self) -> str:
        return (self.folder / "stdout").read_text()

    @property
    def stderr(self) -> str:
        return (self.folder / "stderr").read_text()

    def pin(self, data_version: str | None = None) -> dict:
        """What the C side would give to a downstream step for this output."""
        output = self.output
        return {
            "version": output["version"],
            "location": "team",
            "storage": output["storage"],
            "files": {name: facts["path"] for name, facts in output["files"].items()},
            "data_version": data_version,
            "manager_type": output["manager_type"],
        }

    def publish(self) -> None:
        """Move the current views, as the C side does."""
        for view in self.output["views"]:
            path = Path(view["path"])
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(path.name + ".new")
            beside.symlink_to(os.path.relpath(view["target"], path.parent))
            os.replace(beside, path)
