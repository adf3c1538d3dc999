// Which rows the chart has; pure.

import type { Step } from "../../api/types";
import type { Attempt } from "./attempts";

export type GanttRow =
  | { kind: "location"; location: string; steps: number; done: number }
  | { kind: "step"; step: Step };

/** Steps as they began, those that did not last in the order of the plan; under their locations when grouped. */
export function ganttRows(steps: readonly Step[], isGrouped: boolean): GanttRow[] {
  const sorted = [...steps].sort(byBeginning);
  if (!isGrouped) return sorted.map((step) => ({ kind: "step", step }));
  const groups = new Map<string, Step[]>();
  for (const step of sorted) {
    const group = groups.get(step.location);
    if (group) group.push(step);
    else groups.set(step.location, [step]);
  }
  return [...groups].flatMap(([location, members]): GanttRow[] => [
    {
      kind: "location",
      location,
      steps: members.length,
      done: members.filter((one) => one.status === "success").length,
    },
    ...members.map((step): GanttRow => ({ kind: "step", step })),
  ]);
}

function byBeginning(a: Step, b: Step): number {
  if (a.started_at === null || b.started_at === null) {
    if (a.started_at !== b.started_at) return a.started_at === null ? 1 : -1;
    return a.index - b.index;
  }
  return a.started_at < b.started_at ? -1 : a.started_at > b.started_at ? 1 : a.index - b.index;
}

/** What a step was tried, from the events; from its own times where they are not there yet. */
export function triesOf(step: Step, attempts: ReadonlyMap<number, Attempt[]>): Attempt[] {
  const known = attempts.get(step.index);
  if (known) return known;
  if (step.started_at === null) return [];
  const end = step.status === "success" || step.status === "failure" || step.status === "canceled" ? step.status : null;
  return [{ from: Date.parse(step.started_at), to: step.ended_at ? Date.parse(step.ended_at) : null, end }];
}

/** When all that a step waits for was made; null as long as it is not. */
export function readyAt(step: Step, steps: readonly Step[], begun: number): number | null {
  let latest = begun;
  for (const index of step.waits_for) {
    const other = steps[index];
    if (other?.status !== "success" || other.ended_at === null) return null;
    latest = Math.max(latest, Date.parse(other.ended_at));
  }
  return latest;
}

/** Steps that wait for this one, by index. */
export function waitersOf(steps: readonly Step[]): ReadonlyMap<number, number[]> {
  const waiters = new Map<number, number[]>();
  for (const step of steps) {
    for (const index of step.waits_for) {
      const own = waiters.get(index);
      if (own) own.push(step.index);
      else waiters.set(index, [step.index]);
    }
  }
  return waiters;
}
