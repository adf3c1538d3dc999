"""The catalog of a large workspace in a headless Chromium without a GPU: first rows, scrolling, searching, an asset's page.

python bench/catalog_page.py http://localhost:3000 [--search 123] [--rounds 3]
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
from typing import Iterator, NamedTuple

from chromium import Page
from graph_page import DRAWN

FRAMES = 100  # scrolled
SCROLLER = "document.querySelector('[role=table]').parentElement"
SUBTITLE = "document.querySelector('main header').textContent"
ROWS = "document.querySelectorAll('[role=table] [role=row][aria-rowindex]').length"
LOADED = "Number(document.querySelector('[role=table]').ariaRowCount) - 1"
IS_IDLE = "!document.querySelector('[role=status][aria-label=Loading]')"
# Milliseconds until `done`, looked at each frame, from the last key that was pressed.
ANSWERED = """new Promise((tell) => {
  const look = () => (%s) ? tell(performance.now() - window.pressed) : requestAnimationFrame(look);
  look();
})"""
PRESSED = "addEventListener('keydown', () => { window.pressed = performance.now(); }, true)"


class Cost(NamedTuple):
    """Milliseconds: of the clock, and of the processor that the page's thread has used."""

    clock: float
    processor: float


def now(page: Page) -> float:
    return float(str(page.evaluate("performance.now()")))


def worked(page: Page) -> float:
    """Milliseconds of processor that the page's thread has used: what else the machine does weighs little on them."""
    for metric in page.call("Performance.getMetrics")["metrics"]:
        if metric["name"] == "TaskDuration":
            return 1e3 * float(metric["value"])
    raise RuntimeError("the browser tells no TaskDuration")


def type_keys(page: Page, text: str) -> None:
    for letter in text:
        page.call("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
        page.call("Input.dispatchKeyEvent", type="keyUp", key=letter)


def answered(page: Page, done: str) -> float:
    return float(str(page.evaluate(ANSWERED % done)))


@contextlib.contextmanager
def cost(page: Page, costs: dict[str, list[Cost]], what: str) -> Iterator[None]:
    began, before = now(page), worked(page)
    yield
    costs.setdefault(what, []).append(Cost(now(page) - began, worked(page) - before))


def scroll(page: Page, pixels: int) -> float:
    """Milliseconds between frames, on average, when each scrolls so far."""
    scrolled = f"""(async () => {{
      const began = performance.now(), scroller = {SCROLLER};
      for (let i = 0; i < {FRAMES}; i++) {{
        scroller.scrollTop += {pixels};
        await new Promise(requestAnimationFrame);
      }}
      return (performance.now() - began) / {FRAMES};
    }})()"""
    return float(str(page.evaluate(scrolled)))


def scroll_to_end(page: Page) -> None:
    total = f"Number({SUBTITLE}.match(/([0-9,]+) assets/)[1].replaceAll(',', ''))"
    page.wait_for(f"({SCROLLER}.scrollTop = 1e9) && {LOADED} === {total}", 300)


def search(page: Page, words: str) -> float:
    """From the last key to another number of assets."""
    page.evaluate("document.querySelector('input[aria-label=\"Search assets\"]').focus()")
    page.evaluate(f"window.before = {SUBTITLE}.replace(/ fits?$/, '')")
    type_keys(page, words)
    return answered(page, f"/fits?$/.test({SUBTITLE}) && !{SUBTITLE}.startsWith(window.before)")


def open_palette(page: Page) -> None:
    page.call("Input.dispatchKeyEvent", type="keyDown", key="k", code="KeyK", modifiers=2)
    page.wait_for("document.querySelector('[cmdk-input]')")


def visit(page: Page, url: str, words: str, costs: dict[str, list[Cost]]) -> None:
    def note(what: str, clock: float, before: float) -> None:
        costs.setdefault(what, []).append(Cost(clock, worked(page) - before))

    page.call("Performance.enable", timeDomain="threadTicks")
    page.go(f"{url}/catalog")
    page.wait_for(f"{ROWS} > 10", 60)
    note("first rows of the catalog, from navigation", now(page), 0)
    page.evaluate(PRESSED)
    for pixels in (40, 1000):
        before = worked(page)
        clock = scroll(page, pixels)
        costs.setdefault(f"a frame that scrolls by {pixels} pixels", []).append(
            Cost(clock, (worked(page) - before) / FRAMES)
        )
    with cost(page, costs, "to the last row of all"):
        scroll_to_end(page)
    before = worked(page)
    note(
        "a search's answer after its last key (it waits 160 ms for more)",
        search(page, words),
        before,
    )
    with cost(page, costs, "opening the palette"):
        open_palette(page)
    before = worked(page)
    type_keys(page, words)
    note(
        "the palette's answer after the last key (it waits 120 ms for more)",
        answered(page, f"document.querySelector('[cmdk-list]').textContent.includes({words!r})"),
        before,
    )
    key = page.evaluate("document.querySelector('[role=table] a').textContent")
    page.go(f"{url}/assets/{key}")
    page.wait_for(f"document.querySelector('main h1') && {IS_IDLE}", 60)
    note("an asset's page, from navigation", now(page), 0)
    page.go(f"{url}/lineage")
    page.wait_for(DRAWN, 60)
    note("first picture of the lineage page, from navigation", now(page), 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of a plait that serves")
    parser.add_argument("--search", default="123", help="what is typed")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    costs: dict[str, list[Cost]] = {}
    for _ in range(given.rounds):
        with Page() as page:
            visit(page, given.url, given.search, costs)
    print(f"{'ms, medians':68}{'clock':>9}{'best':>9}{'processor':>11}")
    for what, all_of_them in costs.items():
        clock = statistics.median(one.clock for one in all_of_them)
        best = min(one.clock for one in all_of_them)
        processor = statistics.median(one.processor for one in all_of_them)
        print(f"{what:68}{clock:9.1f}{best:9.1f}{processor:11.1f}")


if __name__ == "__main__":
    main()
