"""Assets over HTTP: lists, pages, one of them, versions and previews, lineage, locations, overview, search: the same documents
as the commands print, and what refuses."""

from __future__ import annotations

import urllib.parse

import pytest
from api_client import serving
from conftest import wait_for

DATA = """
    import pathlib
    HERE = pathlib.Path(__file__).parent

    @dg.asset(key=["raw", "orders"], group_name="landing", owners=["team:data"], kinds={"csv"},
              description="As they came", tags={"tier": "1"})
    def raw_orders():
        return [{"id": n, "amount": n * 1.5} for n in range(30)]

    @dg.asset(key="orders", code_version="1", ins={"rows": dg.AssetIn(["raw", "orders"])})
    def orders(rows):
        return len(rows)

    @dg.asset(deps=["orders"], partitions_def=dg.StaticPartitionsDefinition(["a", "b"]))
    def by_region():
        return None

    defs = dg.Definitions(
        [raw_orders, orders, by_region],
        resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
    )
"""

ML = """
    import pathlib
    HERE = pathlib.Path(__file__).parent

    @dg.asset(group_name="models", owners=["team:ml"])
    def model(orders):
        if (HERE / "ill").exists():
            raise ValueError("not today")
        return {"orders": orders}

    @dg.asset(deps=[model, dg.AssetKey("elsewhere")])
    def report():
        return None

    defs = dg.Definitions(
        [model, report],
        resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
    )
"""

WITHOUT_PARTITIONS = DATA.replace(', partitions_def=dg.StaticPartitionsDefinition(["a", "b"])', "")
KEYS = ["by_region", "model", "orders", "raw/orders", "report"]


@pytest.fixture
def teams(workspace):
    workspace.location("data", WITHOUT_PARTITIONS)
    workspace.location("ml", ML)
    return workspace


@pytest.fixture
def api(teams):
    with serving(teams) as api:
        yield api


def path(key: str, rest: str = "") -> str:
    return f"/api/v1/assets/{urllib.parse.quote(key, safe='')}{rest}"


def keys(api, query: str) -> list[str]:
    return [asset["key"] for asset in api.get(f"/api/v1/assets?{query}")["items"]]


def status(api, key: str) -> str:
    return api.get(path(key))["status"]


def test_the_documents_are_those_of_the_commands(api, teams):
    assert api.wait(api.launch("*"))["status"] == "success"
    page = api.get("/api/v1/assets")
    assert page["items"] == teams.json("asset", "list")
    assert page["total"] == 5 and page["next"] is None
    for key in KEYS:
        assert api.get(path(key)) == teams.json("asset", "show", key)
        assert api.get(path(key, "/lineage")) == teams.json("asset", "lineage", key)
        assert api.get(path(key, "/impact")) == teams.json("asset", "impact", key)
    assert api.get("/api/v1/locations") == teams.json("location", "list")
    assert api.get("/api/v1/findings") == teams.json("location", "check")
    for name in ("data", "ml"):
        assert api.get(f"/api/v1/locations/{name}") == teams.json("location", "show", name)
        impact = teams.json("asset", "impact", "--location", name)
        assert api.get(f"/api/v1/locations/{name}/impact") == impact


def test_statuses_follow_runs(api, teams):
    assert {asset["status"] for asset in api.get("/api/v1/assets")["items"]} == {"missing"}
    (teams.root / "ml" / "ill").write_text("")
    run = api.launch("*")
    assert api.wait(run)["status"] == "failure"
    assert keys(api, "status=failed") == ["model"]
    assert keys(api, "status=missing") == ["report"]
    assert keys(api, "sort=status&limit=1") == ["model"]
    model = api.get(path("model"))
    assert model["failed_run"] == run
    assert model["error"]["exception"] == "ValueError" and model["error"]["message"] == "not today"
    (teams.root / "ml" / "ill").unlink()
    again = api.launch("model")
    assert api.wait(again)["status"] == "success"
    model = api.get(path("model"))
    assert model["status"] == "materialized" and model["error"] is None
    assert [run["id"] for run in api.get(path("model", "/runs"))["items"]] == [again, run]
    assert [run["id"] for run in api.get(path("report", "/runs"))["items"]] == [run]
    assert len(api.get(path("model", "/runs?limit=1"))["items"]) == 1


def test_a_value_is_stale_once_what_it_was_made_of_is_newer(api, teams):
    api.wait(api.launch("*"))
    assert {asset["stale"] for asset in api.get("/api/v1/assets")["items"]} == {False}
    api.wait(api.launch("orders"))
    assert api.get(path("model"))["stale"] is False  # same code, same input: the same content
    api.wait(api.launch("raw/orders"))
    assert api.get(path("orders"))["stale"] is True
    assert api.get(path("model"))["stale"] is False  # not handed down
    api.wait(api.launch("orders"))
    model = api.get(path("model"))
    assert model["stale"] is True
    assert [(r["category"], r["asset"]) for r in model["stale_reasons"]] == [("data", "orders")]
    assert api.get(path("by_region"))["stale"] is True  # only declared: by time
    teams.location("data", WITHOUT_PARTITIONS.replace('code_version="1"', 'code_version="2"'))
    api.post("/api/v1/locations/data/reload")
    orders = api.get(path("orders"))
    assert [reason["category"] for reason in orders["stale_reasons"]] == ["code"]
    assert orders == teams.json("asset", "show", "orders")
    api.wait(api.launch("orders, model, by_region"))
    assert {asset["stale"] for asset in api.get("/api/v1/assets?status=materialized")["items"]} == {
        False,
        True,  # report: its model is newer
    }
    assert [asset["key"] for asset in api.get("/api/v1/assets")["items"] if asset["stale"]] == [
        "report"
    ]
    assert keys(api, "stale=true") == ["report"]
    assert keys(api, "stale=true&location=data") == []
    assert keys(api, "stale=false") == [key for key in KEYS if key != "report"]


def test_a_value_whose_folder_is_gone_is_missing(api, teams):
    api.wait(api.launch("raw/orders"))
    assert status(api, "raw/orders") == "materialized"
    kept = teams.data / ".plait" / "raw"
    kept.rename(teams.data / "elsewhere")
    assert status(api, "raw/orders") == "missing"
    assert keys(api, "status=missing&search=raw") == ["raw/orders"]
    (teams.data / "elsewhere").rename(kept)
    assert status(api, "raw/orders") == "materialized"


def test_the_whole_list_is_sent_once(api):
    whole = api.ask("GET", "/api/v1/assets?limit=200000")
    assert whole.status == 200 and whole.headers["etag"]
    known = {"If-None-Match": whole.headers["etag"]}
    again = api.ask("GET", "/api/v1/assets?limit=200000", headers=known)
    assert again.status == 304 and again.body == b""
    api.wait(api.launch("raw/orders"))
    changed = api.ask("GET", "/api/v1/assets?limit=200000", headers=known)
    assert changed.status == 200 and changed.json()["total"] == 5


def test_pages_show_each_asset_once(api):
    for query in ("sort=key", "sort=key&order=desc", "sort=location", "sort=group&order=desc"):
        seen, cursor = [], ""
        while cursor is not None:
            page = api.get(f"/api/v1/assets?{query}&limit=2{cursor and '&cursor='}{cursor}")
            assert page["total"] == 5
            seen += [asset["key"] for asset in page["items"]]
            cursor = page["next"] and urllib.parse.quote(page["next"], safe="")
        assert seen == keys(api, query) and sorted(seen) == KEYS


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("location=ml", ["model", "report"]),
        ("group=landing", ["raw/orders"]),
        ("owner=team:ml", ["model"]),
        ("kind=csv", ["raw/orders"]),
        ("search=ORDERS", ["orders", "raw/orders"]),
        ("search=orders+landing", ["raw/orders"]),
        ("select=orders%2B1", ["by_region", "model", "orders"]),
        ("location=nowhere", []),
    ],
)
def test_lists_are_narrowed(api, query, expected):
    assert keys(api, query) == expected


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("/api/v1/assets?cursor=nonsense", 400, "leads nowhere"),
        ("/api/v1/assets?cursor=status~asc~0~0~~orders", 400, "leads nowhere"),
        ("/api/v1/assets?limit=0", 400, "limit"),
        ("/api/v1/assets?limit=200001", 400, "limit"),
        ("/api/v1/assets?sort=colour", 400, "colour"),
        ("/api/v1/assets?order=up", 400, "up"),
        ("/api/v1/assets?status=fine", 400, "fine"),
        ("/api/v1/assets?stale=perhaps", 400, "perhaps"),
        ("/api/v1/assets?select=key:(", 400, ""),
        ("/api/v1/assets?select=modle", 404, "model"),
        ("/api/v1/assets/modle", 404, "did you mean 'model'?"),
        ("/api/v1/assets/orders%2F", 400, ""),
        ("/api/v1/assets/elsewhere", 404, "only depended on"),
        ("/api/v1/assets/modle/lineage", 404, "did you mean 'model'?"),
        ("/api/v1/assets/model/lineage?up=-1", 400, "up"),
        ("/api/v1/assets/model/versions?cursor=nonsense", 400, "leads nowhere"),
        ("/api/v1/assets/model/versions/current/preview", 404, "no value yet"),
        ("/api/v1/assets/model/versions/nonsense/preview", 404, "no version nonsense"),
        ("/api/v1/locations/mI", 404, "did you mean 'ml'?"),
        ("/api/v1/search", 400, "missing"),
        ("/api/v1/search?q=+", 400, "blanks"),
        ("/api/v1/search?q=a&limit=101", 400, "limit"),
    ],
)
def test_what_makes_no_sense_is_told(api, asked, status, words):
    answer = api.ask("GET", asked)
    assert answer.status == status, answer
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert words in problem["detail"] + (problem["hint"] or "")


def test_versions_come_in_pages(api):
    for _ in range(3):
        api.wait(api.launch("raw/orders"))
    versions = api.get(path("raw/orders", "/versions"))
    assert len(versions["items"]) == 3 and versions["next"] is None
    first = api.get(path("raw/orders", "/versions?limit=2"))
    rest = api.get(path("raw/orders", f"/versions?limit=2&cursor={first['next']}"))
    assert first["items"] + rest["items"] == versions["items"] and rest["next"] is None
    assert api.get(path("raw/orders"))["current"] == versions["items"][0]
    assert api.get(path("model", "/versions")) == {"items": [], "next": None}


def test_previews_are_as_the_step_left_them(api, teams):
    api.wait(api.launch("*"))
    table = api.get(path("raw/orders", "/versions/current/preview"))
    assert table["format"] == "table" and table["total_rows"] == 30
    assert [column["name"] for column in table["columns"]] == ["id", "amount"]
    assert table["rows"][2] == [2, 3.0] and table["text"] is None
    version = api.get(path("raw/orders"))["current"]["id"]
    assert api.get(path("raw/orders", f"/versions/{version}/preview")) == table
    assert api.get(path("orders", f"/versions/{version}/preview"), 404)["kind"] == "not_found"
    text = api.get(path("model", "/versions/current/preview"))
    assert text["format"] == "text" and "30" in text["text"]
    for file in (teams.data / ".plait" / "model").glob("*/preview.json"):
        file.unlink()
    none = api.get(path("model", "/versions/current/preview"))
    assert none["format"] is None and none["rows"] == [] and none["text"] is None
    assert none["note"] == "its step left no preview of it"


def test_lineage_stops_where_it_is_told(api):
    near = api.get(path("orders", "/lineage?up=0&down=1"))
    assert near["upstream"] == []
    assert [asset["key"] for asset in near["downstream"]] == ["by_region", "model"]


def test_the_overview_counts_each_team(api, teams):
    (teams.root / "ml" / "ill").write_text("")
    run = api.launch("*")
    api.wait(run)
    overview = api.get("/api/v1/overview")
    data, ml = overview["teams"]
    assert (data["location"], data["health"], data["assets"]) == ("data", "ok", 3)
    assert data["owners"] == ["team:data"] and "landing" in data["groups"]
    assert data["by_status"]["materialized"] == 3 and data["stale"] == 0
    assert data["last_materialized_at"] and ml["last_materialized_at"] is None
    assert ml["by_status"]["failed"] == 1 and ml["by_status"]["missing"] == 1
    assert overview["edges"] == [{"from": "data", "to": "ml", "edges": 1, "assets": ["orders"]}]
    assert [(failed["key"], failed["run"]) for failed in overview["failures"]] == [("model", run)]
    teams.location("ml", "raise ValueError('broken')")
    api.post("/api/v1/reload")
    assert [team["health"] for team in api.get("/api/v1/overview")["teams"]] == ["ok", "stale"]
    assert api.get("/api/v1/assets?location=ml")["items"][0]["stale_location"] is True


def test_search_finds_the_best_first(api):
    def found(q: str) -> list[tuple[str, str]]:
        items = api.get(f"/api/v1/search?q={urllib.parse.quote(q)}")["items"]
        return [(item["kind"], item["name"]) for item in items]

    assert found("orders") == [("asset", "orders"), ("asset", "raw/orders")]
    assert found("MODEL") == [("asset", "model"), ("group", "models")]
    assert found("data") == [("location", "data")]
    run = api.launch("raw/orders")
    assert found(run[-8:]) == [("run", run)]
    api.wait(run)


def test_partitions_are_told_though_they_are_not_run(workspace):
    workspace.location("data", DATA)
    with serving(workspace) as api:
        definition = api.get(path("by_region", "/partitions"))["definition"]
        assert definition == {"type": "static", "partition_keys": ["a", "b"]}
        assert api.get(path("by_region"))["partitions"] == definition
        assert api.get(path("orders", "/partitions")) == {"definition": None}


def test_checks_show_what_they_said_last(workspace):
    workspace.location(
        "data",
        """
        @dg.asset
        def checked():
            return 1

        defs = dg.Definitions(
            [checked], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}
        )
        """,
    )
    with serving(workspace) as api:
        api.wait(api.launch("*"))
        assert api.get(path("checked"))["checks"] == []
        for passed in (False, True):
            said = {"check_name": "positive", "passed": passed, "severity": "WARN"}
            api.post("/report_asset_check/checked", said)
        (check,) = api.get(path("checked"))["checks"]
        assert check["name"] == "positive" and check["passed"] is True
        assert check["severity"] == "WARN" and check["run"] is None


def test_streams_tell_of_assets_that_change(api):
    api.get("/api/v1/assets")
    stream = api.stream("/api/v1/events/stream")
    run = api.launch("raw/orders")
    seen = []
    for event in stream:
        if event.kind == "asset":
            seen.append((event.data["key"], event.data["status"]))
            if seen[-1] == ("raw/orders", "materialized"):
                break
    stream.close()
    assert {key for key, _ in seen} == {"raw/orders"}
    assert api.wait(run)["status"] == "success"
    wait_for(lambda: status(api, "raw/orders") == "materialized")
