"""A step for rehearsing: it goes where steps go, and nothing outside of this process notices.

In the host, before forking, the interpreter adapts its code to what it sees, and forks inherit that; in a fork, it shows
which memory a step writes to (forks.py).
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import socket
import sys
import types
from pathlib import Path
from typing import Any

from plait.define.decorators import asset
from plait.define.definitions import Definitions
from plait.host import streams, usage, worker
from plait.host.lines import Lines
from plait.host.messages import Messages
from plait.host.runner import Runner
from plait.io.filesystem import PICKLE_PROTOCOL, FilesystemIOManager
from plait.io.staging import Staged


class _Nowhere(Staged):
    """A version that no folder holds."""

    def _make(self) -> None:
        pass

    def path(self, name: str) -> Path:
        return Path(self.base)

    def views(self) -> list[dict[str, str]]:
        return []

    def leave(self, name: str, content: bytes | None) -> None:
        pass


class _Manager(FilesystemIOManager):
    """Writes to a file in memory."""

    _stage = _Nowhere


class Rehearsal:
    """One for a host. Where memory cannot be had as a file, or user code listens to the logger, it does nothing."""

    def __init__(self, territory: Any) -> None:
        self.possible = hasattr(os, "memfd_create")
        if not self.possible:
            return
        # Forks rehearse at the same time: what is read is never written.
        self._given, self._made = os.memfd_create("plait-given"), os.memfd_create("plait-made")
        os.write(self._given, pickle.dumps(1, protocol=PICKLE_PROTOCOL))
        self._runner = Runner(
            types.SimpleNamespace(
                definitions=_definitions(_path(self._made)),
                location={"name": "rehearsal"},
                state=os.devnull,  # so that a worker makes no files ahead
                territory=territory,
            )
        )
        path = _path(self._given)
        storage = {"kind": "filesystem", "base": path, "format": "pickle"}
        pin = {"version": "0", "storage": storage, "files": {"given": path}}
        self._context = _context("made", {"given": pin})
        self._nothing = _context("nothing", {}) + b"\n"

    def perform(self) -> None:
        """Rehearse once, in this process: a step with an input, a line of its log and a value."""
        if not self.possible or _is_listened_to():
            return
        ours, theirs = socket.socketpair()
        null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        try:
            before = usage.now()
            context = json.loads(self._context)
            part = context["extras"]["plait"]
            told = Messages(null, ours)
            told.opened(pid=0, started="0", run="", step=part["step"], attempt=1)
            self._runner.run(context, part, told)
            streams.flush()
            told.close(None, usage.since(before))
            Lines(theirs).next()
        except Exception as error:
            self.possible = False
            sys.stderr.write(f"plait: rehearsing a step failed, and is left out: {error!r}\n")
        finally:
            os.close(null)
            ours.close()
            theirs.close()

    def work(self, ours: socket.socket, theirs: socket.socket) -> None:
        """Be a worker, to the end of a step that does nothing: what this touches, every step does."""
        ours.sendall(b"0\n" + self._nothing)
        worker.run_forked(theirs, self._runner)


def _context(step: str, inputs: dict) -> bytes:
    part = {
        "step": step,
        "attempt": 1,
        "messages": os.devnull,
        "stdout": os.devnull,
        "stderr": os.devnull,
        "inputs": inputs,
        "outputs": {step: {"version": "1"}},
    }
    context = {"asset_keys": [step], "run_id": "", "job_name": None, "retry_number": 0}
    return json.dumps({**context, "extras": {"plait": part}}).encode()


def _path(fd: int) -> str:
    return f"/proc/self/fd/{fd}"


def _definitions(path: str) -> Definitions:
    def given() -> int:
        return 1

    def made(context, given: int) -> int:
        context.log.info("rehearsing")
        return given

    def nothing() -> None:
        pass

    return Definitions(
        [asset(given), asset(made), asset(nothing)], resources={"io_manager": _Manager(path)}
    )


def _is_listened_to() -> bool:
    """Whether user code put handlers of its own on the loggers of steps."""
    return any(logging.getLogger(name).handlers for name in ("dagster", "dagster.builtin"))
