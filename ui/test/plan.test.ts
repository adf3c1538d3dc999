import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf, type PlanStep, parseTags, parseWhole, rowsOf } from "../src/plan/plan_figures";

function step(index: number, level: number, waits_for: number[], last: number | null, location = "a"): PlanStep {
  const name = `asset_${index}`;
  return {
    index,
    name,
    asset: name,
    assets: [name],
    location,
    level,
    waits_for,
    inputs: [],
    reason: "selected",
    last_duration_us: last,
  };
}

test("a plan takes as long as its longest chain", () => {
  const figures = figuresOf([step(0, 0, [], 50), step(1, 0, [], 10, "b"), step(2, 1, [0, 1], 30), step(3, 1, [1], 90)]);
  assert.equal(figures.chainUs, 100);
  assert.deepEqual([...figures.chain].sort(), [1, 3]);
  assert.equal(figures.sumUs, 180);
  assert.equal(figures.locations, 2);
  assert.equal(figures.levels, 2);
  assert.equal(figures.unknown, 0);
});

test("what never ran is counted, not guessed", () => {
  const figures = figuresOf([step(0, 0, [], null), step(1, 1, [0], 20)]);
  assert.equal(figures.chainUs, 20);
  assert.deepEqual([...figures.chain].sort(), [0, 1], "it is of the chain although its time is not known");
  assert.equal(figures.unknown, 1);
  assert.equal(figuresOf([]).chain.size, 0);
  assert.equal(figuresOf([step(0, 0, [], null)]).chain.size, 0);
});

test("steps stand by level, then by location", () => {
  const rows = rowsOf([step(0, 1, [], 5), step(1, 0, [], 7, "b"), step(2, 0, [], null, "a")]);
  assert.deepEqual(
    rows.map((row) => (row.kind === "level" ? `level ${row.level}: ${row.steps}` : row.step.index)),
    ["level 0: 2", 2, 1, "level 1: 1", 0],
  );
});

test("options are read as typed", () => {
  assert.deepEqual(parseTags("team=core, ticket = 42,nightly, ,url=a=b"), {
    team: "core",
    ticket: "42",
    nightly: "",
    url: "a=b",
  });
  assert.equal(parseWhole(" 12 "), 12);
  assert.equal(parseWhole("-1"), undefined);
  assert.equal(parseWhole("-1", -5), -1);
  assert.equal(parseWhole("1.5"), undefined);
  assert.equal(parseWhole(""), undefined);
});
