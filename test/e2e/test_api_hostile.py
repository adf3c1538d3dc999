"""Ten thousand requests that mean no good: none crashes the server or finds a fault of its own, and the next is answered."""

from __future__ import annotations

import pathlib
import random
import re
import socket

import pytest
from api_client import Api, serving

CONTRACT = pathlib.Path(__file__).parents[2] / "src" / "api" / "openapi.yaml"
COUNT = 10_000
METHODS = {"get", "put", "post", "delete"}
CODE = """
    @dg.asset
    def quick():
        return 3

    defs = dg.Definitions([quick])
"""

# Of a path or a query, as sent.
TEXTS = (
    """quick one x %00 %ff %C3%A4 %F0%9F%92%A9 a%2Fb .. %2e%2e%2f%2e%2e%2fetc%2fpasswd -1 0 1 18446744073709551616 1e9 NaN
    %27%3B-- %3Cscript%3E * ** +quick* %28 %29%29%29 and%20and not%20quick tag:x=y owner: group:%22 %zz % null true {} []
    01890a5d-ac96-774b-bcce-b302099a8057 stdout latest""".split()
    + ["", "a" * 3000, "%2F" * 900, "(" * 2000]
)
QUERIES = """select limit cursor status q query sort depth direction attempt offset version since until tag location kind
    open""".split()
BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"{}",
    b'{"selection":null}',
    b'{"selection":"quick","selection":"quick"}',
    b'{"selection":7,"tags":[],"options":"x","only":{}}',
    b'{"select":"((((","tags":{"a":1},"priority":1e308}',
    b'{"selection":"nobody","from":"x","concurrency":-1,"max_concurrent":99999999999999999999}',
    b'{"select":"\xff\xfe"}',
    b'{"asset_key":["quick"],"metadata":{"a":{"b":[1,2,{"c":null}]}},"data_version":"\\u0000"}',
    b'{"check_name":"","passed":"maybe","severity":3}',
    b'{"status":"STARTED","reason":' + b"[" * 500 + b"]" * 500 + b"}",
    b'{"a":"' + b"x" * 100_000 + b'"}',
]
HEADERS = [
    b"Origin: http://elsewhere.example",
    b"Accept: text/event-stream",
    b"Accept-Encoding: zstd, gzip;q=0.5, *;q=x",
    b'If-None-Match: "", W/, *, "x',
    b"Last-Event-ID: -99999999999999999999",
    b"Cookie: " + b"y" * 6000,
    b"Content-Type: text/plain",
    b"Expect: 100-continue",
    b"Connection: upgrade",
]


def operations() -> list[tuple[str, str]]:
    """Method and path of all that the contract has; to load code anew is left to others, it takes its time."""
    path, found = "", []
    for line in CONTRACT.read_text().splitlines():
        if match := re.fullmatch(r"  (/\S*):", line):
            path = match[1]
        match = re.fullmatch(r"    (\w+):", line)
        if match and match[1] in METHODS and path and not path.endswith("reload"):
            found.append((match[1].upper(), path))
    assert len(found) > 25
    return found


def hostile(chance: random.Random, method: str, path: str) -> bytes:
    """A request that is whole, of parts that do not fit."""
    target = re.sub(r"\{\w+\}", lambda _: chance.choice(TEXTS), path)
    if chance.random() < 0.7:
        pairs = (
            f"{chance.choice(QUERIES)}={chance.choice(TEXTS)}"
            for _ in range(chance.randrange(1, 4))
        )
        target += "?" + "&".join(pairs)
    if chance.random() < 0.1:
        method = chance.choice(
            ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "FETCH"]
        )
    lines = [f"{method} {target} HTTP/1.1".encode(), b"Host: localhost", b"Connection: close"]
    lines += chance.sample(HEADERS, chance.randrange(0, 3))
    body = chance.choice(BODIES) if method not in ("GET", "HEAD") else b""
    if body:
        lines += [b"Content-Type: application/json", b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def wounded(chance: random.Random, raw: bytes) -> bytes:
    at = chance.randrange(min(len(raw), 300))
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + chance.randrange(3) :]


def ask(host: str, raw: bytes, whole: bool) -> int:
    """The status; 0 when there is none, because the server waited for a rest that did not come."""
    name, port = host.rsplit(":", 1)
    with socket.create_connection((name, int(port)), timeout=20) as s:
        try:
            s.sendall(raw)
            if not whole:
                s.shutdown(socket.SHUT_WR)
            first = s.recv(65536)
        except OSError:
            return 0
    match = re.match(rb"HTTP/1\.1 (\d\d\d) ", first)
    assert match or not first, first[:200]
    return int(match[1]) if match else 0


@pytest.fixture
def api(workspace):
    workspace.location("one", CODE)
    with serving(workspace) as api:
        yield api


def test_hostile_requests_find_no_fault(api: Api) -> None:
    chance = random.Random(5)
    table = operations()
    seen: dict[int, int] = {}
    for _ in range(COUNT):
        raw = hostile(chance, *chance.choice(table))
        whole = chance.random() < 0.8
        status = ask(api.host, raw if whole else wounded(chance, raw), whole)
        assert status < 500 or status in (501, 505), raw[:3000]
        seen[status] = seen.get(status, 0) + 1
    assert api.get("/api/v1/health")["status"] == "ok"
    assert sum(seen.values()) == COUNT and {200, 400, 404} <= seen.keys(), seen
