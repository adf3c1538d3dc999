import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssetSummary, Graph } from "../src/api/types";
import { narrowed, selectAround, selectBy, selectFrame } from "../src/format/selection";
import { assetGraphOf, neighbours, reach, reached, sameShape } from "../src/graph/asset_graph";
import { fitting, kept, mixed, showing, toScreen, toWorld, zoomed } from "../src/graph/camera";
import { Grid } from "../src/graph/grid";
import { Labels } from "../src/graph/labels";
import { framePath, NONE_OPEN, opened, toggled } from "../src/graph/open_frames";
import { ABOVE, BELOW, relationOf, SELF } from "../src/graph/relation";
import { itemAt, rectOf, sceneOf } from "../src/graph/scene";
import { itemOfAsset, standingOf } from "../src/graph/standing";
import { nearestTo, neighbourOf } from "../src/graph/walk";
import { readCamera, writeCamera } from "../src/pages/lineage/camera_text";
import { readChosen, withToggled, writeAssets, writeFrame } from "../src/pages/lineage/chosen";
import { type Doing, offerOf } from "../src/pages/lineage/menu_items";
import { unknownIn } from "../src/pages/lineage/unknown";

const VIEW = { width: 800, height: 600 };
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test("what the mouse points at stays under it while zooming", () => {
  const camera = { x: 30, y: -20, scale: 0.7 };
  const at = { x: 123, y: 456 };
  const after = zoomed(camera, at, 1.8);
  const [a, b] = [toWorld(camera, at), toWorld(after, at)];
  near(a.x, b.x);
  near(a.y, b.y);
  near(after.scale, 1.26);
});

test("fitting shows all of it, in the middle, no larger than asked for", () => {
  const rect = { x: 100, y: 100, width: 4_000, height: 300 };
  const camera = fitting(rect, VIEW, 20);
  const from = toScreen(camera, rect);
  near(from.x, 20);
  near(from.y, 300 - (300 * camera.scale) / 2);
  assert.equal(fitting({ x: 0, y: 0, width: 10, height: 10 }, VIEW).scale, 1);
});

test("showing moves only as far as it must", () => {
  const camera = { x: 0, y: 0, scale: 1 };
  assert.deepEqual(showing(camera, { x: 100, y: 100, width: 50, height: 50 }, VIEW), camera);
  assert.equal(showing(camera, { x: 900, y: 100, width: 50, height: 50 }, VIEW, 40).x, 190);
  assert.equal(showing(camera, { x: -10, y: 100, width: 2_000, height: 50 }, VIEW, 40).x, -50);
});

test("some of the world stays in sight", () => {
  const far = kept({ x: 90_000, y: -90_000, scale: 1 }, { width: 1_000, height: 1_000 }, VIEW);
  assert.ok(far.x < 1_000 && far.y > -600);
});

test("a flight begins and ends where it should", () => {
  const [from, to] = [
    { x: 0, y: 0, scale: 1 },
    { x: 500, y: 90, scale: 0.25 },
  ];
  const start = mixed(from, to, VIEW, 0);
  near(start.x, 0);
  near(start.scale, 1);
  assert.deepEqual(mixed(from, to, VIEW, 1), to);
});

test("the grid finds each thing once, and all that a search by hand finds", () => {
  const random = mulberry(7);
  const rects = Array.from({ length: 2_000 }, () => [random() * 9_000, random() * 5_000, 220, 60] as const);
  const grid = new Grid(9_220, 5_060, rects.length, (touch) => {
    for (const [i, [x, y, w, h]] of rects.entries()) touch(i, x, y, x + w, y + h);
  });
  for (let i = 0; i < 50; i++) {
    const [x, y] = [random() * 8_000, random() * 4_000];
    const found = grid.query({ x, y, width: 700, height: 500 });
    assert.equal(new Set(found).size, found.length);
    rects.forEach(([rx, ry, w, h], thing) => {
      if (rx < x + 700 && x < rx + w && ry < y + 500 && y < ry + h) assert.ok(found.includes(thing));
    });
  }
});

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("labels are cut to what fits, and measured once", () => {
  let measured = 0;
  const labels = new Labels((text) => {
    measured++;
    return [...text].length * 10;
  });
  assert.equal(labels.cut("orders", "a", 60), "orders");
  assert.equal(labels.cut("customer_orders", "a", 81), "custome…");
  const before = measured;
  assert.equal(labels.cut("customer_orders", "a", 82), "custome…");
  assert.equal(measured, before);
  assert.equal(labels.cut("orders", "a", 8), "");
  assert.equal(labels.cut("customer_orders_by_region_2024", "a", 200), "customer_order…_2024");
});

const asset = (key: string, deps: string[], location = "a", group: string | null = null): AssetSummary => ({
  ...{ key, location, group, deps, kinds: [], owners: [], stale_location: false, status: "materialized", stale: false },
  ...{ materialized_at: null, run: null, version: null, rows: null, bytes: null, path: null },
});
const ASSETS = new Map(
  [
    asset("raw", []),
    asset("clean", ["raw"]),
    asset("model", ["clean", "elsewhere"], "b", "ml"),
    asset("score", ["model"], "b", "ml"),
    asset("alone", []),
  ].map((one) => [one.key, one]),
);

test("walks follow who is made from whom", () => {
  const graph = assetGraphOf(ASSETS);
  assert.deepEqual(neighbours(graph, "model", "up"), ["clean"]);
  assert.deepEqual(neighbours(graph, "raw", "down"), ["clean"]);
  assert.deepEqual(reached(graph, reach(graph, ["raw"], "down")), ["clean", "model", "score"]);
  assert.deepEqual(reached(graph, reach(graph, ["score", "model"], "up")), ["clean", "raw"]);
  assert.deepEqual(neighbours(graph, "nobody", "up"), []);
});

test("another status is the same shape, another dep is not", () => {
  const other = new Map(ASSETS).set("raw", { ...asset("raw", []), status: "failed" });
  assert.ok(sameShape(ASSETS, other));
  assert.ok(!sameShape(ASSETS, new Map(other).set("raw", asset("raw", ["alone"]))));
});

const GRAPH = {
  hash: "h",
  width: 900,
  height: 300,
  locations: ["a", "b"],
  frames: [
    ["a", "location", 0, -1, 1, 3, 0, 0, 500, 200],
    ["b", "location", 1, -1, 1, 2, 560, 0, 300, 200],
    ["ml", "group", 1, 1, 0, 2, 580, 40, 180, 64],
  ],
  boxes: [
    ["raw", 0, 0, 20, 40, 140, 52],
    ["clean", 0, 0, 220, 40, 140, 52],
    ["alone", 0, 0, 20, 120, 140, 52],
  ],
  edges: [
    [0, 1, 1, [160, 66, 220, 66]],
    [1, -3, 1, [360, 66, 580, 72]],
  ],
} as unknown as Graph;

test("a place is a box, an open frame's title or a closed frame", () => {
  const scene = sceneOf(GRAPH);
  const named = (x: number, y: number) => {
    const item = itemAt(scene, x, y, 30);
    return scene.keys[item] ?? scene.frames[item - scene.boxes]?.path;
  };
  assert.equal(named(30, 50), "raw");
  assert.equal(named(30, 10), "a");
  assert.equal(named(600, 60), "b/ml");
  assert.equal(named(400, 150), undefined);
  assert.deepEqual(rectOf(scene, 3), { x: 0, y: 0, width: 500, height: 200 });
});

test("an asset in a closed frame is shown by it, and relations lead through it", () => {
  const scene = sceneOf(GRAPH);
  const itemOf = (key: string) => itemOfAsset(scene, ASSETS, key);
  assert.equal(itemOf("score"), 5);
  assert.equal(itemOf("nobody"), -1);
  const { items, edges } = relationOf(scene, assetGraphOf(ASSETS), ["clean"], itemOf);
  assert.deepEqual([...items], [ABOVE, SELF, 0, 0, 0, BELOW]);
  assert.deepEqual([...edges], [ABOVE, BELOW]);
});

test("frames sum up what is in them, of what is shown", () => {
  const scene = sceneOf(GRAPH);
  assert.equal(standingOf(scene, ASSETS).tallies.get("b/ml")?.materialized, 2);
  assert.equal(standingOf(scene, ASSETS, new Set(["score"])).tallies.get("b")?.materialized, 1);
});

test("opening and closing frames", () => {
  const frames = [
    { path: "a", open: true },
    { path: "a/x", open: true },
    { path: "b", open: false },
  ];
  assert.equal(toggled(frames, "b"), "a,a/x,b");
  assert.equal(toggled(frames, "a"), NONE_OPEN);
  assert.equal(toggled(frames, "a/x"), "a");
  assert.equal(opened(frames, "b", "b/y"), "a,a/x,b,b/y");
  assert.equal(framePath("x,y", "50%"), "x%2Cy/50%25");
});

test("what is chosen reads as it was written", () => {
  const keys = ["a/b", "x,y", "50%", "ä b"];
  assert.deepEqual(readChosen(writeAssets(keys)), { assets: keys, frame: null });
  assert.deepEqual(readChosen(writeFrame("a/b")), { assets: [], frame: "a/b" });
  assert.deepEqual(readChosen(""), { assets: [], frame: null });
  assert.deepEqual(withToggled(["a", "b"], "a"), ["b"]);
});

test("names of nothing are found in a selection, and what is near them", () => {
  const near = (select: string) => unknownIn(select, ASSETS.values()).map(({ name, nearest }) => [name, nearest]);
  assert.deepEqual(near("group:ml"), []);
  assert.deepEqual(near("group:mll and (kind:sql or code_location:a)"), [
    ["mll", "ml"],
    ["sql", null],
  ]);
  assert.deepEqual(near('group:"far away"'), [["far away", null]]);
  assert.deepEqual(near("group:m* or key:raw or group:<null>"), []);
  assert.equal(selectBy("group:mll", "my group"), 'group:"my group"');
});

test("selections are written as the language has them", () => {
  assert.equal(selectAround(["a"], "both", 2), "2+a+2");
  assert.equal(selectAround(["a/b", "c d"], "upstream"), '+(a/b or key:"c d")');
  assert.equal(selectFrame("ml-platform", "my group"), 'code_location:ml-platform and group:"my group"');
  const none = { location: "", group: "", kind: "" };
  assert.equal(narrowed("", none), "");
  assert.equal(narrowed("+x", none), "+x");
  assert.equal(narrowed("a or b", { ...none, location: "ml-platform" }), "(a or b) and code_location:ml-platform");
  assert.equal(narrowed("", { ...none, group: "my group", kind: "sql" }), 'group:"my group" and kind:sql');
});

test("arrow keys go to what lies that way, along lines first", () => {
  const scene = sceneOf(GRAPH);
  const [raw, clean, alone, pile] = [0, 1, 2, 5];
  assert.equal(neighbourOf(scene, raw, "right"), clean);
  assert.equal(neighbourOf(scene, clean, "right"), pile);
  assert.equal(neighbourOf(scene, pile, "left"), clean);
  assert.equal(neighbourOf(scene, raw, "down"), alone);
  assert.equal(neighbourOf(scene, raw, "left"), -1);
  assert.equal(nearestTo(scene, { x: 30, y: 140 }), alone);
});

test("what is seen reads as it was written, in a window of any size", () => {
  const camera = { x: -40, y: 12, scale: 0.5 };
  const text = writeCamera(camera, VIEW);
  assert.equal(text, "760,612,0.5");
  assert.deepEqual(readCamera(text, VIEW), camera);
  assert.deepEqual(readCamera(text, { width: 400, height: 300 }), { x: 360, y: 312, scale: 0.5 });
  for (const wrong of ["", "1,2", "a,b,c", "1,2,0", "1,2,-1"]) assert.equal(readCamera(wrong, VIEW), null);
});

/** What was done, in words. */
function recorded(): { done: string[]; doing: Doing } {
  const done: string[] = [];
  const say =
    (what: string) =>
    (...all: unknown[]) =>
      void done.push([what, ...all].join(" "));
  const names = ["plan", "go", "goInTab", "choose", "showOnly", "open", "toggle", "fit", "copy"] as const;
  return { done, doing: Object.fromEntries(names.map((name) => [name, say(name)])) as Doing };
}

test("a right click offers what can be done with what is under it", () => {
  const scene = sceneOf(GRAPH);
  const shown = {
    ...{ scene, standing: standingOf(scene, ASSETS), graph: assetGraphOf(ASSETS), within: undefined, select: "" },
    chosen: ["raw", "alone"],
  };
  const { done, doing } = recorded();
  const pick = (item: number, label: string) => {
    const entry = offerOf(shown, item, doing).items.find((one) => one !== "separator" && one.label === label);
    assert.ok(entry && entry !== "separator", `${label} is offered`);
    assert.ok(!entry.disabled);
    entry.onSelect();
  };
  pick(1, "Materialize with downstream");
  pick(1, "Select upstream (1)");
  pick(1, "Copy asset key");
  pick(0, "Materialize selected (2)");
  pick(5, "Expand");
  pick(5, "Materialize (2)");
  pick(-1, "Materialize all");
  assert.deepEqual(done, [
    "plan clean+",
    "choose clean,raw",
    "copy clean The key was",
    "plan raw or alone",
    "toggle b/ml",
    "plan code_location:b and group:ml",
    "plan ",
  ]);
});
