"""The laid out graph over HTTP: frames and what opens them, selections, places, and how it is kept."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from api_client import Api, serving

FEEDS = """
    def table(name, group):
        @dg.asset(key=["raw", name], group_name=group)
        def made():
            return 1
        return made

    defs = dg.Definitions(
        [table(f"orders_{i}", "shop") for i in range(3)] + [table(f"visits_{i}", "web") for i in range(2)]
    )
"""
REPORTS = """
    @dg.asset(deps=[dg.AssetKey(["raw", "orders_0"]), dg.AssetKey(["raw", "visits_0"])])
    def daily():
        return 1

    @dg.asset(deps=[daily, "typed_by_hand"])
    def weekly():
        return 1

    defs = dg.Definitions([daily, weekly])
"""


class Box(NamedTuple):
    name: str
    frame: int
    x: float
    y: float
    width: float
    height: float

    def holds(self, other: Box) -> bool:
        return (
            self.x < other.x
            and self.y < other.y
            and other.x + other.width < self.x + self.width
            and other.y + other.height < self.y + self.height
        )


class Picture:
    def __init__(self, api: Api, query: str = "") -> None:
        self.graph: dict[str, Any] = api.get("/api/v1/graph" + query)
        self.frames = [Box(f[0], f[3], *f[6:]) for f in self.graph["frames"]]
        self.boxes = [Box(b[0], b[2], *b[3:]) for b in self.graph["boxes"]]

    def names(self) -> list[str]:
        return sorted(box.name for box in self.boxes)

    def open_frames(self) -> list[str]:
        return sorted(f[0] for f in self.graph["frames"] if f[4])

    def closed_frames(self) -> list[str]:
        return sorted(f[0] for f in self.graph["frames"] if not f[4])

    def end(self, n: int) -> str:
        return self.boxes[n].name if n >= 0 else self.frames[-1 - n].name

    def edges(self) -> set[tuple[str, str, int]]:
        return {(self.end(e[0]), self.end(e[1]), e[2]) for e in self.graph["edges"]}


@pytest.fixture
def api(workspace):
    workspace.location("feeds", FEEDS)
    workspace.location("reports", REPORTS)
    with serving(workspace) as api:
        yield api


def test_small_graph_is_open_and_every_box_stands_in_its_frame(api):
    picture = Picture(api)
    assert picture.open_frames() == ["feeds", "reports", "shop", "web"]
    assert len(picture.boxes) == 8
    for box in [*picture.boxes, *picture.frames]:
        assert box.frame < 0 or picture.frames[box.frame].holds(box)
    by_hand = next(box for box in picture.boxes if box.name == "typed_by_hand")
    assert by_hand.frame == -1
    assert ("daily", "weekly", 1) in picture.edges()
    places = {box.name: box for box in picture.boxes}
    assert places["raw/orders_0"].x < places["daily"].x < places["weekly"].x


def test_closed_frames_stand_for_what_is_in_them(api):
    picture = Picture(api, "?open=")
    assert picture.closed_frames() == ["feeds", "reports"]
    assert picture.edges() == {("feeds", "reports", 2), ("typed_by_hand", "reports", 1)}


@pytest.mark.parametrize(
    "names, opened, closed",
    [
        ("reports", ["reports"], ["feeds"]),
        ("feeds/shop", ["feeds", "shop"], ["reports", "web"]),
        ("feeds/*,reports", ["feeds", "reports", "shop", "web"], []),
        ("*", ["feeds", "reports", "shop", "web"], []),
        ("gone,feeds%252Fweb", ["feeds", "web"], ["reports", "shop"]),
    ],
)
def test_named_frames_are_open(api, names, opened, closed):
    picture = Picture(api, f"?open={names}")
    assert (picture.open_frames(), picture.closed_frames()) == (opened, closed)


def test_selection_is_drawn_alone(api):
    assert Picture(api, "?select=%2Bdaily").names() == ["daily", "raw/orders_0", "raw/visits_0"]
    assert "daily" in api.get("/api/v1/graph?select=key%3Adayly", 404)["hint"]
    api.get("/api/v1/graph?select=key%3A(", 400)


def test_unchanged_picture_is_not_sent_again(api):
    first = api.ask("GET", "/api/v1/graph?open=*")
    known = {"If-None-Match": first.headers["etag"]}
    again = api.ask("GET", "/api/v1/graph?open=*", headers=known)
    assert (again.status, again.body) == (304, b"")
    assert api.ask("GET", "/api/v1/graph?open=", headers=known).status == 200


def test_large_picture_is_the_same_for_all_who_wait(workspace):
    code = """
    def table(i):
        @dg.asset(name=f"t{i}", deps=[f"t{i // 2}"] if i else [])
        def made():
            return 1
        return made

    defs = dg.Definitions([table(i) for i in range(1500)])
    """
    workspace.location("many", code)
    with serving(workspace) as api, ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(api.ask, "GET", "/api/v1/graph?open=*") for _ in range(4)]
        bodies = {answer.result().body for answer in asked}
        assert len(bodies) == 1
        assert len(json.loads(bodies.pop())["boxes"]) == 1500
