// Marks of how an asset stands: a disc or a ring with a sign, told apart without colour too.

import type { Context } from "./look";
import type { Paint } from "./paint";
import type { ShownStatus } from "./standing";

type Sign = (ctx: Context, x: number, y: number, r: number) => void;

function line(ctx: Context, points: readonly number[]) {
  ctx.beginPath();
  for (let i = 0; i < points.length; i += 2) ctx.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  ctx.stroke();
}

const check: Sign = (ctx, x, y, r) =>
  line(ctx, [x - r * 0.42, y + r * 0.04, x - r * 0.1, y + r * 0.36, x + r * 0.44, y - r * 0.3]);
const cross: Sign = (ctx, x, y, r) => {
  line(ctx, [x - r * 0.34, y - r * 0.34, x + r * 0.34, y + r * 0.34]);
  line(ctx, [x + r * 0.34, y - r * 0.34, x - r * 0.34, y + r * 0.34]);
};
const hands: Sign = (ctx, x, y, r) => line(ctx, [x, y - r * 0.5, x, y + r * 0.06, x + r * 0.36, y + r * 0.26]);
const globe: Sign = (ctx, x, y, r) => {
  ctx.beginPath();
  ctx.ellipse(x, y, r * 0.36, r * 0.72, 0, 0, Math.PI * 2);
  ctx.stroke();
  line(ctx, [x - r * 0.72, y, x + r * 0.72, y]);
};

const SIGNS: Readonly<Partial<Record<ShownStatus, Sign>>> = {
  materialized: check,
  failed: cross,
  stale: hands,
  external: globe,
};

export function drawStatus(ctx: Context, paint: Paint, status: ShownStatus, x: number, y: number, r: number) {
  const tone = paint.tones[status];
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  if (status === "missing") return drawRing(ctx, tone.line, x, y, r, [r * 0.55, r * 0.5]);
  if (status === "running") return drawRing(ctx, tone.fill, x, y, r, []);
  ctx.fillStyle = tone.line;
  ctx.beginPath();
  ctx.arc(x, y, r, 0, Math.PI * 2);
  ctx.fill();
  ctx.strokeStyle = paint.dark ? paint.surface : "#fff";
  ctx.lineWidth = r * 0.27;
  SIGNS[status]?.(ctx, x, y, r);
}

function drawRing(ctx: Context, color: string, x: number, y: number, r: number, dashes: number[]) {
  ctx.strokeStyle = color;
  ctx.lineWidth = r * 0.28;
  ctx.setLineDash(dashes);
  ctx.beginPath();
  ctx.arc(x, y, r * 0.84, 0, Math.PI * 2);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** The part of the ring that goes around while an asset is made; `turn` from 0 to 1. */
export function drawTurning(ctx: Context, paint: Paint, x: number, y: number, r: number, turn: number) {
  ctx.strokeStyle = paint.tones.running.line;
  ctx.lineWidth = r * 0.32;
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.arc(x, y, r * 0.84, turn * Math.PI * 2, (turn + 0.32) * Math.PI * 2);
  ctx.stroke();
}

/** Down where open, to the right where closed. */
export function drawCaret(ctx: Context, color: string, x: number, y: number, size: number, open: boolean) {
  const s = size / 2;
  ctx.strokeStyle = color;
  ctx.lineWidth = size * 0.2;
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  if (open) line(ctx, [x - s, y - s * 0.5, x, y + s * 0.5, x + s, y - s * 0.5]);
  else line(ctx, [x - s * 0.5, y - s, x + s * 0.5, y, x - s * 0.5, y + s]);
}
