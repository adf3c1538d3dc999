// The mock's runs: lists in pages, documents, records.

import { at, FAILURE, RUNS as FEW, STEPS } from "./example.mjs";
import { LARGE_RUN, LARGE_RUNS, LARGE_STEPS } from "./large.mjs";

export const RUNS = process.env.MOCK === "large" ? LARGE_RUNS : process.env.MOCK === "empty" ? [] : FEW;
const OPEN = ["queued", "started", "canceling"];

export function listRuns(query) {
  const wanted = (query.get("status") ?? "").split(",").flatMap((one) => (one === "open" ? OPEN : one ? [one] : []));
  const [tag, value] = (query.get("tag") ?? "").split("=");
  const fits = RUNS.filter(
    (run) =>
      (wanted.length === 0 || wanted.includes(run.status)) &&
      (!query.get("location") || run.locations.includes(query.get("location"))) &&
      (!query.get("since") || run.created_at >= query.get("since")) &&
      (!tag || (run.tags?.[tag] !== undefined && (value === undefined || run.tags[tag] === value))) &&
      `${run.id} ${run.request.selection ?? ""}`.includes(query.get("search") ?? ""),
  );
  const [from, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit") ?? 50)];
  return { items: fits.slice(from, from + limit), next: from + limit < fits.length ? String(from + limit) : null };
}

const PIECES = {
  started: ["demand_forecast_model", "product_demand_forecasts"],
  failure: ["customer_churn_model", "customer_risk_scores"],
};

function pieceOf(run, step, i) {
  const moved = { ...step, index: i, waits_for: i > 0 ? [0] : [] };
  if (run.status === "started")
    return i > 0
      ? { ...moved, status: "waiting", attempt: 0, outputs: [], started_at: null, ended_at: null, pid: null }
      : { ...moved, status: "running", outputs: [], started_at: at(2_361), ended_at: null };
  return i > 0
    ? {
        ...moved,
        status: "skipped",
        attempt: 0,
        outputs: [],
        started_at: null,
        ended_at: null,
        reason: "needs customer_churn_model, which failed",
      }
    : { ...moved, status: "failure", outputs: [], error: FAILURE, started_at: at(1_500), ended_at: at(1_504) };
}

function stepsOf(run) {
  if (run.id === LARGE_RUN) return LARGE_STEPS;
  const names = PIECES[run.status];
  return names
    ? names.map((name, i) =>
        pieceOf(
          run,
          STEPS.find((one) => one.name === name),
          i,
        ),
      )
    : STEPS;
}

export function runDocument(id) {
  const run = RUNS.find((one) => one.id.startsWith(id)) ?? (id === "latest" ? RUNS[0] : undefined);
  if (!run) return undefined;
  const { steps_succeeded, steps_failed, locations, ...rest } = run;
  const children = RUNS.filter((one) => one.parent === run.id).map((one) => one.id);
  return { ...rest, children, steps: stepsOf(run) };
}

function eventsOfStep(step) {
  const of = (kind, when, body, asset = null) => ({ kind, step: step.index, at: when, body, asset, attempt: 1 });
  const log = (level, message) => of("log", step.started_at, { level, message });
  const list = [
    of("step_started", step.started_at, { pid: step.pid, method: step.method }),
    log("INFO", `reading the inputs of ${step.name}`),
  ];
  if (step.status === "failure") {
    const { exception, traceback, ...error } = step.error;
    list.push(log("WARNING", "3 of 213 rows have no order_count"));
    const body = { message: error.message, error: { ...error, name: exception, stack: [traceback] } };
    list.push(of("step_failed", step.ended_at, { ...body, duration_us: 4_000_000 }));
  } else if (step.status === "success") {
    for (const { asset, rows, version, path } of step.outputs)
      list.push(
        of(
          "materialization",
          step.ended_at,
          { version, rows, path, metadata: { rows: { type: "int", raw_value: rows } } },
          asset,
        ),
      );
    list.push(of("step_succeeded", step.ended_at, { duration_us: 600_000, max_rss_kib: 81_244 }));
  }
  return list;
}

export function events(id) {
  const run = runDocument(id);
  if (!run) return undefined;
  const own = (kind, when, body = {}) => ({ kind, step: -1, at: when, body, asset: null, attempt: 0 });
  const list = [
    own("run_created", run.created_at, {
      selection: run.request.selection,
      steps: run.steps.map(({ index }) => ({ index })),
    }),
    own("run_started", run.started_at),
    ...run.steps.flatMap((step) => (step.started_at ? eventsOfStep(step) : [])).sort((a, b) => (a.at < b.at ? -1 : 1)),
  ];
  const ends = { success: "run_succeeded", failure: "run_failed", canceled: "run_canceled" };
  if (run.ended_at) list.push(own(ends[run.status], run.ended_at, { duration_us: 4_200_000 }));
  return { items: list.map((one, i) => ({ id: i + 1, run: run.id, ...one })), next: null };
}

const TEXT = Array.from({ length: 400 }, (_, i) => `batch ${i}: 213 rows, loss ${(1 / (i + 1)).toFixed(4)}\n`).join("");

/** What a step printed, from a byte on. */
export function stepLog([, , stream], query) {
  const text = stream === "stdout" ? TEXT.slice(Number(query.get("offset") ?? 0)) : "";
  return { text, headers: { "Plait-Next-Offset": String(stream === "stdout" ? TEXT.length : 0) } };
}
