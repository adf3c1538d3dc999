"""What a step's messages come to when the disk refuses them."""

from __future__ import annotations

import json
import os
import resource
import socket

import pytest
from plait.host.messages import Messages, open_file


def test_a_disk_that_fills_up_leaves_whole_lines(tmp_path):
    path = tmp_path / "messages.jsonl"
    told = Messages(open_file(str(path)))
    told.log("INFO", "before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, limits[1]))
    try:
        with pytest.raises(OSError):
            told.log("INFO", "x" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    told.log("INFO", "after")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["params"]["message"] for line in lines] == ["before", "after"]


def test_the_end_is_told_where_the_disk_refuses_it():
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    with ours, theirs:
        told = Messages(os.open("/dev/full", os.O_WRONLY), theirs)
        with pytest.raises(OSError):
            told.log("INFO", "unheard")
        with pytest.raises(OSError):
            told.close({"message": "no space left", "stack": []})
        (line,) = ours.recv(1 << 16).splitlines()
    assert json.loads(line)["params"]["exception"]["message"] == "no space left"
