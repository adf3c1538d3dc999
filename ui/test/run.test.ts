import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, Run, Step } from "../src/api/types";
import { attemptsOf, broughtUpToDate, inputsOf } from "../src/pages/run/attempts";
import { filterEvents } from "../src/pages/run/event_filter";
import { wordsOf } from "../src/pages/run/event_words";
import { ganttRows, readyAt, waitersOf } from "../src/pages/run/gantt_rows";
import { appendText, grow, LINES_KEPT, NO_TEXT, prepend } from "../src/pages/run/log_text";
import { formatTick, panned, ticksOf, xOf, zoomed } from "../src/pages/run/time_axis";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
let id = 0;
const event = (kind: string, step: number, seconds: number, body: object = {}, more: Partial<Event> = {}): Event =>
  ({ id: ++id, at: at(seconds), run: "r", step, attempt: 1, kind, asset: null, body, ...more }) as Event;

function step(index: number, more: Partial<Step> = {}): Step {
  return {
    index,
    name: `step_${index}`,
    asset: `step_${index}`,
    assets: [`step_${index}`],
    location: "a",
    status: "waiting",
    attempt: 0,
    retries: 0,
    retry_at: null,
    pid: null,
    started_at: null,
    ended_at: null,
    reason: null,
    error: null,
    rows: null,
    outputs: [],
    waits_for: [],
    directory: null,
    max_rss_kib: null,
    user_us: null,
    system_us: null,
    method: null,
    ...more,
  };
}

const runWith = (status: Run["status"], steps: Step[]) => ({ id: "r", status, steps }) as unknown as Run;

test("ticks are round and about as far apart as asked", () => {
  assert.deepEqual(ticksOf({ from: 0, to: 1_000 }, 500), [0, 200, 400, 600, 800, 1_000]);
  assert.deepEqual(ticksOf({ from: 450, to: 950 }, 500), [500, 600, 700, 800, 900]);
  assert.deepEqual(ticksOf({ from: 0, to: 3_600_000 }, 360), [0, 900_000, 1_800_000, 2_700_000, 3_600_000]);
  assert.equal(ticksOf({ from: 0, to: 40 * 86_400_000 }, 400).length <= 5, true);
  assert.deepEqual(ticksOf({ from: 0, to: 0 }, 500), []);
  assert.deepEqual([0, 200, 1_500, 60_000, 150_000, 3_600_000, 3_900_000].map(formatTick), [
    "0",
    "200 ms",
    "1.5 s",
    "1 m",
    "2 m 30 s",
    "1 h",
    "1 h 05 m",
  ]);
});

test("zooming keeps what is pointed at where it is, and stays in the run", () => {
  assert.deepEqual(zoomed({ from: 0, to: 1_000 }, 0.5, 500, 1_000), { from: 250, to: 750 });
  assert.deepEqual(zoomed({ from: 0, to: 1_000 }, 0.5, 0, 1_000), { from: 0, to: 500 });
  assert.equal(zoomed({ from: 250, to: 750 }, 4, 500, 1_000), null, "all in sight again");
  assert.deepEqual(panned({ from: 0, to: 500 }, -100, 1_000), { from: 0, to: 500 });
  assert.deepEqual(panned({ from: 0, to: 500 }, 700, 1_000), { from: 500, to: 1_000 });
  assert.equal(xOf(1_500, { view: { from: 0, to: 1_000 }, width: 200, begun: 1_000, now: 0 }), 100);
});

test("attempts are told apart, and one whose process ended before it began is not counted", () => {
  const attempts = attemptsOf([
    event("step_started", 0, 1),
    event("step_started", 0, 2),
    event("step_up_for_retry", 0, 4),
    event("step_restarted", 0, 5),
    event("step_started", 0, 5),
    event("step_succeeded", 0, 6),
    event("step_started", 1, 3),
  ]);
  const seconds = attempts.get(0)?.map((one) => [one.from, one.to].map((ms) => new Date(ms ?? 0).getUTCSeconds()));
  assert.deepEqual(seconds, [
    [2, 4],
    [5, 6],
  ]);
  assert.deepEqual(
    attempts.get(0)?.map((one) => one.end),
    ["retrying", "success"],
  );
  assert.equal(attempts.get(1)?.[0]?.to, null);
});

test("steps stand as the events say while the run is going, as the server says when it is over", () => {
  const error = { name: "builtins.KeyError", message: "'n'", stack: ["  File a\n", "    b\n"], cause: null };
  const events = [
    event("step_started", 0, 1, { pid: 7, method: "fork" }),
    event("materialization", 0, 2, { version: "v", rows: 5, path: "/p" }, { asset: "step_0" }),
    event("step_succeeded", 0, 2, { max_rss_kib: 10, user_us: 1, system_us: 2 }),
    event("step_failed", 1, 3, { message: "KeyError", error }),
    event("step_skipped", 2, 3, { reason: "step_1 failed" }),
  ];
  const run = broughtUpToDate(runWith("started", [step(0), step(1), step(2)]), events);
  assert.deepEqual(
    run.steps.map((one) => one.status),
    ["success", "failure", "skipped"],
  );
  assert.deepEqual(run.steps[0]?.outputs, [{ asset: "step_0", version: "v", rows: 5, path: "/p" }]);
  assert.equal(run.steps[1]?.error?.exception, "KeyError");
  assert.equal(run.steps[1]?.error?.traceback, "  File a\n    b\n");
  const ended = runWith("success", [step(0)]);
  assert.equal(broughtUpToDate(ended, events), ended);
});

test("events are filtered by level, kind, step and words", () => {
  const events = [
    event("run_started", -1, 0),
    event("log", 0, 1, { level: "DEBUG", message: "opening the warehouse" }),
    event("log", 0, 1, { level: "WARNING", message: "Slow warehouse" }),
    event("step_failed", 1, 2, { message: "no such column", error: null }),
    event("materialization", 0, 3, { rows: 1 }, { asset: "orders" }),
  ];
  const nameOf = (index: number) => (index < 0 ? "" : `step_${index}`);
  const all = { level: "debug", group: "", step: null, search: "" } as const;
  const kinds = (filter: Parameters<typeof filterEvents>[1]) =>
    filterEvents(events, filter, nameOf).map((one) => one.kind);
  assert.equal(kinds(all).length, 5);
  assert.deepEqual(kinds({ ...all, level: "warning" }), ["log", "step_failed"]);
  assert.deepEqual(kinds({ ...all, group: "data" }), ["materialization"]);
  assert.deepEqual(kinds({ ...all, step: 1 }), ["step_failed"]);
  assert.deepEqual(kinds({ ...all, search: "WAREHOUSE slow" }), ["log"]);
  assert.deepEqual(kinds({ ...all, search: "step_1" }), ["step_failed"]);
  assert.equal(wordsOf(events[4] as Event).text, "orders · 1 row");
});

test("inputs are told once each", () => {
  const opened = event("input", 0, 1, { version: "v1", rows: 3 }, { asset: "a" });
  assert.deepEqual(inputsOf([opened, opened, event("input", 1, 1, {}, { asset: "b" })], 0), [
    { asset: "a", version: "v1", rows: 3 },
  ]);
});

test("rows stand as steps began, under their locations", () => {
  const steps = [
    step(0, { started_at: at(5), location: "b" }),
    step(1, { started_at: at(1) }),
    step(2, { waits_for: [0, 1] }),
  ];
  const names = (isGrouped: boolean) =>
    ganttRows(steps, isGrouped).map((row) => (row.kind === "step" ? row.step.index : row.location));
  assert.deepEqual(names(false), [1, 0, 2]);
  assert.deepEqual(names(true), ["a", 1, 2, "b", 0]);
  assert.deepEqual(
    [...waitersOf(steps)],
    [
      [0, [2]],
      [1, [2]],
    ],
  );
  assert.equal(readyAt(steps[2] as Step, steps, 0), null);
  const made = [0, 1].map((index) => step(index, { status: "success", ended_at: at(index + 3) }));
  assert.equal(readyAt(step(2, { waits_for: [0, 1] }), made, 0), Date.parse(at(4)));
});

test("pieces of a log are joined where a line was cut", () => {
  const lines = appendText(appendText([], "one\ntw"), "o\nthree\n");
  assert.deepEqual(lines, ["one", "two", "three", ""]);
});

test("a window of a log knows which bytes it is", () => {
  const file = new TextEncoder().encode("erste\nzwölf\ndrei\nvier\n");
  const at = (line: string) => file.length - new TextEncoder().encode(line).length;
  const tail = grow(NO_TEXT, "vier\n", at("vier\n"), file.length);
  assert.deepEqual([tail.from, tail.to, tail.lines], [at("vier\n"), file.length, ["vier", ""]]);
  const middle = prepend(tail, file.subarray(3, tail.from), 3);
  assert.deepEqual([middle.from, middle.first, middle.lines], [6, -2, ["zwölf", "drei", "vier", ""]]);
  assert.deepEqual(prepend(middle, file.subarray(0, 6), 0), {
    from: 0,
    to: file.length,
    first: -3,
    lines: ["erste", "zwölf", "drei", "vier", ""],
  });
});

test("a line longer than a piece is put together again", () => {
  const file = new TextEncoder().encode("0123456789\n");
  const tail = grow(NO_TEXT, "89\n", 8, file.length);
  const middle = prepend(tail, file.subarray(4, 8), 4);
  assert.deepEqual([middle.from, middle.first, middle.lines], [4, 0, ["456789", ""]]);
  assert.deepEqual(prepend(middle, file.subarray(0, 4), 0).lines, ["0123456789", ""]);
});

test("of a log that does not end the newest lines stay", () => {
  const line = "é 1\n";
  const whole = grow(NO_TEXT, line.repeat(LINES_KEPT + 9), 0, 5 * (LINES_KEPT + 9));
  assert.ok(whole.lines.length <= LINES_KEPT / 2 + 10);
  assert.equal(whole.from + 5 * (whole.lines.length - 1), whole.to);
  assert.equal(whole.first + whole.lines.length, LINES_KEPT + 10);
  assert.equal(grow(whole, "end", whole.to, whole.to + 3).lines.at(-1), "end");
});
