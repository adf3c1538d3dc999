import { type PointerEvent, type RefObject, useCallback, useEffect, useState } from "react";
import { panned, type View, zoomed } from "./time_axis";

const WHEEL_SLOWNESS = 400;
const STEP = 0.6;

/** Width of an element, as it changes. */
export function useWidth(of: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!of.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(of.current);
    return () => observer.disconnect();
  }, [of]);
  return width;
}

/** The time now, ten times a second, while something runs. */
export function useFineNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return;
    const ticking = setInterval(() => !document.hidden && setNow(Date.now()), 100);
    return () => clearInterval(ticking);
  }, [isRunning]);
  return now;
}

/** What part of the chart is in sight: all of it, growing, until somebody zooms. `lane` is where bars stand. */
export function useGanttView(lane: RefObject<HTMLElement | null>, width: number, length: number) {
  const [chosen, choose] = useState<View | null>(null);
  const view = chosen ?? { from: 0, to: length };
  const { from, to } = view;
  const msPerPixel = width > 0 ? (to - from) / width : 0;

  const zoom = useCallback(
    (factor: number, at = (from + to) / 2) => choose(zoomed({ from, to }, factor, at, length)),
    [from, to, length],
  );
  const pan = useCallback((by: number) => choose(panned({ from, to }, by, length)), [from, to, length]);

  useEffect(() => {
    const element = lane.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const isZoom = event.ctrlKey || event.metaKey;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (!isZoom && (chosen === null || sideways === 0)) return;
      event.preventDefault();
      if (!isZoom) return pan(sideways * msPerPixel);
      const right = element.getBoundingClientRect().right;
      zoom(Math.exp(event.deltaY / WHEEL_SLOWNESS), from + (event.clientX - (right - width)) * msPerPixel);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [lane, chosen, width, from, msPerPixel, zoom, pan]);

  const onPointerMove = (event: PointerEvent) => {
    if (chosen !== null && event.buttons === 1) pan(-event.movementX * msPerPixel);
  };
  return {
    view,
    isZoomed: chosen !== null,
    closer: () => zoom(STEP),
    further: () => zoom(1 / STEP),
    fit: () => choose(null),
    pan: (share: number) => chosen !== null && pan(share * (to - from)),
    onPointerMove,
  };
}
