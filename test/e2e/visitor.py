"""Who visits the web UI: a real browser on what the real binary serves, and the workspaces that it sees."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import shutil
from typing import Iterator

import pytest
from api_client import Api, serving
from conftest import Workspace

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not there")
expect = sync_api.expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
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
IS_DRAWN = """(canvas) => {
    const { width, height } = canvas;
    const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer);
    return new Set(pixels).size > 8;
}"""


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


@contextlib.contextmanager
def opened() -> Iterator[sync_api.Browser]:
    """The browser; skips where it cannot be had."""
    if not CHROMIUM:
        pytest.skip("no chromium: apt-get install chromium")
    if "ASAN_OPTIONS" in os.environ:
        pytest.skip("the browser sees nothing of sanitizers and waits long: the plain suite has it")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@contextlib.contextmanager
def shown(workspace: Workspace) -> Iterator[Api]:
    """Its server, with the web UI; skips where plait was built without."""
    with serving(workspace) as api:
        if "<html" not in api.ask("GET", "/").body.decode():
            pytest.skip("this plait was built without its web UI")
        yield api


@contextlib.contextmanager
def worn_workspace(root: pathlib.Path) -> Iterator[Api]:
    """As a workspace looks after some days: values, a failed run, code that does not load any more."""
    workspace = two_locations(root)
    with shown(workspace) as api:
        api.wait(api.launch("*"))
        locate(workspace, "south", FAILING)
        api.post("/api/v1/locations/south/reload")
        api.failed = api.launch("customers+")
        api.wait(api.failed)
        locate(workspace, "south", "def broken(:\n")
        api.post("/api/v1/locations/south/reload")
        yield api


@contextlib.contextmanager
def visiting(browser: sync_api.Browser, workspace: Workspace) -> Iterator[Visitor]:
    with shown(workspace) as api:
        visitor = Visitor(browser, api)
        yield visitor
        visitor.close()
