// Where a graph is begun to be read that is too large to be read as a whole.  Pure.

import type { Camera, Rect, Size } from "./camera";
import { rectOf, type Scene } from "./scene";

const READABLE = 0.34;
const MANY = 600; // items: of more than that, the shape says most
const EDGE = 20;

/** Null where `whole`, which shows all of it, is as good. */
export function beginning(scene: Scene, whole: Camera, view: Size): Camera | null {
  if (whole.scale >= READABLE || scene.items > MANY) return null;
  const high = view.height / READABLE;
  const middle = scene.height <= high ? scene.height / 2 : firstMiddle(scene);
  return { x: -EDGE / READABLE, y: middle - high / 2, scale: READABLE };
}

/** How far down what stands furthest to the left is. */
function firstMiddle(scene: Scene): number {
  let first: Rect | null = null;
  for (let item = 0; item < scene.items; item++) {
    const rect = rectOf(scene, item);
    if (rect.width > 0 && (!first || rect.x < first.x)) first = rect;
  }
  return first ? first.y + first.height / 2 : 0;
}
