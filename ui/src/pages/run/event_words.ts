// What an event is called, how loud it is, and what it says in a line.  Pure.

import type { Event } from "../../api/types";
import type { Tone } from "../../components/status";
import { formatCount, formatNoun } from "../../format/number";
import { formatDuration } from "../../format/time";
import { type Body, bodyOf, failureIn, isObject, numberIn, textIn } from "./event_body";

export type Level = "debug" | "info" | "warning" | "error";
export const LEVELS: readonly Level[] = ["debug", "info", "warning", "error"];

export type EventWords = { label: string; tone: Tone; level: Level; text: string };

type Look = readonly [label: string, tone: Tone, level: Level];

const LOOKS: Readonly<Record<string, Look>> = {
  run_created: ["Run created", "calm", "info"],
  run_waiting: ["Run waits", "warn", "info"],
  run_started: ["Run started", "busy", "info"],
  run_canceling: ["Canceling", "warn", "warning"],
  run_succeeded: ["Run succeeded", "good", "info"],
  run_failed: ["Run failed", "bad", "error"],
  run_canceled: ["Run canceled", "calm", "warning"],
  run_interrupted: ["Run interrupted", "warn", "warning"],
  run_retry_failed: ["No retry", "bad", "error"],
  step_code_changed: ["New code", "warn", "warning"],
  step_started: ["Started", "busy", "info"],
  step_restarted: ["Started again", "busy", "info"],
  step_succeeded: ["Succeeded", "good", "info"],
  step_up_for_retry: ["Will retry", "warn", "warning"],
  step_failed: ["Failed", "bad", "error"],
  step_skipped: ["Skipped", "calm", "warning"],
  step_canceled: ["Canceled", "calm", "warning"],
  input: ["Input", "calm", "info"],
  output: ["Output", "calm", "debug"],
  materialization: ["Materialized", "good", "info"],
  observation: ["Observed", "calm", "info"],
  hook: ["Hook", "calm", "info"],
  custom: ["Message", "calm", "info"],
};

const LOG_LOOKS: Readonly<Record<Level, Look>> = {
  debug: ["Debug", "calm", "debug"],
  info: ["Info", "calm", "info"],
  warning: ["Warning", "warn", "warning"],
  error: ["Error", "bad", "error"],
};

function levelOf(text: string | null): Level {
  const lower = text?.toLowerCase() ?? "";
  if (lower === "critical" || lower === "fatal") return "error";
  return LEVELS.find((level) => level === lower) ?? (lower === "warn" ? "warning" : "info");
}

function lookOf(event: Event, body: Body): Look {
  if (event.kind === "log") return LOG_LOOKS[levelOf(textIn(body, "level"))];
  if (event.kind === "check") {
    if (body.passed !== false) return ["Check passed", "good", "info"];
    return textIn(body, "severity") === "WARN" ? ["Check failed", "warn", "warning"] : ["Check failed", "bad", "error"];
  }
  return LOOKS[event.kind] ?? [event.kind, "calm", "info"];
}

function rowsIn(body: Body): string {
  const rows = numberIn(body, "rows");
  return rows === null ? "" : formatNoun(rows, "row");
}

function join(...pieces: readonly (string | null)[]): string {
  return pieces.filter(Boolean).join(" · ");
}

function sentenceOf(body: Body): string {
  const failure = failureIn(body);
  if (!failure) return textIn(body, "message") ?? textIn(body, "reason") ?? "";
  return [failure.exception, failure.message].filter(Boolean).join(": ");
}

function endOf(body: Body): string {
  const counts = ["succeeded", "failed", "skipped", "canceled"].flatMap((name) => {
    const count = numberIn(body, name);
    return count ? [`${formatCount(count)} ${name}`] : [];
  });
  return join(counts.join(", "), durationIn(body), textIn(body, "reason"));
}

const durationIn = (body: Body) => formatDuration(numberIn(body, "duration_us"));

const TEXTS: Readonly<Record<string, (body: Body, event: Event) => string>> = {
  log: (body) => textIn(body, "message") ?? "",
  run_created: (body) =>
    join(
      textIn(body, "selection"),
      Array.isArray(body.steps) ? formatNoun(body.steps.length, "step") : null,
      ...(Array.isArray(body.warnings) ? body.warnings.map(String) : []),
    ),
  run_succeeded: endOf,
  run_failed: endOf,
  run_canceled: endOf,
  run_interrupted: endOf,
  step_started: (body, event) =>
    join(event.attempt > 1 ? `attempt ${event.attempt}` : null, `process ${numberIn(body, "pid") ?? "–"}`),
  step_succeeded: (body) => durationIn(body),
  step_up_for_retry: (body) => join(sentenceOf(body), textIn(body, "reason")),
  input: (body, event) => join(event.asset, rowsIn(body)),
  output: (body, event) => join(event.asset, rowsIn(body)),
  materialization: (body, event) => join(event.asset, rowsIn(body)),
  check: (body, event) => join(textIn(body, "check_name"), event.asset),
  hook: (body) => join(textIn(body, "name"), textIn(body, "status")),
  custom: (body) => JSON.stringify(isObject(body.payload) ? body.payload : body),
};

export function wordsOf(event: Event): EventWords {
  const body = bodyOf(event);
  const [label, tone, level] = lookOf(event, body);
  return { label, tone, level, text: (TEXTS[event.kind] ?? sentenceOf)(body, event) };
}
