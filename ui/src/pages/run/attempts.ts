// How steps stand, from the record of a run: what the server told last, brought up to date by the events since.  Pure.

import type { Event, Run, Step } from "../../api/types";
import { bodyOf, failureIn, isObject, numberIn, textIn } from "./event_body";

export const ENDED_RUN: ReadonlySet<Run["status"]> = new Set(["success", "failure", "canceled", "interrupted"]);

/** One try of a step; milliseconds since the epoch. */
export type Attempt = { from: number; to: number | null; end: "success" | "failure" | "retrying" | "canceled" | null };

const ENDS: Readonly<Record<string, Attempt["end"]>> = {
  step_succeeded: "success",
  step_failed: "failure",
  step_up_for_retry: "retrying",
  step_canceled: "canceled",
};

/** The attempts of each step that was started, by plan index. */
export function attemptsOf(events: readonly Event[]): ReadonlyMap<number, Attempt[]> {
  const attempts = new Map<number, Attempt[]>();
  for (const event of events) {
    if (event.kind === "step_started") {
      const own = attempts.get(event.step) ?? [];
      const last = own.at(-1);
      if (last && last.to === null) own.pop(); // its process ended before it began
      attempts.set(event.step, [...own, { from: Date.parse(event.at), to: null, end: null }]);
    }
    const end = ENDS[event.kind];
    const last = end && attempts.get(event.step)?.at(-1);
    if (last && last.to === null) Object.assign(last, { to: Date.parse(event.at), end });
  }
  return attempts;
}

/** The run with its steps as the events say; an ended run is as the server says. */
export function broughtUpToDate(run: Run, events: readonly Event[]): Run {
  if (ENDED_RUN.has(run.status)) return run;
  const steps = [...run.steps];
  for (const event of events) {
    const step = steps[event.step];
    if (step) steps[event.step] = { ...step, ...changeOf(event, step) };
  }
  return { ...run, steps };
}

function changeOf(event: Event, step: Step): Partial<Step> {
  const body = bodyOf(event);
  switch (event.kind) {
    case "step_started":
      return {
        status: "running",
        attempt: event.attempt,
        started_at: event.at,
        ended_at: null,
        error: null,
        reason: null,
        retry_at: null,
        pid: numberIn(body, "pid"),
        method: textIn(body, "method"),
      };
    case "step_succeeded":
      return {
        status: "success",
        ended_at: event.at,
        max_rss_kib: numberIn(body, "max_rss_kib"),
        user_us: numberIn(body, "user_us"),
        system_us: numberIn(body, "system_us"),
      };
    case "step_up_for_retry":
      return { status: "retrying", ended_at: event.at, error: errorOf(event), reason: textIn(body, "reason") };
    case "step_failed":
      return { status: "failure", ended_at: event.at, error: errorOf(event), reason: textIn(body, "reason") };
    case "step_skipped":
      return { status: "skipped", reason: textIn(body, "reason") };
    case "step_canceled":
      return { status: "canceled", ended_at: event.at, reason: textIn(body, "reason") };
    case "materialization":
      return { outputs: [...step.outputs.filter(({ asset }) => asset !== event.asset), outputOf(event)] };
    default:
      return {};
  }
}

function outputOf(event: Event): Step["outputs"][number] {
  const body = bodyOf(event);
  return {
    asset: event.asset ?? "",
    version: textIn(body, "version"),
    rows: numberIn(body, "rows"),
    path: textIn(body, "path"),
  };
}

function errorOf(event: Event): Step["error"] {
  const body = bodyOf(event);
  const message = textIn(body, "message");
  const failure = failureIn(body);
  if (failure) return failure;
  return message === null
    ? null
    : { exception: null, message, file: null, line: null, hint: null, cause: null, traceback: null };
}

/** What a step opened: asset, version and rows, each once. */
export function inputsOf(events: readonly Event[], step: number) {
  const inputs = new Map<string, { asset: string; version: string | null; rows: number | null }>();
  for (const event of events) {
    if (event.step !== step || event.kind !== "input" || event.asset === null) continue;
    const body = bodyOf(event);
    inputs.set(event.asset, { asset: event.asset, version: textIn(body, "version"), rows: numberIn(body, "rows") });
  }
  return [...inputs.values()];
}

/** Metadata of a body as [name, value] pairs, values as text. */
export function metadataOf(body: Record<string, unknown>): [string, string][] {
  const metadata = body.metadata;
  if (!isObject(metadata)) return [];
  return Object.entries(metadata).map(([name, entry]) => [name, asText(isObject(entry) ? entry.raw_value : entry)]);
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 1) ?? "");
}
