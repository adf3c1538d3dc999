"""The same programs, with the real `dagster_pipes` in them, started by plait and by real Dagster."""

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


def run(python: str, front: str) -> dict:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, os.path.join(HERE, "programs.py"), front, PEER],
        capture_output=True,
        text=True,
        env={**environment, "DAGSTER_HOME": "", "PYTHONHASHSEED": "0"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_external_processes_come_to_the_same():
    ours, theirs = run(sys.executable, "plait"), run(PEER, "dagster")
    assert set(ours) == set(theirs)
    different = {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]}
    assert not different, json.dumps(different, indent=1)
    assert ours["all kinds of metadata"]["success"] and not ours["an exception"]["success"]
