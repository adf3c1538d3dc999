"""The web UI: finding assets, few or ten thousand, and what their pages tell."""

from __future__ import annotations

import re
from typing import Iterator

import pytest
from conftest import Workspace
from visitor import IS_DRAWN, Visitor, expect, locate, visiting

MANY, LOCATIONS = 10_000, 20
# each made from the one before it and from one of another location
SOME_OF_MANY = """
    def make(number):
        deps = [f"asset_{before:05}" for before in {number - 1, number - 777} if before >= 0]
        @dg.asset(name=f"asset_{number:05}", group_name=f"group_{number %% 7}", deps=deps)
        def one():
            pass
        return one

    defs = dg.Definitions([make(number) for number in range(%d, %d)])
"""


@pytest.fixture
def crowded(browser, tmp_path) -> Iterator[Visitor]:
    workspace, each = Workspace(tmp_path), MANY // LOCATIONS
    for i in range(LOCATIONS):
        locate(workspace, f"team{i:02}", SOME_OF_MANY % (i * each, (i + 1) * each))
    with visiting(browser, workspace) as visitor:
        yield visitor


def test_the_palette_finds_an_asset_and_its_page_tells_all(visitor):
    page = visitor.page
    visitor.go("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("orders")
    expect(page.get_by_role("option", name="orders")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/assets/orders$"))
    rows = page.get_by_role("region", name="First rows")
    expect(rows.get_by_role("row")).to_have_count(3)
    expect(rows.get_by_role("cell", name="Tromsø")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_text("current", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Impact").click()
    reached = page.get_by_role("tabpanel", name="Impact")
    expect(reached).to_contain_text("A change of orders reaches 3 assets in 2 code locations")
    expect(reached.get_by_role("link", name="south").first).to_be_visible()


def test_the_catalog_searches_and_explains_a_wrong_selection(visitor):
    visitor.may_be_refused = True
    page = visitor.page
    visitor.go("/catalog")
    table = page.get_by_role("table", name="Assets")
    page.get_by_label("Search assets").fill("custom")
    expect(table.get_by_role("link", name="customers")).to_be_visible()
    expect(table.get_by_role("link", name="orders")).to_have_count(0)
    page.get_by_label("Search assets").fill("")
    page.get_by_label("Selection of assets").fill("orders or grup:x")
    page.get_by_label("Selection of assets").press("Enter")
    said = visitor.api.ask("GET", "/api/v1/assets?select=orders%20or%20grup:x").json()
    expect(page.get_by_role("alert")).to_contain_text(said["detail"])
    expect(page.get_by_role("alert")).to_contain_text(said["hint"])


def test_ten_thousand_assets_are_listed_searched_and_drawn(crowded):
    page, asked = crowded.page, []
    page.on("request", lambda request: asked.append(request.url))
    crowded.go("/catalog")
    main, table = page.locator("main"), page.get_by_role("table", name="Assets")
    expect(main).to_contain_text("10,000 assets")
    expect(table.get_by_role("link", name="asset_00000")).to_be_visible()
    last = table.get_by_role("link", name="asset_09999")
    for _ in range(200):
        table.evaluate("(table) => { table.parentElement.scrollTop = 1e9; }")
        if last.count():
            break
        page.wait_for_timeout(50)
    expect(last).to_be_visible()
    assert table.get_by_role("row").count() < 100  # those in sight, and a few around them
    assert len([url for url in asked if "/api/v1/assets?" in url]) <= 10

    page.get_by_label("Search assets").fill("asset_0770")
    expect(main).to_contain_text("10 assets fit")
    expect(table.get_by_role("row")).to_have_count(1 + 10)
    page.keyboard.press("Control+k")
    page.keyboard.type("asset_04242")
    expect(page.get_by_role("option", name="asset_04242")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/assets/asset_04242$"))
    expect(main.get_by_role("link", name="asset_04241").first).to_be_visible()

    with page.expect_response(re.compile("/api/v1/graph")) as graph:
        crowded.open("Lineage")
    picture = page.locator("main canvas").first
    page.wait_for_function(IS_DRAWN, arg=picture.element_handle())
    assert len(graph.value.body()) < 200_000  # frames, not 10,000 boxes


def test_an_unknown_asset_is_told_of_with_what_to_do(visitor):
    visitor.may_be_refused = True
    visitor.go("/assets/order")
    alert = visitor.page.get_by_role("alert")
    expect(alert).to_contain_text("order")
    expect(alert).to_contain_text("orders")  # meant, perhaps
