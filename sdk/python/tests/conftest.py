"""Fixtures shared by the tests. PLAIT_TEST_PYTHONS (paths joined by ':') adds interpreters for the host's tests."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

# Started in the background of a script, the tests ignore Ctrl-C, and so would every step that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

PYTHONS = [
    sys.executable,
    *filter(None, os.environ.get("PLAIT_TEST_PYTHONS", "").split(os.pathsep)),
]


@pytest.fixture(params=PYTHONS)
def host(request, tmp_path):
    """`host(files, **location)` starts a location host; every one started is ended with the test."""
    from host_client import HostClient

    started = []

    def start(files, **location):
        folder = tmp_path / f"host-{len(started)}"
        folder.mkdir()
        client = HostClient(folder, files, python=request.param, **location)
        started.append(client)
        return client

    yield start
    for client in started:
        client.__exit__()


@pytest.fixture
def ready(host):
    """`ready(text)` starts a host that has loaded `text`."""

    def start(text):
        client = host({"defs.py": textwrap.dedent(text)})
        reply = client.compile()
        assert reply["ok"], reply
        return client

    return start
