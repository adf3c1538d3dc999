// What is seen of the picture, as the URL holds it: the middle, in the world, and the scale.  Pure.

import type { Camera, Size } from "../../graph/camera";

export function writeCamera({ x, y, scale }: Camera, view: Size): string {
  const middle = [x + view.width / scale / 2, y + view.height / scale / 2].map(Math.round);
  return [...middle, Number(scale.toPrecision(3))].join(",");
}

/** Null: it says nothing, or nonsense. */
export function readCamera(text: string, view: Size): Camera | null {
  const [x = Number.NaN, y = Number.NaN, scale = Number.NaN] = text.split(",").map(Number.parseFloat);
  if (![x, y, scale].every(Number.isFinite) || scale <= 0) return null;
  return { x: x - view.width / scale / 2, y: y - view.height / scale / 2, scale };
}
