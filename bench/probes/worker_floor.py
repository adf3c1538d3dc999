"""worker_floor.py SDK [MODULE ...]: what a step costs in a worker, beside the least that a process costs.

A location with one asset that makes nothing, and with MODULEs imported, is loaded by a host. Printed are medians in
microseconds: a bare fork, exit and wait of an equally loaded Python; and from writing a step's context to reading its `closed`,
through the socket, for workers of both kinds, with what the worker itself says that it used.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

COUNT = 100
BOOT = "import sys; sys.path[0] = sys.argv[1]; from plait.host import main; main(*sys.argv[2:])"


class Host:
    """One host, as the server has it."""

    def __init__(self, sdk, folder, environment=None):
        self.folder = folder
        self.state = os.path.join(folder, "state")
        os.makedirs(self.state, exist_ok=True)
        self.socket, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-c", BOOT, sdk, str(theirs.fileno()), self.state],
            cwd=folder,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
        theirs.close()
        self.location = {
            "name": "bench",
            "loader": "python_module",
            "target": "defs",
            "attribute": None,
            "working_directory": folder,
            "import_paths": [folder],
            "project_root": folder,
            "definitions": "plait",
        }
        self.number = 0
        manifest = os.path.join(folder, "manifest.json")
        self.ask("compile", location=self.location, state=self.state, manifest=manifest)

    def ask(self, op, **members):
        """Ask, and return the events with their descriptors that came until the reply."""
        self.number += 1
        self.socket.sendall(json.dumps({"id": self.number, "op": op, **members}).encode() + b"\n")
        events, data = [], b""
        while True:
            part, fds, _, _ = socket.recv_fds(self.socket, 1 << 16, 4)
            assert part, "the host is gone"
            data += part
            events += [("fd", fd) for fd in fds]
            while b"\n" in data:
                line, _, data = data.partition(b"\n")
                message = json.loads(line)
                if message.get("id") == self.number:
                    assert message["ok"], message
                    return events
                events.append((message["event"], message))

    def worker(self):
        """A worker: its pid, its start, its socket."""
        events = self.ask("fork", count=1)
        fd = next(fact for kind, fact in events if kind == "fd")
        event = next(fact for kind, fact in events if kind == "worker")
        return event["pid"], event["started"], socket.socket(fileno=fd)

    def context(self, number, isolation, worker):
        folder = os.path.join(self.state, "runs", "run", f"{number:04d}-nothing.1")
        messages = os.path.join(folder, "messages.jsonl")
        if isolation == "process":
            os.makedirs(folder)
        else:
            messages = os.path.join(self.state, "workers", worker, "messages.1.jsonl")
        part = {
            "protocol": 1,
            "location": self.location,
            "state": self.state,
            "step": "nothing",
            "attempt": 1,
            "isolation": isolation,
            "messages": messages,
            "stdout": os.path.join(folder, "stdout"),
            "stderr": os.path.join(folder, "stderr"),
            "inputs": {},
            "outputs": {"nothing": {"version": f"0195f1c2-0000-7000-8000-{number:012d}"}},
        }
        context = {
            "asset_keys": ["nothing"],
            "code_version_by_asset_key": None,
            "provenance_by_asset_key": None,
            "partition_key": None,
            "partition_key_range": None,
            "partition_time_window": None,
            "run_id": "run",
            "job_name": None,
            "retry_number": 0,
            "extras": {"plait": part},
        }
        return json.dumps(context).encode() + b"\n"


def hand_over(sock, context):
    """Microseconds until `closed`, and its usage."""
    began = time.perf_counter_ns()
    sock.sendall(context)
    data = b""
    while b'"closed"' not in data or data[-1:] != b"\n":
        part = sock.recv(1 << 16)
        assert part, data
        data += part
    taken = (time.perf_counter_ns() - began) / 1000
    closed = json.loads(data.splitlines()[-1])["params"]
    assert "exception" not in closed, closed
    return taken, closed["plait"]["user_us"] + closed["plait"]["system_us"]


def process_steps(host):
    for number in range(COUNT):
        pid, started, sock = host.worker()
        context = host.context(number, "process", None)
        time.sleep(0.005)  # it waits by now, as one that was made ahead does
        yield hand_over(sock, context)
        sock.close()


def kept_steps(host):
    pid, started, sock = host.worker()
    for number in range(COUNT, 4 * COUNT):
        context = host.context(number, "worker", f"{pid}-{started}")
        time.sleep(0.001)
        yield hand_over(sock, context)
    sock.close()


def show(name, steps):
    taken, used = zip(*steps)
    print(
        f"{name:28} {statistics.median(taken):8.0f} us to closed, least {min(taken):6.0f}, "
        f"processor {statistics.median(used):6.0f}"
    )


def main():
    sdk, modules = os.path.abspath(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory(dir=os.environ.get("WORKER_FLOOR_DIR")) as folder:
        with open(os.path.join(folder, "defs.py"), "w") as file:
            file.write("".join(f"import {name}\n" for name in modules))
            file.write("import dagster as dg\n\n\n@dg.asset\ndef nothing() -> None:\n    pass\n")
        floor = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fork_floor.py")
        seconds = subprocess.run(
            [sys.executable, floor, sdk, folder, "defs", str(COUNT), "1"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        print(f"{'fork, exit and wait':28} {float(seconds.split()[0]) * 1e6:8.0f} us")
        host = Host(sdk, folder)
        host.worker()[2].close()
        with open(f"/proc/{host.process.pid}/statm") as file:
            pages = int(file.read().split()[1])
        print(f"{'host':28} {pages * 4096 / (1 << 20):8.1f} MiB")
        show("step in a process of its own", process_steps(host))
        show("step in a kept worker", kept_steps(host))
        host.socket.close()
        host.process.wait()


if __name__ == "__main__":
    main()
