"""fork_floor.py SDK FOLDER MODULE COUNT AT_ONCE [EVENTS]: a location's Python, loaded and warm as its host is, forks COUNT
children, AT_ONCE of them at a time, and waits for each. A child does nothing, or with EVENTS sends so many lines of JSON over a
unix socket, which its parent reads to the end. Prints, a line each: seconds per child; seconds of processor per child; MiB in
memory before the first fork."""

from __future__ import annotations

import gc
import json
import os
import select
import socket
import sys
import tempfile
import time


def load(sdk: str, folder: str, module: str) -> None:
    sys.path.insert(0, sdk)
    from plait.host import compile, runner, serve  # noqa: F401

    location = {"loader": "python_module", "target": module, "working_directory": folder}
    runner.warm(compile.load(location, tempfile.mkdtemp(), lambda name: None))
    gc.collect()
    gc.freeze()


def bare(count: int, at_once: int) -> None:
    living = 0
    for _ in range(count):
        if living == at_once:
            os.wait()
            living -= 1
        if os.fork() == 0:
            os._exit(0)
        living += 1
    while living:
        os.wait()
        living -= 1


def telling(count: int, at_once: int, events: int) -> None:
    """Each child has a socket of its own; its end is the child's end, or nearly."""
    poll = select.poll()
    living: dict[int, tuple[socket.socket, int, list[bytes]]] = {}
    begun = 0
    while begun < count or living:
        while begun < count and len(living) < at_once:
            ours, theirs = socket.socketpair()
            pid = os.fork()
            if pid == 0:
                tell(theirs, begun, events)
                os._exit(0)
            theirs.close()
            living[ours.fileno()] = (ours, pid, [])
            poll.register(ours.fileno(), select.POLLIN)
            begun += 1
        for fd, _ in poll.poll():
            ours, pid, told = living[fd]
            data = ours.recv(1 << 16)
            if data:
                told.append(data)
                continue
            assert b"".join(told).count(b"\n") == events
            poll.unregister(fd)
            ours.close()
            os.waitpid(pid, 0)
            del living[fd]


def tell(sock: socket.socket, step: int, events: int) -> None:
    for number in range(events):
        event = {"step": step, "number": number, "kind": "event", "at": time.time()}
        sock.sendall(json.dumps(event).encode() + b"\n")


def resident() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / (1 << 20)


def main() -> None:
    count, at_once = int(sys.argv[4]), int(sys.argv[5])
    events = int(sys.argv[6]) if len(sys.argv) > 6 else 0
    load(*sys.argv[1:4])
    memory = resident()
    began, before = time.monotonic(), os.times()
    if events:
        telling(count, at_once, events)
    else:
        bare(count, at_once)
    after = os.times()
    print((time.monotonic() - began) / count)
    print((sum(after[:4]) - sum(before[:4])) / count)
    print(memory)


main()
