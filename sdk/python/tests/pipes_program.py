"""A Pipes client of a few lines, for programs of the tests: it needs nothing installed.

`python pipes_program.py 'send("log", message="hi", level="INFO")'` runs the given code between `opened` and `closed`.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time  # noqa: F401  for the given code
import zlib


def _param(name: str) -> dict:
    return json.loads(zlib.decompress(base64.b64decode(os.environ[name])))


def context() -> dict:
    where = _param("DAGSTER_PIPES_CONTEXT")
    if "data" in where:
        return where["data"]
    with open(where["path"], encoding="utf-8") as file:
        return json.load(file)


def raw(data: bytes) -> None:
    where = _param("DAGSTER_PIPES_MESSAGES")
    if "path" in where:
        with open(where["path"], "ab") as file:
            file.write(data)
    else:
        stream = getattr(sys, where.get("stdio") or where["buffered_stdio"])
        stream.buffer.write(data)
        stream.flush()


def send(method: str, **params: object) -> None:
    message = {"__dagster_pipes_version": "0.1", "method": method, "params": params}
    raw(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    send("opened", extras={})
    exec(sys.argv[1])
    send("closed")
