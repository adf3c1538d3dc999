"""The web UI: launching runs, following them, and what their steps print."""

from __future__ import annotations

import re
from typing import Iterator

import pytest
from conftest import Workspace
from visitor import (
    ASSETS,
    FAILING,
    IS_DRAWN,
    SOUTH,
    Visitor,
    expect,
    locate,
    two_locations,
    visiting,
)

LONG = """
    @dg.asset
    def prints():
        for n in range(400_000):
            print(f"line {n}")

    defs = dg.Definitions([prints], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""
PARTITIONED = """
    @dg.asset(partitions_def=dg.DailyPartitionsDefinition(start_date="2024-01-01"))
    def daily(): ...

    @dg.asset(deps=[daily])
    def weekly(): ...

    @dg.asset
    def plain(): ...

    defs = dg.Definitions([daily, weekly, plain], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""


@pytest.fixture
def long(browser, tmp_path) -> Iterator[Visitor]:
    workspace = Workspace(tmp_path)
    locate(workspace, "long", LONG)
    with visiting(browser, workspace) as visitor:
        yield visitor


@pytest.fixture
def failing(browser, tmp_path) -> Iterator[Visitor]:
    with visiting(browser, two_locations(tmp_path, FAILING)) as visitor:
        yield visitor


def test_a_new_user_makes_everything(new):
    page = new.page
    new.go("/")
    for location in ("north", "south"):
        expect(page.locator("main").get_by_role("link", name=location).first).to_be_visible()

    new.open("Lineage")
    picture = page.locator("main canvas").first
    expect(picture).to_be_visible()
    page.wait_for_function(IS_DRAWN, arg=picture.element_handle())
    new.button("As a list").click()
    for asset in ASSETS:
        expect(page.get_by_role("option", name=asset)).to_be_visible()

    page.get_by_role("banner").get_by_role("button", name="Materialize all").click()
    plan = page.get_by_role("dialog", name="Materialize all").get_by_role(
        "region", name="Steps of the plan"
    )
    for text in (*ASSETS, "north", "south"):
        expect(plan.get_by_text(text, exact=True).first).to_be_visible()
    assert plan.get_by_text("never").count() >= len(ASSETS)  # the reasons
    new.launch(4)

    page.evaluate("window.neverReloaded = true")
    new.sees_step("orders", "Succeeded")
    new.sees_step("customers", "Running")
    new.sees_step("letters", "Waiting")
    (new.api.workspace.root / "south" / "go").touch()
    for asset in ASSETS:
        new.sees_step(asset, "Succeeded")
    new.sees_run("Succeeded")
    events = page.get_by_role("tabpanel", name="Events")
    expect(events.get_by_text("customers").first).to_be_visible()

    new.open("Catalog")
    table = page.get_by_role("table", name="Assets")
    expect(table.get_by_text("Materialized", exact=True)).to_have_count(1 + len(ASSETS))
    assert page.evaluate("window.neverReloaded")


def test_what_cannot_be_made_is_told_before_the_launch_and_left_out(browser, tmp_path):
    workspace = Workspace(tmp_path)
    locate(workspace, "shop", PARTITIONED)
    with visiting(browser, workspace) as visitor:
        page = visitor.page
        visitor.go("/")
        page.get_by_role("banner").get_by_role("button", name="Materialize all").click()
        left_out = page.get_by_role("region", name="Left out")
        expect(left_out).to_contain_text("2 chosen assets will not be made")
        expect(left_out).to_contain_text(
            "asset daily cannot be made by plait yet: it is partitioned"
        )
        expect(left_out).to_contain_text('depends on "daily" (shop), which is left out')
        steps = page.get_by_role("region", name="Steps of the plan")
        expect(steps.get_by_text("plain", exact=True)).to_be_visible()
        expect(steps.get_by_text("daily", exact=True)).to_have_count(0)
        visitor.launch(1)
        visitor.sees_run("Succeeded")
        events = page.get_by_role("tabpanel", name="Events")
        expect(events).to_contain_text('"daily" (shop) and 1 more are left out')

        visitor.may_be_refused = True
        visitor.go("/assets/daily")
        page.get_by_role("button", name="Materialize", exact=True).click()
        dialog = page.get_by_role("dialog", name="Materialize")
        expect(dialog).to_contain_text(
            "nothing to run: asset daily cannot be made by plait yet: it is partitioned"
        )
        expect(dialog.get_by_role("button", name="Launch")).to_have_attribute(
            "aria-disabled", "true"
        )


def test_what_a_step_prints_shows_as_it_prints_it(new):
    page = new.page
    run = new.api.launch("*")
    new.go(f"/runs/{run}?tab=stdout")
    new.sees_step("customers", "Running")
    new.step("customers").click()
    printed = page.get_by_role("tabpanel", name="stdout")
    expect(printed.get_by_text("waiting for go")).to_be_visible()
    expect(printed.get_by_text("there it is")).to_have_count(0)
    (new.api.workspace.root / "south" / "go").touch()
    expect(printed.get_by_text("there it is")).to_be_visible()
    new.sees_run("Succeeded")


def test_a_long_log_shows_its_end_and_then_its_beginning(long):
    page = long.page
    run = long.api.launch("*")
    long.api.wait(run)
    long.go(f"/runs/{run}?step=0&tab=stdout")
    printed = page.get_by_role("tabpanel", name="stdout")
    expect(printed.get_by_text("line 399999", exact=True)).to_be_attached()
    expect(printed.get_by_text("line 0")).to_have_count(0)
    lines = printed.get_by_role("region", name="What it printed")
    lines.press("Home")
    page.wait_for_function("(lines) => lines.scrollTop === 0", arg=lines.element_handle())
    read = lines.locator("[style*='translateY(0px)']").inner_text()
    printed.get_by_role("button", name="Show earlier").click()
    expect(printed.get_by_text("The last 87,")).to_be_visible()
    expect(lines.get_by_text(read, exact=True)).to_be_in_viewport()
    with page.expect_download() as file:
        printed.get_by_role("link", name="Download the whole file").click()
    saved = file.value.path().read_text().splitlines()
    assert (len(saved), saved[0], saved[-1]) == (400_000, "line 0", "line 399999")
    printed.get_by_role("button", name="From the beginning").click()
    expect(printed.get_by_text("line 0")).to_be_visible()


def test_a_failed_run_says_where_first_and_is_retried(failing):
    page = failing.page
    failing.go("/")
    failing.materialize_all(4)
    failing.sees_run("Failed")
    wrong = page.get_by_role("region", name="What went wrong")
    expect(wrong).to_contain_text("ZeroDivisionError")
    expect(wrong.get_by_text(re.compile(r"south/definitions\.py:\d+$"))).to_be_visible()
    first = page.url

    locate(failing.api.workspace, "south", SOUTH)
    failing.button("Retry from failure").click()
    expect(page).not_to_have_url(first)
    failing.sees_run("Succeeded")
    failing.sees_step("letters", "Succeeded")
    expect(failing.step("orders")).to_have_count(0)  # it had not failed


def test_runs_are_narrowed_and_the_address_tells_how(visitor):
    page, failed = visitor.page, visitor.api.failed
    rows = (
        page.get_by_role("table", name="Runs")
        .get_by_role("row")
        .filter(has=page.get_by_role("cell"))
    )
    visitor.go("/runs?status=failure,canceled")
    expect(visitor.button("Failed or Canceled")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(rows.get_by_role("link", name=failed[-8:])).to_be_visible()
    expect(rows.get_by_role("link", name="north")).to_be_visible()  # whose steps it has
    visitor.button("Failed or Canceled").click()
    page.get_by_role("menuitemcheckbox", name="Succeeded").click()
    expect(rows).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"status=failure%2Ccanceled%2Csuccess"))
    page.get_by_label("Asset", exact=True).fill("orders")
    expect(rows).to_have_count(1)
    expect(rows.get_by_text("Succeeded")).to_be_visible()
    visitor.button("Clear").last.click()
    page.get_by_label("Any time").select_option("Last hour")
    expect(rows).to_have_count(2)
    visitor.go("/runs?since=2100-01-01")
    expect(page.get_by_text("No run fits")).to_be_visible()
