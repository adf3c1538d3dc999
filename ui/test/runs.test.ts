import assert from "node:assert/strict";
import { test } from "node:test";
import { sinceTime } from "../src/pages/runs/run_times";

test("since when is a length before now, by the minute, or a time", () => {
  const now = Date.parse("2026-11-21T12:00:42Z");
  for (const [word, time] of [
    ["1h", "2026-11-21T11:00:00.000Z"],
    ["24h", "2026-11-20T12:00:00.000Z"],
    ["7d", "2026-11-14T12:00:00.000Z"],
    ["90m", "2026-11-21T10:30:00.000Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["2026-11-20T08:00:00Z", "2026-11-20T08:00:00.000Z"],
    ["", undefined],
    ["soon", undefined],
    ["7w", undefined],
  ] as const)
    assert.equal(sinceTime(word, now), time, word);
});
