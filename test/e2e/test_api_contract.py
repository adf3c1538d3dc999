"""The server keeps to src/api/openapi.yaml: every route answers, every answer has the shape that is promised."""

from __future__ import annotations

import itertools
import pathlib
import re
import subprocess
import sys
import urllib.parse
from typing import Any, Iterator

import jsonschema
import pytest
import yaml
from api_client import serving
from conftest import TOP, wait_for

CONTRACT = yaml.safe_load((TOP / "src" / "api" / "openapi.yaml").read_text())
ROUTES = TOP / "src" / "api" / "routes.h"
METHODS = ("get", "post", "put", "delete")

CODE = """
    @dg.asset(
        group_name="sales", owners=["team:ml"], kinds={"python"}, tags={"tier": "1"},
        metadata={"n": 1, "doc": dg.MetadataValue.md("# x")}, code_version="1",
    )
    def orders(context):
        "All orders."
        print("hello")
        return [{"id": 1}, {"id": 2}]

    @dg.asset(deps=["elsewhere"], pool="warehouse")
    def report(orders):
        return dg.MaterializeResult(metadata={"rows": len(orders)})

    @dg.asset(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"))
    def daily():
        return 1

    @dg.asset
    def bad(orders):
        raise ValueError("not today")

    @dg.asset
    def beyond(bad):
        return bad

    defs = dg.Definitions(
        [orders, report, bad, beyond],
        resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
    )
"""


def strict(schema: Any) -> Any:
    """The same, and nothing that it does not name: what is answered but not described is a fault of one of them."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    named = isinstance(schema.get("properties"), dict) and "object" in str(schema.get("type"))
    if (named or "allOf" in schema) and "additionalProperties" not in schema:
        closed["unevaluatedProperties"] = False
    return closed


def opened(components: dict) -> dict:
    """Parts of an allOf may not forbid what their neighbours bring."""
    for schema in components["schemas"].values():
        for part in schema.get("allOf", []):
            part.pop("unevaluatedProperties", None)
            if "$ref" in part:
                name = part["$ref"].rsplit("/", 1)[1]
                components["schemas"][name].pop("unevaluatedProperties", None)
    return components


COMPONENTS = opened(strict(CONTRACT["components"]))


def faults(schema: dict, value: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator({**strict(schema), "components": COMPONENTS})
    return [f"{e.json_path}: {e.message[:300]}" for e in validator.iter_errors(value)]


def named(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def resolve(thing: dict) -> dict:
    while "$ref" in thing:
        found: Any = CONTRACT
        for part in thing["$ref"][2:].split("/"):
            found = found[part]
        thing = found
    return thing


def operations() -> Iterator[tuple[str, str, dict]]:
    for path, item in CONTRACT["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method.upper(), item[method]


OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, method, operation in operations()
]
STREAMS = ("streamEvents", "streamRunEvents")  # have a test of their own
ANSWERING = [each for each in OPERATIONS if each.id not in STREAMS]
MAKING = ("/report_asset", "/api/v1/pools")  # what they name need not be there
NAMING = [p for p in OPERATIONS if "{" in p.values[0] and not p.values[0].startswith(MAKING)]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    from conftest import Workspace

    workspace = Workspace(tmp_path_factory.mktemp("contract"))
    workspace.location("one", CODE)
    workspace.location("two", "raise ValueError('broken')")
    with serving(workspace) as api:
        api.wait(api.launch("orders, report, bad, beyond", tags={"team": "ml"}))
        api.post(
            "/report_asset_check/orders",
            {"check_name": "full", "passed": True, "metadata": {"n": 1}},
        )
        yield api


def filled(path: str) -> str:
    """With something that is there for each {name}."""
    for name, value in {
        "key": "orders",
        "version": "current",
        "run": "latest",
        "location": "one",
        "step": "0",
        "stream": "stdout",
        "pool": "warehouse",
    }.items():
        path = path.replace("{" + name + "}", value)
    assert "{" not in path, path
    return path


BODIES: dict[str, Any] = {
    "makePlan": {"selection": "orders"},
    "launchRun": {"selection": "orders"},
    "retryRun": {"all": True},
    "cancelRun": {"reason": "enough"},
    "reportCheck": {"check_name": "c", "passed": True},
    "reportEvents": {"events": [{"kind": "observation", "asset": "orders"}]},
    "setPool": {"limit": 2},
}

QUERIES = {"search": "?q=ord"}


def schema_of(operation: dict, status: int, type: str) -> dict | None:
    """None: such an answer is not promised."""
    responses = operation["responses"]
    promised = responses.get(str(status), responses.get("default") if status >= 400 else None)
    content = resolve(promised).get("content", {}) if promised else {}
    found = content.get(type)
    return found["schema"] if found else None


def check(operation: dict, answer) -> list[str]:
    type = answer.headers.get("content-type", "").split(";")[0]
    schema = schema_of(operation, answer.status, type)
    if schema is None:
        return [f"{answer.status} {type} is not promised: {answer.body[:300]!r}"]
    return faults(schema, answer.json()) if type.endswith("json") else []


@pytest.mark.parametrize("path, method, operation", ANSWERING)
def test_every_route_answers_as_promised(served, path, method, operation):
    name = operation["operationId"]
    if name in ("retryRun", "cancelRun"):
        served.wait("latest")
    answer = served.ask(method, filled(path) + QUERIES.get(name, ""), BODIES.get(name))
    expected = {"launchRun": 201, "retryRun": 201, "cancelRun": 409}
    assert answer.status == expected.get(name, 200), answer
    assert check(operation, answer) == []


@pytest.mark.parametrize("path, method, operation", NAMING)
def test_what_is_not_there_is_a_problem(served, path, method, operation):
    for missing in re.findall(r"\{(\w+)\}", path):
        address = filled(path.replace("{" + missing + "}", "no-such-thing"))
        answer = served.ask(method, address, BODIES.get(operation["operationId"]))
        assert answer.status in (400, 404), answer
        assert check(operation, answer) == []
        assert answer.json()["detail"]


def test_documents_of_what_failed_keep_to_the_contract(served):
    asset = served.get("/api/v1/assets/bad")
    assert faults(named("Asset"), asset) == []
    assert asset["error"]["exception"] == "ValueError"
    run = served.get(f"/api/v1/runs/{asset['failed_run']}")
    assert faults(named("Run"), run) == []
    assert {step["status"] for step in run["steps"]} == {"success", "failure", "skipped"}
    broken = served.get("/api/v1/locations/two")
    assert faults(named("LocationDetail"), broken) == []
    assert broken["health"] == "broken"


def test_events_on_streams_keep_to_the_contract(served):
    everything = served.stream("/api/v1/events/stream")
    run = served.launch("orders, bad, beyond")
    shapes = {"hello": "Health", "run": "RunSummary", "asset": "AssetSummary"}
    kinds = set()
    for event in everything:
        assert faults(named(shapes[event.kind]), event.data) == []
        kinds.add(event.kind)
        if event.kind == "run" and event.data["status"] == "failure":
            break
    everything.close()
    assert kinds == set(shapes)
    for event in served.follow(run).until("end")[:-1]:
        assert faults(named("Event"), event.data) == []


def test_the_table_of_routes_and_the_contract_name_the_same(served):
    table = re.findall(r'X\((\w+), "([^"]+)", (\w+)\)', ROUTES.read_text())
    ours = {(method, path.replace("*}", "}"), handler) for method, path, handler in table}
    snake = re.compile(r"(?<!^)(?=[A-Z])")
    promised = {
        (method, path, snake.sub("_", operation["operationId"]).lower())
        for path, method, operation in operations()
        if operation["operationId"] != "getContract"  # a file that is compiled in
    }
    assert ours == promised


def test_the_server_hands_out_its_contract(served):
    answer = served.ask("GET", "/openapi.yaml")
    assert yaml.safe_load(answer.body) == CONTRACT


def test_pages_join_without_gap(served):
    seen, cursor = [], ""
    for _ in itertools.count():
        page = served.get(
            f"/api/v1/assets?limit=1{cursor and '&cursor=' + urllib.parse.quote(cursor)}"
        )
        seen += [asset["key"] for asset in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == [asset["key"] for asset in served.get("/api/v1/assets")["items"]]


def test_nothing_that_schemathesis_thinks_of_is_a_fault_of_the_server(workspace, tmp_path):
    program = pathlib.Path(sys.executable).with_name("schemathesis")
    if not program.exists():
        pytest.skip("schemathesis is not installed (test/requirements.txt)")
    workspace.location("one", CODE)
    # 501 is the right answer to TRACE, and no fault
    (tmp_path / "schemathesis.toml").write_text(
        '[phases.coverage]\nunexpected-methods = ["DELETE", "PUT"]\n'
    )
    with serving(workspace) as api:
        api.wait(api.launch("orders"))
        done = subprocess.run(
            [
                *(program, "run", f"{api.url}/openapi.yaml"),
                *("--checks", "not_a_server_error", "--max-examples", "15"),
                *("--phases", "examples,coverage,fuzzing", "--seed", "7"),
                *("--exclude-path-regex", "stream$", "--request-timeout", "30", "--no-color"),
            ],
            cwd=tmp_path,
            env=workspace.env,
            capture_output=True,
            text=True,
            timeout=400,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        wait_for(lambda: api.get("/api/v1/health")["runs"] == {"queued": 0, "started": 0}, 120)
