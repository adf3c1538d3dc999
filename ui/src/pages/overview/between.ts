// Who takes what from whom, between code locations.

import type { Overview } from "../../api/types";
import { selectAsset } from "../../format/selection";

export type Border = Overview["edges"][number];

const NAMED_MOST = 20; // the server names no more assets than these

/** The assets on both sides of a border, in the selection language. */
export function selectBorder({ from, to, assets }: Border): string {
  if (assets.length === 0 || assets.length >= NAMED_MOST) return `code_location:"${from}" or code_location:"${to}"`;
  const given = assets.map(selectAsset);
  const taken = given.map((key) => `${key}+1`).join(" or ");
  return `${given.join(" or ")} or ((${taken}) and code_location:"${to}")`;
}

export type Matrix = { names: readonly string[]; at: (from: string, to: string) => Border | undefined; most: number };

/** Every location that gives or takes, those that give most first. */
export function matrixOf(borders: readonly Border[]): Matrix {
  const given = new Map<string, number>();
  const byPair = new Map<string, Border>();
  for (const border of borders) {
    given.set(border.from, (given.get(border.from) ?? 0) + border.edges);
    given.set(border.to, given.get(border.to) ?? 0);
    byPair.set(`${border.from}\n${border.to}`, border);
  }
  const names = [...given].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([name]) => name);
  return {
    names,
    at: (from, to) => byPair.get(`${from}\n${to}`),
    most: Math.max(1, ...borders.map((border) => border.edges)),
  };
}
