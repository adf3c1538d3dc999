// Which lines are drawn for the step that is pointed at; pure.

import type { Step } from "../../api/types";
import type { GanttLink } from "./GanttLinks";
import type { GanttRow } from "./gantt_rows";
import { type Scale, xOf } from "./time_axis";

const MOST_LINKS = 400;

/** The steps that one waits for and that wait for it, with itself. */
export function kinOf(step: Step, waiters: ReadonlyMap<number, number[]>): ReadonlySet<number> {
  return new Set([step.index, ...step.waits_for, ...(waiters.get(step.index) ?? [])]);
}

export function linksOf(
  step: Step,
  steps: readonly Step[],
  waiters: ReadonlyMap<number, number[]>,
  rows: readonly GanttRow[],
  scale: Scale,
  rowHeight: number,
): GanttLink[] {
  const places = new Map(rows.flatMap((row, i) => (row.kind === "step" ? [[row.step.index, i] as const] : [])));
  const pairs = [
    ...step.waits_for.map((index) => [index, step.index] as const),
    ...(waiters.get(step.index) ?? []).map((index) => [step.index, index] as const),
  ].slice(0, MOST_LINKS);
  return pairs.flatMap(([fromIndex, toIndex]): GanttLink[] => {
    const [from, to] = [steps[fromIndex], steps[toIndex]];
    const [fromRow, toRow] = [places.get(fromIndex), places.get(toIndex)];
    if (!from?.ended_at || !to?.started_at || fromRow === undefined || toRow === undefined) return [];
    return [
      {
        from: { x: xOf(Date.parse(from.ended_at), scale), y: (fromRow + 0.5) * rowHeight },
        to: { x: xOf(Date.parse(to.started_at), scale), y: (toRow + 0.5) * rowHeight },
        location: from.location,
      },
    ];
  });
}
