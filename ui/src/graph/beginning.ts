// Where a graph is begun to be read that is too large to be read as a whole.  Pure.

import type { Camera, Rect, Size } from "./camera";
import { rectOf, type Scene } from "./scene";

const READABLE = 0.34;
const MANY = 600; // items: of more than that, the shape says most
const EDGE = 20;

/** Null where `whole`, which shows all of it, is as good. */
export function beginning(scene: Scene, whole: Camera, view: Size): Camera | null {
  if (whole.scale >= READABLE || scene.items > MANY) return null;
  const edge = -EDGE / READABLE;
  const first = firstOf(scene);
  const across = (whole: number, seen: number, start: number, extent: number) =>
    (whole <= seen ? whole / 2 : start + extent / 2) - seen / 2;
  if (scene.down) {
    const x = across(scene.width, view.width / READABLE, first.x, first.width);
    return { x, y: edge, scale: READABLE };
  }
  return { x: edge, y: across(scene.height, view.height / READABLE, first.y, first.height), scale: READABLE };
}

/** What stands furthest to the left, or at the top. */
function firstOf(scene: Scene): Rect {
  let first: Rect = { x: 0, y: 0, width: 0, height: 0 };
  for (let item = 0; item < scene.items; item++) {
    const rect = rectOf(scene, item);
    if (rect.width === 0) continue;
    if (first.width === 0 || (scene.down ? rect.y < first.y : rect.x < first.x)) first = rect;
  }
  return first;
}
