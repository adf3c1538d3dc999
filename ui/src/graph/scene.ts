// The graph as the server laid it out, in plain arrays.  An item is a box (an asset) or a frame; boxes come first.  Pure.

import type { Graph } from "../api/types";
import type { Rect } from "./camera";
import { Grid } from "./grid";
import { framePath } from "./open_frames";

export type FrameKind = "location" | "group";
export type Frame = {
  name: string;
  path: string;
  kind: FrameKind;
  parent: number; // among frames; -1: none
  open: boolean;
  assets: number;
  depth: number;
};
export type Edges = {
  count: number;
  from: Uint32Array; // items
  to: Uint32Array;
  weight: Uint32Array;
  starts: Uint32Array; // of its points, in `points`; one more than edges
  points: Float32Array; // x, y, …
};
export type Scene = {
  hash: string;
  width: number;
  height: number;
  /** Edges lead down, not to the right. */
  down: boolean;
  locations: readonly string[];
  keys: readonly string[];
  boxes: number;
  items: number;
  rects: Float32Array; // x, y, width, height of each item
  locationOf: Int32Array; // of each item, -1: none
  frameOf: Int32Array; // the frame around each item, -1: none
  frames: readonly Frame[];
  edges: Edges;
  boxOf: ReadonlyMap<string, number>;
  frameOfPath: ReadonlyMap<string, number>; // to items
  boxGrid: Grid;
  edgeGrid: Grid;
};

type FrameRow = [string, FrameKind, number, number, 0 | 1, number, number, number, number, number];
type BoxRow = [string, number, number, number, number, number, number];
type EdgeRow = [number, number, number, number[]];

export function rectOf(scene: Scene, item: number): Rect {
  const at = item * 4;
  const { rects } = scene;
  return { x: rects[at] ?? 0, y: rects[at + 1] ?? 0, width: rects[at + 2] ?? 0, height: rects[at + 3] ?? 0 };
}

export function frameAt(scene: Scene, item: number): Frame | undefined {
  return item >= scene.boxes ? scene.frames[item - scene.boxes] : undefined;
}

function edgesOf(rows: EdgeRow[], boxes: number): Edges {
  const total = rows.reduce((sum, [, , , points]) => sum + points.length, 0);
  const edges: Edges = {
    count: rows.length,
    from: new Uint32Array(rows.length),
    to: new Uint32Array(rows.length),
    weight: new Uint32Array(rows.length),
    starts: new Uint32Array(rows.length + 1),
    points: new Float32Array(total),
  };
  const itemOf = (end: number) => (end >= 0 ? end : boxes - 1 - end);
  let at = 0;
  rows.forEach(([from, to, weight, points], i) => {
    edges.from[i] = itemOf(from);
    edges.to[i] = itemOf(to);
    edges.weight[i] = weight;
    edges.points.set(points, at);
    at += points.length;
    edges.starts[i + 1] = at;
  });
  return edges;
}

function framesOf(rows: FrameRow[], locations: readonly string[]): Frame[] {
  const frames: Frame[] = [];
  for (const [name, kind, location, parent, open, assets] of rows) {
    const above = frames[parent];
    frames.push({
      name,
      kind,
      parent,
      open: open === 1,
      assets,
      depth: above ? above.depth + 1 : 0,
      path: kind === "location" ? framePath(name) : framePath(locations[location] ?? "", name),
    });
  }
  return frames;
}

function walkEdges(edges: Edges, touch: (edge: number, x0: number, y0: number, x1: number, y1: number) => void) {
  const { points, starts } = edges;
  for (let edge = 0; edge < edges.count; edge++) {
    const end = (starts[edge + 1] ?? 0) - 2;
    for (let at = starts[edge] ?? 0; at < end; at += 2) {
      touch(edge, points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0, points[at + 3] ?? 0);
    }
  }
}

export function sceneOf(graph: Graph): Scene {
  const boxRows = graph.boxes as BoxRow[];
  const frameRows = graph.frames as FrameRow[];
  const boxes = boxRows.length;
  const items = boxes + frameRows.length;
  const rects = new Float32Array(items * 4);
  const locationOf = new Int32Array(items);
  const frameOf = new Int32Array(items);
  boxRows.forEach(([, location, frame, x, y, width, height], i) => {
    locationOf[i] = location;
    frameOf[i] = frame;
    rects.set([x, y, width, height], i * 4);
  });
  frameRows.forEach(([, , location, parent, , , x, y, width, height], i) => {
    locationOf[boxes + i] = location;
    frameOf[boxes + i] = parent;
    rects.set([x, y, width, height], (boxes + i) * 4);
  });
  const keys = boxRows.map(([key]) => key);
  const frames = framesOf(frameRows, graph.locations);
  const edges = edgesOf(graph.edges as EdgeRow[], boxes);
  return {
    hash: graph.hash,
    width: graph.width,
    height: graph.height,
    down: graph.direction === "down",
    locations: graph.locations,
    keys,
    boxes,
    items,
    rects,
    locationOf,
    frameOf,
    frames,
    edges,
    boxOf: new Map(keys.map((key, i) => [key, i])),
    frameOfPath: new Map(frames.map(({ path }, i) => [path, boxes + i])),
    boxGrid: new Grid(graph.width, graph.height, boxes, (touch) => {
      for (let i = 0; i < boxes; i++) {
        const { x, y, width, height } = {
          x: rects[i * 4] ?? 0,
          y: rects[i * 4 + 1] ?? 0,
          width: rects[i * 4 + 2] ?? 0,
          height: rects[i * 4 + 3] ?? 0,
        };
        touch(i, x, y, x + width, y + height);
      }
    }),
    edgeGrid: new Grid(graph.width, graph.height, edges.count, (touch) => walkEdges(edges, touch)),
  };
}

/** Whether a frame is drawn: not within a closed one. */
export function isShown(scene: Scene, item: number): boolean {
  return (scene.rects[item * 4 + 2] ?? 0) > 0;
}

/** The box or the open frame's title or the closed frame at a place; -1: nothing. */
export function itemAt(scene: Scene, x: number, y: number, title: number): number {
  const within = (item: number, height?: number) => {
    const rect = rectOf(scene, item);
    return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + (height ?? rect.height);
  };
  const box = scene.boxGrid.query({ x, y, width: 0, height: 0 }).find((item) => within(item));
  if (box !== undefined) return box;
  for (let i = scene.frames.length - 1; i >= 0; i--) {
    const item = scene.boxes + i;
    if (!isShown(scene, item)) continue;
    if (scene.frames[i]?.open ? within(item, title) : within(item)) return item;
  }
  return -1;
}
