// Which events of a run are shown.  Pure.

import type { Event } from "../../api/types";
import { LEVELS, type Level, wordsOf } from "./event_words";

export type KindGroup = "steps" | "logs" | "data" | "checks";

export const KIND_GROUPS: readonly { value: KindGroup; label: string }[] = [
  { value: "steps", label: "Steps and run" },
  { value: "logs", label: "Log messages" },
  { value: "data", label: "Inputs and outputs" },
  { value: "checks", label: "Checks, hooks, messages" },
];

export type EventFilter = {
  level: Level;
  group: KindGroup | "";
  /** Plan index; null: all. */
  step: number | null;
  search: string;
};

const DATA = new Set(["input", "output", "materialization", "observation"]);

function groupOf(kind: string): KindGroup {
  if (kind === "log") return "logs";
  if (DATA.has(kind)) return "data";
  return kind.startsWith("step_") || kind.startsWith("run_") ? "steps" : "checks";
}

/** Those that pass; every word of `search` is to be found in the line or in the step's name, any case. */
export function filterEvents(events: readonly Event[], filter: EventFilter, nameOf: (step: number) => string): Event[] {
  const least = LEVELS.indexOf(filter.level);
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return events.filter((event) => {
    if (filter.step !== null && event.step !== filter.step) return false;
    if (filter.group !== "" && groupOf(event.kind) !== filter.group) return false;
    const { level, label, text } = wordsOf(event);
    if (LEVELS.indexOf(level) < least) return false;
    if (words.length === 0) return true;
    const line = `${label} ${text} ${nameOf(event.step)} ${event.asset ?? ""}`.toLowerCase();
    return words.every((word) => line.includes(word));
  });
}
