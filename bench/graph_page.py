"""The lineage page in a headless Chromium without a GPU: from navigation to a picture, and the time of each frame of a pan.

python bench/graph_page.py http://localhost:3000 [--open] [--seconds 5]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

from chromium import Page

# Frames as the page sees them: the time from one animation frame to the next while the mouse drags to and fro.
FRAMES = """
window.frames_ms = [];
(function () {
  let last = 0;
  const tick = (now) => {
    if (last) window.frames_ms.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})();
"""
PAN_STEP = 14  # pixels between two moves of the mouse
# The canvas holds something else than one colour.
DRAWN = """(() => {
  const canvas = document.querySelector("canvas");
  if (!canvas || canvas.width < 2) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 4; i < data.length; i += 4 * 97) if (data[i] !== data[0] || data[i + 1] !== data[1]) return true;
  return false;
})()"""


def first_picture(page: Page, url: str) -> float:
    """Milliseconds from navigation until something is drawn, by the page's own clock."""
    page.go(url)
    page.wait_for(DRAWN, 60)
    return float(str(page.evaluate("performance.now()")))


def pan(page: Page, seconds: float) -> list[float]:
    """Milliseconds between frames while the picture is dragged."""
    box = json.loads(
        str(
            page.evaluate(
                "JSON.stringify(document.querySelector('canvas').getBoundingClientRect())"
            )
        )
    )
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(FRAMES)
    page.mouse("mousePressed", x, y, button="left", buttons=1)
    until = time.monotonic() + seconds
    at, step = 0, PAN_STEP
    while time.monotonic() < until:
        at += step
        if abs(at) > 300:
            step = -step
        page.mouse("mouseMoved", x + at, y + at / 3, button="left", buttons=1)
    page.mouse("mouseReleased", x + at, y + at / 3, button="left")
    return json.loads(str(page.evaluate("JSON.stringify(window.frames_ms)")))


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of a plait that serves")
    parser.add_argument(
        "--open", action="store_true", help="every frame open: as many boxes as there are assets"
    )
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    url = f"{given.url}/lineage" + ("?open=*" if given.open else "")
    firsts, frames = [], []
    for _ in range(given.rounds):
        with Page() as page:
            firsts.append(first_picture(page, url))
            time.sleep(1)
            frames += pan(page, given.seconds)
    print(f"first picture: {statistics.median(firsts):.0f} ms (best {min(firsts):.0f})")
    print(
        f"pan: {len(frames)} frames, p50 {percentile(frames, 0.5):.1f} ms, "
        f"p95 {percentile(frames, 0.95):.1f} ms, most {max(frames):.1f} ms"
    )


if __name__ == "__main__":
    main()
