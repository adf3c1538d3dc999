// From one item of the picture to the next by arrow keys.  Pure.

import type { Point } from "./camera";
import { isShown, rectOf, type Scene } from "./scene";

export type Direction = "left" | "right" | "up" | "down";

const ASIDE = 2.5; // a step aside costs more than one ahead
const UNTIED = 1.6; // what no line leads to is further away

const STEPS: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

function middleOf(scene: Scene, item: number): Point {
  const { x, y, width, height } = rectOf(scene, item);
  return { x: x + width / 2, y: y + height / 2 };
}

/** Boxes and closed frames: what can be stood on. */
function* placesOf(scene: Scene): Generator<number> {
  for (let item = 0; item < scene.items; item++) {
    if (isShown(scene, item) && !(scene.frames[item - scene.boxes]?.open ?? false)) yield item;
  }
}

function tiedTo(scene: Scene, item: number): ReadonlySet<number> {
  const { from, to, count } = scene.edges;
  const tied = new Set<number>();
  for (let edge = 0; edge < count; edge++) {
    if (from[edge] === item) tied.add(to[edge] ?? -1);
    else if (to[edge] === item) tied.add(from[edge] ?? -1);
  }
  return tied;
}

function leastOf(scene: Scene, costOf: (item: number) => number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const item of placesOf(scene)) {
    const cost = costOf(item);
    if (cost >= least) continue;
    least = cost;
    best = item;
  }
  return best;
}

/** The nearest one that lies that way, what it is tied to first; -1: none does. */
export function neighbourOf(scene: Scene, item: number, direction: Direction): number {
  const step = STEPS[direction];
  const start = middleOf(scene, item);
  const tied = tiedTo(scene, item);
  const own = rectOf(scene, item);
  return leastOf(scene, (other) => {
    const rect = rectOf(scene, other);
    const middle = middleOf(scene, other);
    const [dx, dy] = [middle.x - start.x, middle.y - start.y];
    const ahead = dx * step.x + dy * step.y;
    const reach =
      Math.abs(step.x) * Math.min(own.width, rect.width) + Math.abs(step.y) * Math.min(own.height, rect.height);
    if (other === item || ahead < reach / 2) return Number.POSITIVE_INFINITY;
    const aside = Math.abs(dx * step.y) + Math.abs(dy * step.x);
    return (ahead + aside * ASIDE) * (tied.has(other) ? 1 : UNTIED);
  });
}

export function nearestTo(scene: Scene, at: Point): number {
  return leastOf(scene, (item) => {
    const middle = middleOf(scene, item);
    return Math.hypot(middle.x - at.x, middle.y - at.y);
  });
}
