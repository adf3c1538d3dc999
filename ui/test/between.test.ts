import assert from "node:assert/strict";
import { test } from "node:test";
import { failureOf, problemOf } from "../src/pages/locations/problem";
import { matrixOf, selectBorder } from "../src/pages/overview/between";

const border = (from: string, to: string, edges: number, assets: string[] = ["a"]) => ({ from, to, edges, assets });

test("a border is selected by what it gives and who takes it", () => {
  assert.equal(
    selectBorder(border("sales", "ml", 2, ["orders", "raw/users"])),
    'orders or raw/users or ((orders+1 or raw/users+1) and code_location:"ml")',
  );
});

test("a border of many assets is selected by its two locations", () => {
  const many = Array.from({ length: 20 }, (_, i) => `a${i}`);
  assert.equal(selectBorder(border("sales", "ml", 90, many)), 'code_location:"sales" or code_location:"ml"');
});

test("the matrix has those that give most first, and every one that takes", () => {
  const { names, at, most } = matrixOf([border("b", "c", 2), border("a", "c", 5), border("a", "b", 1)]);
  assert.deepEqual(names, ["a", "b", "c"]);
  assert.equal(at("a", "c")?.edges, 5);
  assert.equal(at("c", "a"), undefined);
  assert.equal(most, 5);
});

test("findings and problems of a location are told alike", () => {
  assert.deepEqual(problemOf({ severity: "warning", message: "old", file: "/r/x.py", line: 3 }), {
    severity: "warning",
    message: "old",
    hint: null,
    place: "/r/x.py:3",
    otherPlace: null,
    asset: null,
    location: null,
    otherLocation: null,
  });
  const found = problemOf({ severity: "error", message: "twice", asset: "a", source: { file: "/r/y.py", line: 9 } });
  assert.equal(found.place, "/r/y.py:9");
  assert.equal(found.asset, "a");
});

test("an error of a location that says little can still be shown", () => {
  assert.equal(failureOf({}).message, "It does not load");
  assert.equal(failureOf({ message: "no such module", line: 0 }).line, null);
});
