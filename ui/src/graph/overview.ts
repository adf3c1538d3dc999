// The whole scene in one small picture: the minimap, and what is seen where nothing finer is drawn yet.

import { drawBoxes } from "./draw_boxes";
import { drawEdges } from "./draw_edges";
import { drawClosedFrames, drawOpenFrames } from "./draw_frames";
import { framesIn } from "./draw_scene";
import type { Look } from "./look";

const SIDE = 640;
const MOST_EDGES = 2_500;

/** Nothing for a scene without extent. */
export function drawOverview(look: Look): OffscreenCanvas | null {
  const { scene } = look;
  if (scene.width <= 0 || scene.height <= 0) return null;
  const scale = Math.min(SIDE / scene.width, SIDE / scene.height, 1);
  const canvas = new OffscreenCanvas(Math.ceil(scene.width * scale), Math.ceil(scene.height * scale));
  const ctx = canvas.getContext("2d");
  if (!ctx) return null;
  ctx.fillStyle = look.paint.canvas;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.scale(scale, scale);
  const small: Look = { ...look, scale, detail: "far" };
  const frames = framesIn(scene, { x: 0, y: 0, width: scene.width, height: scene.height });
  const step = Math.max(1, Math.ceil(scene.edges.count / MOST_EDGES));
  drawOpenFrames(ctx, small, frames);
  drawEdges(ctx, small, range(scene.edges.count, step));
  drawClosedFrames(ctx, { ...small, scale: Number.MIN_VALUE }, frames);
  drawBoxes(ctx, small, range(scene.boxes, 1));
  return canvas;
}

function range(count: number, step: number): number[] {
  const list: number[] = [];
  for (let i = 0; i < count; i += step) list.push(i);
  return list;
}
