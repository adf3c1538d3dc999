// Which part of the world is seen, and how large.  Pure.

export type Rect = { x: number; y: number; width: number; height: number };
export type Size = { width: number; height: number };
export type Point = { x: number; y: number };
/** `x`, `y`: the place in the world of the view's upper left corner; `scale`: pixels for a unit of the world. */
export type Camera = { x: number; y: number; scale: number };

export const LEAST_SCALE = 0.001;
export const MOST_SCALE = 2.5;

const between = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

export function toWorld(camera: Camera, at: Point): Point {
  return { x: camera.x + at.x / camera.scale, y: camera.y + at.y / camera.scale };
}

export function toScreen(camera: Camera, at: Point): Point {
  return { x: (at.x - camera.x) * camera.scale, y: (at.y - camera.y) * camera.scale };
}

export function seen(camera: Camera, view: Size): Rect {
  return { x: camera.x, y: camera.y, width: view.width / camera.scale, height: view.height / camera.scale };
}

/** By pixels of the screen. */
export function panned(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

/** What is at `at` stays there. */
export function zoomed(camera: Camera, at: Point, factor: number, least = LEAST_SCALE): Camera {
  const scale = between(camera.scale * factor, Math.min(least, camera.scale), MOST_SCALE);
  const fixed = toWorld(camera, at);
  return { x: fixed.x - at.x / scale, y: fixed.y - at.y / scale, scale };
}

/** The whole of `rect` in the middle, with `room` pixels around it, no larger than `most`. */
export function fitting(rect: Rect, view: Size, room = 32, most = 1): Camera {
  const width = Math.max(view.width - 2 * room, 1);
  const height = Math.max(view.height - 2 * room, 1);
  const scale = between(Math.min(width / rect.width, height / rect.height), LEAST_SCALE, most);
  return centered(rect, view, scale);
}

export function centered(rect: Rect, view: Size, scale: number): Camera {
  return {
    x: rect.x + rect.width / 2 - view.width / scale / 2,
    y: rect.y + rect.height / 2 - view.height / scale / 2,
    scale,
  };
}

/** Moved as little as brings `rect` into the view; its upper left part where it is larger than that. */
export function showing(camera: Camera, rect: Rect, view: Size, room = 40): Camera {
  const { scale } = camera;
  const shift = (from: number, length: number, start: number, extent: number) => {
    const edge = room / scale;
    if (from < start + edge) return from - edge;
    if (from + length <= start + extent - edge) return start;
    return Math.min(from - edge, from + length + edge - extent);
  };
  return {
    scale,
    x: shift(rect.x, rect.width, camera.x, view.width / scale),
    y: shift(rect.y, rect.height, camera.y, view.height / scale),
  };
}

/** Some of the world stays in the view, however far it is dragged. */
export function kept(camera: Camera, world: Size, view: Size): Camera {
  const width = view.width / camera.scale;
  const height = view.height / camera.scale;
  const mx = Math.min(width, world.width) * 0.2;
  const my = Math.min(height, world.height) * 0.2;
  return {
    scale: camera.scale,
    x: between(camera.x, mx - width, world.width - mx),
    y: between(camera.y, my - height, world.height - my),
  };
}

/** From one camera to another, `t` from 0 to 1: the middle on a line, the scale by equal ratios. */
export function mixed(from: Camera, to: Camera, view: Size, t: number): Camera {
  if (t >= 1) return to;
  const scale = from.scale * (to.scale / from.scale) ** t;
  const middle = (camera: Camera) => toWorld(camera, { x: view.width / 2, y: view.height / 2 });
  const a = middle(from);
  const b = middle(to);
  // what moves on the screen moves evenly while the scale changes
  const u = from.scale === to.scale ? t : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
  return {
    scale,
    x: a.x + (b.x - a.x) * u - view.width / scale / 2,
    y: a.y + (b.y - a.y) * u - view.height / scale / 2,
  };
}

export const eased = (t: number): number => 1 - (1 - t) ** 3;

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
