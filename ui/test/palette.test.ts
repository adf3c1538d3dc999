import assert from "node:assert/strict";
import { test } from "node:test";
import { rank } from "../src/app/palette_rank";

const ENTRIES = [
  { title: "Runs", words: "history queue" },
  { title: "Overview", words: "home" },
  { title: "Materialize all assets", words: "run launch" },
  { title: "Code locations", words: "repositories" },
];
const titles = (typed: string) => rank(ENTRIES, typed).map((entry) => entry.title);

test("nothing typed leaves all in order", () => {
  assert.deepEqual(
    titles(" "),
    ENTRIES.map((entry) => entry.title),
  );
});

test("titles come before further words", () => {
  assert.deepEqual(titles("run"), ["Runs", "Materialize all assets"]);
});

test("every word must fit somewhere", () => {
  assert.deepEqual(titles("mat run"), ["Materialize all assets"]);
  assert.deepEqual(titles("mat xyz"), []);
});

test("words inside of a title count", () => {
  assert.deepEqual(titles("LOC"), ["Code locations"]);
});
