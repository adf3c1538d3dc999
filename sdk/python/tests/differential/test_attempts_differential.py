"""Retries and hooks of the same assets, run in process by plait and by real Dagster: who is called, when, with what."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
PEER = os.environ.get("PLAIT_TEST_PEER_PYTHON")
pytestmark = pytest.mark.skipif(
    not PEER, reason="PLAIT_TEST_PEER_PYTHON names no interpreter with Dagster"
)


def run(python: str, front: str, tmp_path) -> dict:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment.update(DAGSTER_HOME="", TMPDIR=str(tmp_path))
    done = subprocess.run(
        [python, os.path.join(HERE, "attempts.py"), front],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers = [line for line in done.stdout.splitlines() if line.startswith("ANSWERS ")]
    return json.loads(answers[0][len("ANSWERS ") :])


def test_attempts_and_hooks_are_alike(tmp_path) -> None:
    ours, theirs = run(sys.executable, "plait", tmp_path), run(PEER, "dagster", tmp_path)
    assert sorted(ours) == sorted(theirs)
    different = [name for name in theirs if ours[name] != theirs[name]]
    assert not different, "\n".join(
        "%s:\n    plait   %s\n    dagster %s" % (name, ours[name], theirs[name])
        for name in different
    )
