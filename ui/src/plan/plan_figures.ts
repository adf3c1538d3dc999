// What a plan adds up to; pure.

import type { Plan } from "../api/types";

export type PlanStep = Plan["steps"][number];

export type PlanFigures = {
  locations: number;
  levels: number;
  /** Of all steps, as long as each took last time. */
  sumUs: number;
  /** Along the longest chain of steps that wait for each other: no run is faster. */
  chainUs: number;
  /** Indexes of the steps of that chain. */
  chain: ReadonlySet<number>;
  /** Steps that never ran: their time is not in the figures. */
  unknown: number;
};

export function figuresOf(steps: readonly PlanStep[]): PlanFigures {
  const { chain, chainUs } = longestChain(steps);
  return {
    locations: new Set(steps.map((step) => step.location)).size,
    levels: new Set(steps.map((step) => step.level)).size,
    sumUs: steps.reduce((sum, step) => sum + (step.last_duration_us ?? 0), 0),
    chainUs,
    chain,
    unknown: steps.filter((step) => step.last_duration_us === null).length,
  };
}

type Reached = { us: number; from: number | undefined };

function longestChain(steps: readonly PlanStep[]): { chain: ReadonlySet<number>; chainUs: number } {
  const reached = new Map<number, Reached>();
  let last: number | undefined;
  for (const step of [...steps].sort((a, b) => a.level - b.level)) {
    const from = slowest(step.waits_for, reached);
    const us = (from === undefined ? 0 : (reached.get(from)?.us ?? 0)) + (step.last_duration_us ?? 0);
    reached.set(step.index, { us, from });
    if (last === undefined || us > (reached.get(last)?.us ?? 0)) last = step.index;
  }
  const chainUs = last === undefined ? 0 : (reached.get(last)?.us ?? 0);
  const chain = new Set<number>();
  for (let at = chainUs > 0 ? last : undefined; at !== undefined; at = reached.get(at)?.from) chain.add(at);
  return { chain, chainUs };
}

function slowest(indexes: readonly number[], reached: ReadonlyMap<number, Reached>): number | undefined {
  let found: number | undefined;
  for (const index of indexes) {
    const us = reached.get(index)?.us;
    if (us !== undefined && (found === undefined || us > (reached.get(found)?.us ?? 0))) found = index;
  }
  return found;
}

export type PlanRow = { kind: "level"; level: number; steps: number } | { kind: "step"; step: PlanStep };

/** Steps by level, within a level by location, each level under its own line. */
export function rowsOf(steps: readonly PlanStep[]): PlanRow[] {
  const levels = new Map<number, PlanStep[]>();
  for (const step of steps) {
    const members = levels.get(step.level);
    if (members) members.push(step);
    else levels.set(step.level, [step]);
  }
  return [...levels]
    .sort(([a], [b]) => a - b)
    .flatMap(([level, members]): PlanRow[] => [
      { kind: "level", level, steps: members.length },
      ...members
        .sort((a, b) => a.location.localeCompare(b.location) || a.index - b.index)
        .map((step): PlanRow => ({ kind: "step", step })),
    ]);
}

/** `team=core, nightly` as tags; a name without a value has the empty one. */
export function parseTags(text: string): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const piece of text.split(",")) {
    const [name = "", ...value] = piece.split("=");
    if (name.trim() !== "") tags[name.trim()] = value.join("=").trim();
  }
  return tags;
}

/** A whole number of at least `least`, or undefined. */
export function parseWhole(text: string, least = 0): number | undefined {
  if (!/^-?\d+$/.test(text.trim())) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= least ? value : undefined;
}
