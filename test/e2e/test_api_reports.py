"""Reports by the routes of Dagster's web server: the same requests, answered as it answers them."""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import urllib.parse

import pytest
from api_client import Answer, request, serving
from conftest import wait_for

CODE = """
    @dg.asset
    def a():
        return 1

    @dg.asset(key=["x", "y"])
    def nested():
        return 1

    defs = dg.Definitions(
        [a, nested], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}
    )
"""

MATERIALIZATION, OBSERVATION, CHECK = (
    f"/report_asset_{kind}" for kind in ("materialization", "observation", "check")
)

# path, body (None: none; bytes as they are; else JSON), status
SAME = [
    (f"{MATERIALIZATION}/a", None, 200),
    (f"{MATERIALIZATION}/a/b/c", None, 200),
    (f"{MATERIALIZATION}/a%2Fb", None, 200),
    (f"{MATERIALIZATION}/", None, 400),
    (f"{MATERIALIZATION}/", {"asset_key": ["x", "y"]}, 200),
    (f"{MATERIALIZATION}/", {"asset_key": "x/y"}, 200),
    (f"{MATERIALIZATION}/?asset_key=x/y", None, 200),
    (f"{MATERIALIZATION}/a", {"metadata": {"n": 1, "t": "x", "l": [1]}}, 200),
    (f"{MATERIALIZATION}/a", {"metadata": {"n": None, "b": True, "f": 1.5, "o": {"a": 1}}}, 200),
    (f"{MATERIALIZATION}/a", {"data_version": "v1", "description": "d"}, 200),
    (f"{MATERIALIZATION}/a", {"data_version": 5}, 200),
    (f"{MATERIALIZATION}/a", {"partition": "2024-01-01"}, 200),
    (f"{MATERIALIZATION}/a", {"unknown": 5}, 200),
    (f"{MATERIALIZATION}/a?metadata=%7B%22q%22%3A1%7D&description=hello&data_version=q", None, 200),
    (f"{MATERIALIZATION}/a", {"metadata": "foo"}, 400),
    (f"{MATERIALIZATION}/a", {"metadata": [1]}, 400),
    (f"{MATERIALIZATION}/a", {"description": 5}, 400),
    (f"{MATERIALIZATION}/a", {"partition": 5}, 400),
    (f"{MATERIALIZATION}/a?metadata=nope", None, 400),
    (f"{OBSERVATION}/a", {}, 200),
    (f"{OBSERVATION}/q/r", {"data_version": "7", "metadata": {"n": 1}}, 200),
    (f"{CHECK}/a", {"passed": True, "check_name": "c"}, 200),
    (f"{CHECK}/a", {"passed": False, "check_name": "c", "severity": "WARN", "metadata": {}}, 200),
    (f"{CHECK}/a?check_name=c&passed=false", None, 200),
    (f"{CHECK}/a", {"passed": True}, 400),
    (f"{CHECK}/a", {"check_name": "c"}, 400),
    (f"{CHECK}/a", {"check_name": "c", "passed": "yes"}, 400),
    (f"{CHECK}/a", {"check_name": "c", "passed": True, "severity": "BAD"}, 400),
    (f"{CHECK}/a?check_name=c&passed=", None, 400),
]

# where Dagster's fails with 500, or takes what makes no sense
BETTER = [
    (f"{MATERIALIZATION}/a", b"{bad", 400),
    (f"{MATERIALIZATION}/a", b"[1]", 400),
    (f"{MATERIALIZATION}/a", b"", 200),
]


@pytest.fixture
def api(workspace):
    workspace.location("one", CODE)
    with serving(workspace) as api:
        yield api


def send(ask, path: str, body) -> Answer:
    if isinstance(body, bytes):
        return ask("POST", path, body, {"Content-Type": "application/json"})
    return ask("POST", path, body)


def test_reports_are_taken_or_refused_as_by_dagster(api):
    wrong = []
    for path, body, status in SAME + BETTER:
        answer = send(api.ask, path, body)
        told = answer.json()
        fits = told == {} if status == 200 else list(told) == ["error"] and told["error"]
        if answer.status != status or not fits:
            wrong.append((path, body, answer))
    assert wrong == []


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    """Dagster's own web server."""
    python = os.environ.get("PLAIT_TEST_PEER_PYTHON")
    program = pathlib.Path(python or "/nowhere").with_name("dagster-webserver")
    if not program.exists():
        pytest.skip("no dagster-webserver beside PLAIT_TEST_PEER_PYTHON")
    folder = tmp_path_factory.mktemp("peer")
    code = CODE[CODE.index("    @dg") : CODE.index("    defs")].replace("\n    ", "\n")
    (folder / "defs.py").write_text(
        "import dagster as dg\n" + code.strip() + "\ndefs = dg.Definitions([a, nested])\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program, "-f", "defs.py", "-p", str(port)],
        cwd=folder,
        env={**os.environ, "DAGSTER_HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def ask(method: str, path: str, body=None, headers=None) -> Answer:
        return request(f"127.0.0.1:{port}", method, path, body, headers)

    def answers() -> bool:
        try:
            return ask("GET", "/server_info").status == 200
        except OSError:
            return False

    try:
        wait_for(answers, 60)
        yield ask
    finally:
        process.terminate()
        process.wait()


def test_dagsters_web_server_answers_the_same(peer):
    wrong = []
    for path, body, status in SAME:
        answer = send(peer, path, body)
        if answer.status != status or (status == 200) != (answer.json() == {}):
            wrong.append((path, body, answer))
    assert wrong == []
    assert set(peer("GET", "/server_info").json()) == {
        "dagster_webserver_version",
        "dagster_version",
        "dagster_graphql_version",
    }


def test_only_json_is_taken(api):
    for type in ("application/x-www-form-urlencoded", "text/plain"):
        answer = api.ask("POST", f"{MATERIALIZATION}/a", "x=1", {"Content-Type": type})
        assert answer.status in (400, 415), answer


def asset(api, key: str) -> dict:
    return api.get(f"/api/v1/assets/{urllib.parse.quote(key, safe='')}")


def test_a_reported_materialization_is_the_current_value(api, workspace):
    body = {
        "data_version": "v7",
        "description": "from the night's load",
        "metadata": {"dagster/row_count": 12, "source": {"type": "url", "raw_value": "s3://x"}},
    }
    api.post(f"{MATERIALIZATION}/x/y", body)
    current = asset(api, "x/y")["current"]
    assert current["data_version"] == "v7"
    assert current["rows"] == 12
    assert current["metadata"]["source"] == {"type": "url", "raw_value": "s3://x"}
    assert current["run"] is None
    assert asset(api, "x/y")["status"] == "materialized"
    assert workspace.assets()["x/y"]["status"] == "materialized"


def test_a_reported_partition_is_named_by_its_version(api):
    for partition in ("2024-01-01", "2024-01-02"):
        api.post(f"{MATERIALIZATION}/a", {"partition": partition})
    api.post(f"{MATERIALIZATION}/a")
    notes = [v["note"] for v in api.get("/api/v1/assets/a/versions")["items"]]
    outside = "reported from outside of plait"
    assert notes == [outside, *(f"partition 2024-01-0{day}, {outside}" for day in (2, 1))]


def test_a_key_with_a_slash_in_a_part_stays_one_part(api):
    api.post(f"{MATERIALIZATION}/", {"asset_key": ["x", "y"]})
    assert asset(api, "x/y")["status"] == "materialized"
    api.post(f"{MATERIALIZATION}/", {"asset_key": "a/b"})  # one part, as Dagster takes it
    assert asset(api, "a")["status"] == "missing"


def test_an_observation_changes_no_value(api):
    api.post(f"{OBSERVATION}/a", {"data_version": "v1"})
    assert asset(api, "a")["current"] is None


def test_a_check_is_shown_beside_its_asset(api):
    api.post(f"{MATERIALIZATION}/a")
    api.post(f"{CHECK}/a", {"check_name": "no_nulls", "passed": False, "severity": "WARN"})
    checks = asset(api, "a")["checks"]
    assert [(c["name"], c["passed"], c["severity"]) for c in checks] == [
        ("no_nulls", False, "WARN")
    ]


def test_a_report_survives_a_kill_as_soon_as_it_was_acknowledged(workspace):
    workspace.location("one", CODE)
    with serving(workspace) as api:
        api.post(f"{MATERIALIZATION}/a", {"data_version": "kept"})
        api.process.kill()
        api.process.wait()
    with serving(workspace) as api:
        assert asset(api, "a")["current"]["data_version"] == "kept"


def test_server_info_names_the_versions_that_the_sdk_speaks(api):
    info = api.get("/server_info")
    assert set(info) >= {
        "dagster_webserver_version",
        "dagster_version",
        "dagster_graphql_version",
    }
    assert json.dumps(info["dagster_version"])[1].isdigit()
