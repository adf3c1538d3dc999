"""The web UI as its users have it: the real binary, a real browser, and what they see and press."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
from typing import Iterator

import pytest
from api_client import Api, serving
from conftest import TOP, Workspace

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not there")
expect = sync_api.expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = TOP / "ui" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt-get install chromium"),
    pytest.mark.skipif(
        "ASAN_OPTIONS" in os.environ,
        reason="the browser sees nothing of sanitizers and waits long for them: the plain suite has it",
    ),
]

# north's `orders` goes to south's `customers`, which waits for the file `go`, and comes back into `summary`
NORTH = """
    @dg.asset
    def orders():
        return [{"city": "Bergen", "paid": 12.5}, {"city": "Tromsø", "paid": 7.0}]

    @dg.asset
    def summary(customers):
        return {"customers": len(customers)}

    defs = dg.Definitions(
        [orders, summary], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}
    )
"""
SOUTH = """
    import pathlib, time
    HERE = pathlib.Path(__file__).parent

    @dg.asset
    def customers(orders):
        print("waiting for go", flush=True)
        while not (HERE / "go").exists():
            time.sleep(0.02)
        print("there it is", flush=True)
        return sorted(order["city"] for order in orders)

    @dg.asset
    def letters(customers):
        return ["Dear " + customer for customer in customers]

    defs = dg.Definitions(
        [customers, letters], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}
    )
"""
FAILING = SOUTH.replace('["Dear " +', '[len(customers) / 0 and "Dear " +')
ASSETS = ("orders", "customers", "summary", "letters")
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


def locate(workspace: Workspace, name: str, code: str) -> pathlib.Path:
    return workspace.location(name, code, working_directory=str(workspace.root / name))


def two_locations(root: pathlib.Path, south: str = SOUTH, go: bool = True) -> Workspace:
    workspace = Workspace(root)
    locate(workspace, "north", NORTH)
    locate(workspace, "south", south)
    if go:
        (root / "south" / "go").touch()
    return workspace


class Visitor:
    """A page of a browser that remembers nothing yet; `close` tells of errors, and of requests to elsewhere."""

    def __init__(self, browser: sync_api.Browser, api: Api, **context: object) -> None:
        self.api = api
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        self.may_be_refused = False  # what the server refuses is an error of the console too
        options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        self.context = browser.new_context(base_url=api.url, **{**options, **context})
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", self._see)

    def _hear(self, message: sync_api.ConsoleMessage) -> None:
        is_refusal = (
            "Failed to load resource: the server responded with a status of 4" in message.text
        )
        if message.type in ("error", "warning") and not (is_refusal and self.may_be_refused):
            self.errors.append(f"{message.text} ({message.location})")

    def _see(self, request: sync_api.Request) -> None:
        if not request.url.startswith((self.api.url, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def close(self) -> None:
        self.context.close()
        assert self.errors == []
        assert self.elsewhere == []

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.settle()

    def settle(self) -> None:
        expect(self.page.locator("main h1")).to_be_attached()
        expect(self.page.get_by_role("status", name="Loading")).to_have_count(0)

    def open(self, title: str) -> None:
        self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=title).click()
        self.settle()

    def button(self, name: str | re.Pattern) -> sync_api.Locator:
        return self.page.get_by_role("button", name=name)

    def launch(self, steps: int) -> None:
        """From the plan's dialog to the page of its run."""
        self.button(f"Launch {steps} step").click()
        expect(self.page).to_have_url(re.compile("/runs/"))

    def materialize_all(self, steps: int) -> None:
        self.page.get_by_role("banner").get_by_role("button", name="Materialize all").click()
        self.launch(steps)

    def step(self, name: str, status: str = "") -> sync_api.Locator:
        """A row of the chart; it is named by its status and its step."""
        return self.button(re.compile(rf"^{status or '[A-Z][a-z]+'} {name}\b"))

    def sees_step(self, name: str, status: str) -> None:
        expect(self.step(name, status)).to_be_visible(timeout=30_000)

    def sees_run(self, status: str) -> None:
        header = self.page.locator("main header:has(h1)")
        expect(header.get_by_text(status, exact=True)).to_be_visible(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def visiting(browser: sync_api.Browser, workspace: Workspace) -> Iterator[Visitor]:
    with serving(workspace) as api:
        if "<html" not in api.ask("GET", "/").body.decode():
            pytest.skip("this plait was built without its web UI")
        visitor = Visitor(browser, api)
        yield visitor
        visitor.close()


@pytest.fixture
def new(browser, tmp_path) -> Iterator[Visitor]:
    """Nothing is made yet, and `customers` waits."""
    yield from visiting(browser, two_locations(tmp_path, go=False))


LONG = """
    @dg.asset
    def prints():
        for n in range(400_000):
            print(f"line {n}")

    defs = dg.Definitions([prints], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""


@pytest.fixture
def long(browser, tmp_path) -> Iterator[Visitor]:
    workspace = Workspace(tmp_path)
    locate(workspace, "long", LONG)
    yield from visiting(browser, workspace)


@pytest.fixture
def failing(browser, tmp_path) -> Iterator[Visitor]:
    yield from visiting(browser, two_locations(tmp_path, FAILING))


@pytest.fixture(scope="module")
def worn(browser, tmp_path_factory) -> Iterator[Api]:
    """As a workspace looks after some days: values, a failed run, code that does not load any more."""
    workspace = two_locations(tmp_path_factory.mktemp("worn"))
    with serving(workspace) as api:
        if "<html" not in api.ask("GET", "/").body.decode():
            pytest.skip("this plait was built without its web UI")
        api.wait(api.launch("*"))
        locate(workspace, "south", FAILING)
        api.post("/api/v1/locations/south/reload")
        api.failed = api.launch("customers+")
        api.wait(api.failed)
        locate(workspace, "south", "def broken(:\n")
        api.post("/api/v1/locations/south/reload")
        yield api


@pytest.fixture
def visitor(browser, worn) -> Iterator[Visitor]:
    visitor = Visitor(browser, worn)
    yield visitor
    visitor.close()


@pytest.fixture
def crowded(browser, tmp_path) -> Iterator[Visitor]:
    workspace, each = Workspace(tmp_path), MANY // LOCATIONS
    for i in range(LOCATIONS):
        locate(workspace, f"team{i:02}", SOME_OF_MANY % (i * each, (i + 1) * each))
    yield from visiting(browser, workspace)


def addresses(api: Api) -> list[str]:
    """Every page, and the parts that differ most."""
    tabs = ("overview", "versions", "lineage", "impact", "runs", "checks")
    return [
        "/",
        "/lineage?list=1",
        "/catalog",
        "/runs",
        "/runs?status=failure,canceled&tag=none",
        f"/runs/{api.failed}",
        f"/runs/{api.failed}?tab=stderr",
        "/locations",
        "/locations/north",
        "/locations/south",
        *(f"/assets/orders?tab={tab}" for tab in tabs),
        "/assets/letters",
    ]


IS_DRAWN = """(canvas) => {
    const { width, height } = canvas;
    const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer);
    return new Set(pixels).size > 8;
}"""
# so that colours are another theme's at once
NO_FADING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { transition: none !important }");
    document.adoptedStyleSheets = [sheet];
}"""


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


PARTITIONED = """
    @dg.asset(partitions_def=dg.DailyPartitionsDefinition(start_date="2024-01-01"))
    def daily(): ...

    @dg.asset(deps=[daily])
    def weekly(): ...

    @dg.asset
    def plain(): ...

    defs = dg.Definitions([daily, weekly, plain], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""


def test_what_cannot_be_made_is_told_before_the_launch_and_left_out(browser, tmp_path):
    workspace = Workspace(tmp_path)
    locate(workspace, "shop", PARTITIONED)
    for visitor in visiting(browser, workspace):
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
        printed.get_by_role("button", name="Download the whole file").click()
    saved = file.value.path().read_text().splitlines()
    assert (len(saved), saved[0], saved[-1]) == (400_000, "line 0", "line 399999")
    printed.get_by_role("button", name="From the beginning").click()
    expect(printed.get_by_text("line 0")).to_be_visible()


def test_broken_code_is_shown_with_its_place_and_harms_nobody_else(new):
    page, workspace = new.page, new.api.workspace
    file = workspace.root / "south" / "definitions.py"
    sound = file.read_text()
    file.write_text(sound + "\ndef broken(:\n")
    line = file.read_text().splitlines().index("def broken(:") + 1

    new.go("/locations")
    page.locator("main").get_by_role("link", name="south").first.click()
    new.settle()
    new.button("Reload").click()
    wrong = page.get_by_role("region", name="What went wrong")
    expect(wrong).to_contain_text("SyntaxError")
    expect(wrong.get_by_text(f"definitions.py:{line}")).to_be_visible()

    new.go("/locations/north")
    expect(page.locator("main header:has(h1)").get_by_text("Loaded", exact=True)).to_be_visible()
    new.go("/assets/orders")
    page.get_by_role("button", name="Materialize", exact=True).click()
    new.launch(1)
    new.sees_run("Succeeded")

    file.write_text(sound)
    new.go("/locations/south")
    new.button("Reload").click()
    expect(page.locator("main header:has(h1)").get_by_text("Loaded", exact=True)).to_be_visible()
    expect(wrong).to_have_count(0)


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


def test_the_picture_is_walked_by_keys_and_has_a_menu(visitor):
    page = visitor.page
    visitor.go("/lineage?open=*")
    picture = page.get_by_role("application")
    page.wait_for_function(IS_DRAWN, arg=page.locator("main canvas").first.element_handle())
    picture.focus()
    page.keyboard.press("ArrowDown")
    about = page.get_by_role("complementary", name="About what is chosen")
    expect(about.get_by_role("link", name=re.compile("^(%s)$" % "|".join(ASSETS)))).to_be_visible()
    visitor.go("/lineage?open=*&at=orders")
    picture.focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("at=customers"))
    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name="customers")
    expect(menu.get_by_role("menuitem", name="Copy asset key")).to_be_visible()
    menu.get_by_role("menuitem", name="Materialize with downstream").click()
    plan = page.get_by_role("region", name="Steps of the plan")
    for text in ("customers", "letters", "summary"):
        expect(plan.get_by_text(text, exact=True).first).to_be_visible()
    expect(plan.get_by_text("orders", exact=True)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(plan).to_have_count(0)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_a_link_to_the_picture_shows_what_was_seen(visitor):
    page = visitor.page
    visitor.go("/lineage")
    page.wait_for_function(IS_DRAWN, arg=page.locator("main canvas").first.element_handle())
    assert "view=" not in page.url
    page.get_by_role("application").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("view="))
    seen = page.url
    visitor.go(seen)
    page.wait_for_function(IS_DRAWN, arg=page.locator("main canvas").first.element_handle())
    page.wait_for_timeout(500)
    assert page.url == seen
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Show everything").click()
    expect(page).not_to_have_url(re.compile("view="))


def test_addresses_of_dagster_lead_here(visitor):
    for former, here in (
        ("/asset-groups?asset-selection=orders%2B", "/lineage?select=orders%2B"),
        ("/assets/orders?view=lineage", "/assets/orders?tab=lineage"),
        ("/locations/__repository__@north/jobs", "/locations/north"),
        ("/deployment/locations", "/locations"),
    ):
        visitor.go(former)
        expect(visitor.page).to_have_url(re.compile(re.escape(here) + "$"))


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


def test_the_theme_stays_chosen(visitor):
    page = visitor.page
    visitor.go("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    visitor.button("Theme").click()
    page.get_by_role("menuitemcheckbox", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    visitor.settle()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(ground) == dark


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


SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def test_no_page_is_wider_than_a_phone(browser, worn):
    visitor = Visitor(browser, worn, **SCREENS["phone"])
    wide = {}
    for address in addresses(worn):
        visitor.go(address)
        width = visitor.page.evaluate("document.scrollingElement.scrollWidth")
        if width > 390:
            wide[address] = width
    visitor.close()
    assert wide == {}


def violations(visitor: Visitor) -> list[str]:
    """What axe finds wrong, grave or not, in either theme."""
    page, found = visitor.page, []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        options = {"resultTypes": ["violations"], "preload": False}
        result = page.evaluate("(options) => axe.run(document, options)", options)
        for violation in result["violations"]:
            where = [node["html"][:160] for node in violation["nodes"]]
            found.append(f"{scheme}: {violation['help']}: {where[:4]}")
    return found


@pytest.mark.skipif(not AXE.exists(), reason="no axe-core: tools/ui.sh packages")
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_accessible_in_both_themes(browser, worn, screen):
    visitor = Visitor(browser, worn, **SCREENS[screen])
    page, found = visitor.page, {}
    axe = AXE.read_text()
    for address in addresses(worn):
        visitor.go(address)
        page.evaluate(axe)
        page.evaluate(NO_FADING)
        found[address] = violations(visitor)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    found["palette"] = violations(visitor)
    page.keyboard.press("Escape")
    page.get_by_role("banner").get_by_role("button", name="Materialize all").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    visitor.settle()
    found["plan"] = violations(visitor)
    visitor.close()
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
