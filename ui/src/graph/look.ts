// What every drawing function is given, and how much is drawn at which scale.

import type { Labels } from "./labels";
import type { Paint } from "./paint";
import type { Scene } from "./scene";
import type { Standing } from "./standing";

/** `far`: coloured boxes; `mid`: names; `near`: everything. */
export type Detail = "far" | "mid" | "near";

const NEAR = 0.7;
const MID = 0.2;

export function detailAt(scale: number): Detail {
  if (scale >= NEAR) return "near";
  return scale >= MID ? "mid" : "far";
}

export type Look = {
  scene: Scene;
  standing: Standing;
  paint: Paint;
  labels: Labels;
  scale: number;
  detail: Detail;
  now: number;
};

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Height of an open frame's title, in the world. */
export const TITLE = 30;

export const font = (paint: Paint, size: number, weight = 400) => `${weight} ${size.toFixed(1)}px ${paint.font}`;

/** Pixels at the left of a frame's title that open and close it. */
export const caretRoom = (scale: number): number => Math.max(30 * scale, 26);
