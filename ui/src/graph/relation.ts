// Which items and edges of a scene have to do with some assets: what they are made from and what is made from them.  Pure.

import { type AssetGraph, reach } from "./asset_graph";
import type { Scene } from "./scene";

export const ABOVE = 1;
export const BELOW = 2;
export const SELF = 4;
/** Marks of each item; `edges`: ABOVE or BELOW for those on a path. */
export type Relation = { items: Uint8Array; edges: Uint8Array };

/** The item that shows an asset: its box, or the closed frame it is in. */
export type Placed = (key: string) => number;

export function relationOf(scene: Scene, graph: AssetGraph, keys: readonly string[], itemOf: Placed): Relation {
  const items = new Uint8Array(scene.items);
  const mark = (found: Int32Array, bit: number) => {
    found.forEach((distance, id) => {
      if (distance < 0) return;
      const item = itemOf(graph.keys[id] ?? "");
      if (item >= 0) items[item] = (items[item] ?? 0) | (distance === 0 ? SELF : bit);
    });
  };
  mark(reach(graph, keys, "up"), ABOVE);
  mark(reach(graph, keys, "down"), BELOW);
  return { items, edges: edgesWithin(scene, items) };
}

function edgesWithin(scene: Scene, items: Uint8Array): Uint8Array {
  const { edges } = scene;
  const marks = new Uint8Array(edges.count);
  for (let edge = 0; edge < edges.count; edge++) {
    const from = items[edges.from[edge] ?? 0] ?? 0;
    const to = items[edges.to[edge] ?? 0] ?? 0;
    if (from & ABOVE && to & (ABOVE | SELF)) marks[edge] = ABOVE;
    else if (to & BELOW && from & (BELOW | SELF)) marks[edge] = BELOW;
  }
  return marks;
}

/** For a frame: what goes directly in and out of it, and whom that reaches. */
export function relationOfItem(scene: Scene, item: number): Relation {
  const items = new Uint8Array(scene.items);
  const marks = new Uint8Array(scene.edges.count);
  items[item] = SELF;
  const { from, to, count } = scene.edges;
  for (let edge = 0; edge < count; edge++) {
    const [a, b] = [from[edge] ?? 0, to[edge] ?? 0];
    if (b === item) marks[edge] = ABOVE;
    else if (a === item) marks[edge] = BELOW;
    else continue;
    const other = b === item ? a : b;
    items[other] = (items[other] ?? 0) | (b === item ? ABOVE : BELOW);
  }
  return { items, edges: marks };
}
