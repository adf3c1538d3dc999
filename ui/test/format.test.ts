import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBytes, formatCount, formatNoun, formatShort } from "../src/format/number";
import { shortId, splitKey } from "../src/format/text";
import { durationBetween, formatClock, formatDuration, formatRelative } from "../src/format/time";

function table<T>(format: (value: T) => string, cases: readonly (readonly [T, string])[]) {
  for (const [value, text] of cases) assert.equal(format(value), text);
}

test("durations take the unit that fits, and carry over", () => {
  table<number | null>(formatDuration, [
    [null, "–"],
    [400, "<1 ms"],
    [193_000, "193 ms"],
    [999_400, "999 ms"],
    [999_700, "1.0 s"],
    [4_210_000, "4.2 s"],
    [59_940_000, "59.9 s"],
    [59_949_000, "59.9 s"],
    [59_960_000, "1 m 00 s"],
    [60_000_000, "1 m 00 s"],
    [119_400_000, "1 m 59 s"],
    [119_600_000, "2 m 00 s"],
    [187_000_000, "3 m 07 s"],
    [3_599_400_000, "59 m 59 s"],
    [3_599_600_000, "1 h 00 m"],
    [7_500_000_000, "2 h 05 m"],
    [86_369_000_000, "23 h 59 m"],
    [86_371_000_000, "1 d 0 h"],
    [273_600_000_000, "3 d 4 h"],
  ]);
});

test("a duration counts to now while there is no end", () => {
  assert.equal(durationBetween("2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:01.500000Z"), 1_500_000);
  assert.equal(durationBetween("2026-01-01T00:00:00Z", new Date("2026-01-01T00:00:02Z")), 2_000_000);
  assert.equal(durationBetween(null, "2026-01-01T00:00:00Z"), null);
  assert.equal(durationBetween("2026-01-01T00:00:05Z", "2026-01-01T00:00:00Z"), 0, "clocks may differ");
});

test("times are told from now", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  table<string | null>(
    (time) => formatRelative(time, now),
    [
      [null, "–"],
      ["2026-11-21T11:59:58Z", "just now"],
      ["2026-11-21T12:00:30Z", "just now"],
      ["2026-11-21T11:59:20Z", "40 s ago"],
      ["2026-11-21T11:01:00Z", "59 m ago"],
      ["2026-11-20T12:30:00Z", "23 h ago"],
      ["2026-11-01T12:00:00Z", "20 d ago"],
      ["2026-03-04T12:00:00Z", "4 Mar"],
      ["2024-03-04T12:00:00Z", "4 Mar 2024"],
    ],
  );
  assert.equal(formatClock("2026-11-21T12:00:01.045678Z", true), "12:00:01.045");
});

test("numbers", () => {
  table<number | null>(formatCount, [
    [null, "–"],
    [0, "0"],
    [12_345, "12,345"],
  ]);
  table<number>(formatShort, [
    [999, "999"],
    [1_250, "1.2k"],
    [999_999, "999k"],
    [3_400_000, "3.4M"],
  ]);
  table<number | null>(formatBytes, [
    [null, "–"],
    [999, "999 B"],
    [1_400, "1.4 kB"],
    [999_499, "999 kB"],
    [999_600, "1.0 MB"],
    [5e15, "5 PB"],
  ]);
  assert.equal(formatNoun(1, "asset"), "1 asset");
  assert.equal(formatNoun(2_600, "entry", "entries"), "2,600 entries");
});

test("keys and ids", () => {
  assert.deepEqual(splitKey("raw/shop/orders"), { prefix: "raw/shop/", name: "orders" });
  assert.deepEqual(splitKey("orders"), { prefix: "", name: "orders" });
  assert.equal(shortId("01a1fe87-eaa7-79d6-b138-ae21181e42af"), "181e42af");
});
