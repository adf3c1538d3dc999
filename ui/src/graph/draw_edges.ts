// Edges: smooth curves that lead to the right, or down.  Those that cross from one location into another have the colour of where they come from.

import type { Context, Look } from "./look";
import { ABOVE, type Relation } from "./relation";
import type { Scene } from "./scene";

const HEAD = 7;
const FEWEST_PIXELS = 0.9;

/** Adds an edge to the path that is begun. */
export function traceEdge(ctx: Context, scene: Scene, edge: number, straight: boolean) {
  const { points, starts } = scene.edges;
  const begin = starts[edge] ?? 0;
  const end = starts[edge + 1] ?? 0;
  let x = points[begin] ?? 0;
  let y = points[begin + 1] ?? 0;
  ctx.moveTo(x, y);
  for (let at = begin + 2; at < end; at += 2) {
    const nx = points[at] ?? 0;
    const ny = points[at + 1] ?? 0;
    if (straight || ny === y || nx === x) {
      ctx.lineTo(nx, ny);
    } else if (scene.down) {
      const pull = (ny - y) * 0.5;
      ctx.bezierCurveTo(x, y + pull, nx, ny - pull, nx, ny);
    } else {
      const pull = (nx - x) * 0.5;
      ctx.bezierCurveTo(x + pull, y, nx - pull, ny, nx, ny);
    }
    x = nx;
    y = ny;
  }
}

function traceHead(ctx: Context, scene: Scene, edge: number, length: number) {
  const { points, starts } = scene.edges;
  const end = starts[edge + 1] ?? 0;
  const x = points[end - 2] ?? 0;
  const y = points[end - 1] ?? 0;
  const [along, before] = scene.down ? [y, points[end - 3] ?? 0] : [x, points[end - 4] ?? 0];
  const size = before > along ? -length : length; // it may come from the far side
  const [back, aside] = scene.down ? [{ x: 0, y: size }, size * 0.55] : [{ x: size, y: 0 }, size * 0.55];
  ctx.moveTo(x, y);
  ctx.lineTo(x - back.x - (scene.down ? aside : 0), y - back.y - (scene.down ? 0 : aside));
  ctx.lineTo(x - back.x + (scene.down ? aside : 0), y - back.y + (scene.down ? 0 : aside));
  ctx.closePath();
}

function isCrossing(scene: Scene, edge: number): boolean {
  const { from, to } = scene.edges;
  return scene.locationOf[from[edge] ?? 0] !== scene.locationOf[to[edge] ?? 0];
}

/** Wider the more edges one stands for. */
function widthOf(scene: Scene, edge: number): number {
  const weight = scene.edges.weight[edge] ?? 1;
  return weight <= 1 ? 1.4 : Math.min(1.4 + Math.log2(weight) * 0.7, 6);
}

type Stroke = { color: string; width: number; head: boolean; straight: boolean };

function strokeAll(ctx: Context, scene: Scene, edges: readonly number[], stroke: Stroke) {
  ctx.strokeStyle = stroke.color;
  ctx.fillStyle = stroke.color;
  ctx.lineWidth = stroke.width;
  for (const edge of edges) {
    ctx.beginPath(); // one by one: a path of thousands is slow to fill
    traceEdge(ctx, scene, edge, stroke.straight);
    ctx.stroke();
  }
  if (!stroke.head) return;
  ctx.beginPath();
  for (const edge of edges) traceHead(ctx, scene, edge, HEAD + stroke.width);
  ctx.fill();
}

/** What looks alike is drawn together. */
function sorted(look: Look, edges: readonly number[]): Map<string, number[]> {
  const { scene, paint } = look;
  const alike = new Map<string, number[]>();
  for (const edge of edges) {
    const color = isCrossing(scene, edge)
      ? paint.location(scene.locationOf[scene.edges.from[edge] ?? 0] ?? -1).line
      : paint.faint;
    const name = `${widthOf(scene, edge).toFixed(1)} ${color}`;
    const list = alike.get(name);
    if (list) list.push(edge);
    else alike.set(name, [edge]);
  }
  return alike;
}

/** Many that lie over each other from afar would hide everything else. */
function opacityOf({ detail, scene }: Look, within: boolean): number {
  if (detail !== "far") return within ? 0.42 : 0.68;
  const crowd = scene.edges.count > 3_000 ? 0.45 : 1;
  return (within ? 0.2 : 0.38) * crowd;
}

export function drawEdges(ctx: Context, look: Look, edges: readonly number[]) {
  const { scene, scale, detail } = look;
  const least = FEWEST_PIXELS / scale;
  ctx.lineJoin = "round";
  for (const [name, list] of sorted(look, edges)) {
    const cut = name.indexOf(" ");
    const color = name.slice(cut + 1);
    ctx.globalAlpha = opacityOf(look, color === look.paint.faint);
    const width = Math.max(Number(name.slice(0, cut)), least);
    strokeAll(ctx, scene, list, { color, width, head: detail !== "far", straight: detail === "far" });
  }
  ctx.globalAlpha = 1;
}

/** Those on a path to or from what is pointed at, above everything else. */
export function drawRelated(ctx: Context, look: Look, edges: readonly number[], relation: Relation) {
  const { scene, scale, paint, detail } = look;
  const [above, below]: [number[], number[]] = [[], []];
  for (const edge of edges) {
    const mark = relation.edges[edge];
    if (mark) (mark === ABOVE ? above : below).push(edge);
  }
  const stroke = { width: Math.max(2.2, 1.6 / scale), head: detail !== "far", straight: detail === "far" };
  ctx.lineJoin = "round";
  strokeAll(ctx, scene, above, { ...stroke, color: paint.tones.external.line });
  strokeAll(ctx, scene, below, { ...stroke, color: paint.accent });
}
