// What lies over the picture: what is pointed at and chosen, what runs, a lasso.  Drawn anew whenever one of it changes.

import type { Rect } from "./camera";
import { drawBoxes, iconPlace } from "./draw_boxes";
import { drawRelated } from "./draw_edges";
import { drawClosedFrames } from "./draw_frames";
import { drawTurning } from "./draw_icons";
import { boxesIn, framesIn } from "./draw_scene";
import type { Context, Look } from "./look";
import type { Relation } from "./relation";
import { frameAt, rectOf, type Scene } from "./scene";

export type Emphasis = {
  hover: number; // an item; -1: none
  selected: ReadonlySet<number>;
  relation: Relation | null;
  /** Everything else steps back. */
  veiled: boolean;
  /** Only these are wanted: a filter. */
  lit: Uint8Array | null;
  lasso: Rect | null;
};
export const NO_EMPHASIS: Emphasis = {
  hover: -1,
  selected: new Set(),
  relation: null,
  veiled: false,
  lit: null,
  lasso: null,
};

const MOST_EDGES = 2_000;
const PULSE_MS = 1_800;

export function drawOver(
  ctx: Context,
  look: Look,
  part: Rect,
  emphasis: Emphasis,
  running: readonly number[],
  still: boolean,
) {
  const { relation, lit, veiled } = emphasis;
  if (veiled || lit) drawVeil(ctx, look, part);
  const marks = relation?.items;
  if (relation) {
    const edges = look.scene.edgeGrid.query(part, []).filter((edge) => relation.edges[edge]);
    drawRelated(ctx, look, edges.length > MOST_EDGES ? edges.slice(0, MOST_EDGES) : edges, relation);
  }
  if (veiled || lit || relation) {
    const wanted = (item: number) =>
      veiled && marks ? marks[item] !== 0 : lit ? lit[item] !== 0 : marks?.[item] !== 0;
    drawClosedFrames(
      ctx,
      look,
      framesIn(look.scene, part).filter((item) => wanted(item) && !frameAt(look.scene, item)?.open),
    );
    drawBoxes(ctx, look, boxesIn(look.scene, part).filter(wanted));
  }
  for (const item of running) drawPulse(ctx, look, rectOf(look.scene, item), still);
  for (const item of emphasis.selected) drawOutline(ctx, look, item, look.paint.accent, 2.5);
  if (emphasis.hover >= 0 && !emphasis.selected.has(emphasis.hover)) {
    drawOutline(ctx, look, emphasis.hover, look.paint.accent, 1.5);
  }
  if (emphasis.lasso) drawLasso(ctx, look, emphasis.lasso);
}

function drawVeil(ctx: Context, look: Look, part: Rect) {
  ctx.globalAlpha = look.paint.dark ? 0.62 : 0.66;
  ctx.fillStyle = look.paint.canvas;
  ctx.fillRect(part.x, part.y, part.width, part.height);
  ctx.globalAlpha = 1;
}

function radiusOf(scene: Scene, item: number): number {
  const frame = frameAt(scene, item);
  if (!frame) return 8;
  return frame.open && frame.kind === "location" ? 14 : 10;
}

function drawOutline(ctx: Context, look: Look, item: number, color: string, pixels: number) {
  const { x, y, width, height } = rectOf(look.scene, item);
  if (width === 0) return;
  const line = Math.max(pixels, pixels / look.scale);
  const gap = line / 2 + 1;
  ctx.strokeStyle = color;
  ctx.lineWidth = line;
  ctx.beginPath();
  ctx.roundRect(x - gap, y - gap, width + 2 * gap, height + 2 * gap, radiusOf(look.scene, item) + gap);
  ctx.stroke();
}

/** A ring that swells and fades around what is being made, and an arc that goes around. */
function drawPulse(ctx: Context, look: Look, { x, y, width, height }: Rect, still: boolean) {
  const { paint, scale, detail, now } = look;
  const phase = still ? 0.25 : (now % PULSE_MS) / PULSE_MS;
  const swell = 2 + phase * 9;
  ctx.strokeStyle = paint.tones.running.line;
  ctx.lineWidth = Math.max(2.5, 1.5 / scale);
  ctx.globalAlpha = (1 - phase) * 0.65;
  ctx.beginPath();
  ctx.roundRect(x - swell, y - swell, width + 2 * swell, height + 2 * swell, 8 + swell);
  ctx.stroke();
  ctx.globalAlpha = 1;
  if (detail === "far") return;
  const [cx, cy, r] = iconPlace(x, y, width, height, look);
  drawTurning(ctx, paint, cx, cy, r, still ? 0.7 : (now % 1_100) / 1_100);
}

function drawLasso(ctx: Context, look: Look, { x, y, width, height }: Rect) {
  ctx.fillStyle = look.paint.accent;
  ctx.globalAlpha = 0.1;
  ctx.fillRect(x, y, width, height);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = look.paint.accent;
  ctx.lineWidth = 1 / look.scale;
  ctx.strokeRect(x, y, width, height);
}
