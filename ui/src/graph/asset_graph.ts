// Who is made from whom, asset by asset, as far as the list of assets tells; whatever is drawn of it.  Pure.

import type { AssetSummary } from "../api/types";

type Near = { starts: Uint32Array; ends: Uint32Array };
export type AssetGraph = {
  keys: readonly string[];
  idOf: ReadonlyMap<string, number>;
  up: Near;
  down: Near;
};
/** Distances from where a walk began; -1: not reached. */
export type Reach = Int32Array;

function reversed(near: Near, count: number): Near {
  const starts = new Uint32Array(count + 1);
  for (const end of near.ends) starts[end + 1] = (starts[end + 1] ?? 0) + 1;
  for (let i = 0; i < count; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const filling = starts.slice();
  const ends = new Uint32Array(near.ends.length);
  for (let from = 0; from < count; from++) {
    for (let i = near.starts[from] ?? 0; i < (near.starts[from + 1] ?? 0); i++) {
      const to = near.ends[i] ?? 0;
      const at = filling[to] ?? 0;
      ends[at] = from;
      filling[to] = at + 1;
    }
  }
  return { starts, ends };
}

export function assetGraphOf(assets: ReadonlyMap<string, AssetSummary>): AssetGraph {
  const keys = [...assets.keys()];
  const idOf = new Map(keys.map((key, i) => [key, i]));
  const starts = new Uint32Array(keys.length + 1);
  const ends: number[] = [];
  let i = 0;
  for (const { deps } of assets.values()) {
    for (const dep of deps) {
      const id = idOf.get(dep);
      if (id !== undefined) ends.push(id);
    }
    starts[++i] = ends.length;
  }
  const up = { starts, ends: Uint32Array.from(ends) };
  return { keys, idOf, up, down: reversed(up, keys.length) };
}

/** Whether two lists of assets depend alike: what only stands otherwise makes no other graph. */
export function sameShape(a: ReadonlyMap<string, AssetSummary>, b: ReadonlyMap<string, AssetSummary>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, one] of a) {
    const other = b.get(key);
    if (other === one) continue;
    if (!other || one.deps.length !== other.deps.length) return false;
    if (one.deps.some((dep, i) => dep !== other.deps[i])) return false;
  }
  return true;
}

export function neighbours(graph: AssetGraph, key: string, way: "up" | "down"): string[] {
  const id = graph.idOf.get(key);
  if (id === undefined) return [];
  const near = graph[way];
  return [...near.ends.subarray(near.starts[id], near.starts[id + 1])].map((end) => graph.keys[end] ?? "");
}

/** How far every asset is from the nearest of `keys`, following edges one way. */
export function reach(graph: AssetGraph, keys: Iterable<string>, way: "up" | "down"): Reach {
  const near = graph[way];
  const found = new Int32Array(graph.keys.length).fill(-1);
  const queue: number[] = [];
  for (const key of keys) {
    const id = graph.idOf.get(key);
    if (id === undefined || found[id] === 0) continue;
    found[id] = 0;
    queue.push(id);
  }
  for (let at = 0; at < queue.length; at++) {
    const id = queue[at] ?? 0;
    const distance = (found[id] ?? 0) + 1;
    for (let i = near.starts[id] ?? 0; i < (near.starts[id + 1] ?? 0); i++) {
      const next = near.ends[i] ?? 0;
      if (found[next] !== -1) continue;
      found[next] = distance;
      queue.push(next);
    }
  }
  return found;
}

/** The keys that a walk reached, nearest first, without those that it began at. */
export function reached(graph: AssetGraph, found: Reach): string[] {
  const ids: number[] = [];
  found.forEach((distance, id) => {
    if (distance > 0) ids.push(id);
  });
  ids.sort((a, b) => (found[a] ?? 0) - (found[b] ?? 0));
  return ids.map((id) => graph.keys[id] ?? "");
}
