// Mouse, touch and wheel on the canvas, as what they mean.

import type { Point, Rect } from "./camera";
import { toWorld } from "./camera";
import type { GraphView } from "./view";

export type Heard = {
  onPick: (item: number, more: boolean, at: Point) => void;
  onOpen: (item: number) => void;
  onHover: (item: number) => void;
  onLasso: (rect: Rect | null, done: boolean) => void;
  /** What can be done with it is wanted, at a place of the window; `item` null: by a key, and the place is the corner. */
  onMenu?: (item: number | null, at: Point) => void;
};

const SLACK = 4; // pixels that a click may move
const TOUCH_SLACK = 9;
const DOUBLE_MS = 320;
const WHEEL_LINE = 18;
const ZOOM_STEP = 0.0022;

type Press = { at: Point; from: Point; moved: boolean; lasso: boolean; more: boolean };

/** Answers how to stop listening.  `within`: in a page that scrolls, to which the bare wheel belongs. */
export function listen(host: HTMLElement, view: GraphView, heard: Heard, within = false): () => void {
  const fingers = new Map<number, Point>();
  let press: Press | null = null;
  let tapped: { item: number; time: number } | null = null;
  let hovered = -1;

  const placeOf = (event: MouseEvent): Point => {
    const { left, top } = host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const lassoOf = (one: Press): Rect => {
    const [a, b] = [toWorld(view.camera, one.from), toWorld(view.camera, one.at)];
    return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
  };
  const hover = (item: number) => {
    if (item === hovered) return;
    hovered = item;
    host.style.cursor = item >= 0 ? "pointer" : "";
    heard.onHover(item);
  };

  function onDown(event: PointerEvent) {
    if (event.button > 1) return;
    const at = placeOf(event);
    fingers.set(event.pointerId, at);
    host.setPointerCapture(event.pointerId);
    press =
      fingers.size === 1
        ? {
            at,
            from: at,
            moved: false,
            lasso: event.shiftKey && event.button === 0,
            more: event.shiftKey || event.metaKey || event.ctrlKey,
          }
        : null;
  }

  function onMove(event: PointerEvent) {
    const at = placeOf(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") hover(view.itemAt(at));
      return;
    }
    if (fingers.size === 2) pinch(event.pointerId, before, at);
    else if (press) drag(press, at, event.pointerType === "mouse" ? SLACK : TOUCH_SLACK);
    fingers.set(event.pointerId, at);
  }

  function pinch(id: number, before: Point, at: Point) {
    const other = [...fingers].find(([finger]) => finger !== id)?.[1];
    if (!other) return;
    const apart = (one: Point) => Math.max(Math.hypot(one.x - other.x, one.y - other.y), 1);
    view.panBy((at.x - before.x) / 2, (at.y - before.y) / 2);
    view.zoomAt({ x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 }, apart(at) / apart(before));
  }

  function drag(one: Press, at: Point, slack: number) {
    if (!one.moved && Math.hypot(at.x - one.from.x, at.y - one.from.y) < slack) return;
    if (!one.moved) {
      one.moved = true;
      hover(-1);
      if (!one.lasso) host.style.cursor = "grabbing";
    }
    if (!one.lasso) view.panBy(at.x - one.at.x, at.y - one.at.y);
    one.at = at;
    if (one.lasso) heard.onLasso(lassoOf(one), false);
  }

  function onUp(event: PointerEvent) {
    const one = press;
    const at = fingers.get(event.pointerId);
    fingers.delete(event.pointerId);
    press = null;
    host.style.cursor = "";
    if (!one || !at || event.type === "pointercancel") {
      if (one?.lasso) heard.onLasso(null, true);
      return;
    }
    if (!one.moved) click(one, at, event.timeStamp);
    else if (one.lasso) heard.onLasso(lassoOf(one), true);
  }

  function click(one: Press, at: Point, time: number) {
    const item = view.itemAt(at);
    const twice = tapped?.item === item && time - tapped.time < DOUBLE_MS;
    tapped = twice ? null : { item, time };
    if (twice && item >= 0) heard.onOpen(item);
    else heard.onPick(item, one.more, at);
  }

  /** A right click, or a finger that stays. */
  function onContextMenu(event: MouseEvent) {
    if (!heard.onMenu) return;
    event.preventDefault();
    press = null;
    fingers.clear();
    const { left, top } = host.getBoundingClientRect();
    if (isOfKey(event)) heard.onMenu(null, { x: left, y: top });
    else heard.onMenu(view.itemAt(placeOf(event)), { x: event.clientX, y: event.clientY });
  }

  function onWheel(event: WheelEvent) {
    if (within && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey) {
      const pull = Math.max(-120, Math.min(120, dy)) * (Math.abs(dy) < 12 ? 5 : 1); // a pinch on a trackpad comes in small steps
      view.zoomAt(placeOf(event), Math.exp(-pull * ZOOM_STEP));
    } else if (event.shiftKey && dx === 0) {
      view.panBy(-dy, 0);
    } else {
      view.panBy(-dx, -dy);
    }
    if (fingers.size === 0) hover(view.itemAt(placeOf(event)));
  }

  const onLeave = () => fingers.size === 0 && hover(-1);
  host.addEventListener("pointerdown", onDown);
  host.addEventListener("pointermove", onMove);
  host.addEventListener("pointerup", onUp);
  host.addEventListener("pointercancel", onUp);
  host.addEventListener("pointerleave", onLeave);
  host.addEventListener("contextmenu", onContextMenu);
  host.addEventListener("wheel", onWheel, { passive: false });
  return () => {
    host.removeEventListener("pointerdown", onDown);
    host.removeEventListener("pointermove", onMove);
    host.removeEventListener("pointerup", onUp);
    host.removeEventListener("pointercancel", onUp);
    host.removeEventListener("pointerleave", onLeave);
    host.removeEventListener("contextmenu", onContextMenu);
    host.removeEventListener("wheel", onWheel);
  };
}

function isOfKey(event: MouseEvent): boolean {
  return event.button !== 2 && !(event instanceof PointerEvent && event.pointerType === "touch");
}
