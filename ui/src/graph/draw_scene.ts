// A part of the scene, as it is without anything pointed at.

import { overlaps, type Rect } from "./camera";
import { drawBoxes } from "./draw_boxes";
import { drawEdges } from "./draw_edges";
import { drawClosedFrames, drawOpenFrames, drawTitles, TITLE_RISE } from "./draw_frames";
import type { Context, Look } from "./look";
import { isShown, rectOf, type Scene } from "./scene";

const MARGIN = 12; // what is drawn beyond a rectangle: lines, piles

function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

export function boxesIn(scene: Scene, part: Rect): number[] {
  const found = scene.boxGrid.query(part, []);
  return found.filter((item) => overlaps(rectOf(scene, item), part));
}

export function framesIn(scene: Scene, part: Rect): number[] {
  const found: number[] = [];
  for (let item = scene.boxes; item < scene.items; item++) {
    if (isShown(scene, item) && overlaps(rectOf(scene, item), part)) found.push(item);
  }
  return found;
}

/** Roughly how much there is to draw in a part: boxes and edges. */
export function loadOf(scene: Scene, part: Rect): number {
  return scene.boxGrid.query(part, scratch).length + scene.edgeGrid.query(part, scratch).length;
}
const scratch: number[] = [];

/** `ctx` is in the world's units. */
export function drawScene(ctx: Context, look: Look, part: Rect) {
  const { scene } = look;
  const wide = grown(part, MARGIN + 2 / look.scale);
  const frames = framesIn(scene, wide);
  drawOpenFrames(ctx, look, frames);
  drawEdges(ctx, look, scene.edgeGrid.query(wide, []));
  drawClosedFrames(ctx, look, frames);
  drawBoxes(ctx, look, boxesIn(scene, wide));
  drawTitles(ctx, look, framesIn(scene, grown(part, TITLE_RISE)));
}

/** A grid of dots behind everything, so that a pan is felt. */
export function drawGround(ctx: Context, look: Look, part: Rect) {
  if (look.scale < 0.4) return;
  const step = 28;
  ctx.fillStyle = look.paint.borderStrong;
  ctx.globalAlpha = Math.min((look.scale - 0.4) * 2, 0.55);
  const size = 1.6;
  for (let x = Math.floor(part.x / step) * step; x < part.x + part.width; x += step) {
    for (let y = Math.floor(part.y / step) * step; y < part.y + part.height; y += step) ctx.fillRect(x, y, size, size);
  }
  ctx.globalAlpha = 1;
}
