import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { cx } from "../components/cx";
import { useLocationColor } from "../theme/LocationColors";
import { useShownTheme } from "../theme/theme";
import css from "./GraphCanvas.module.css";
import { type Heard, listen } from "./gestures";
import { readPaint } from "./paint";
import type { Scene } from "./scene";
import type { Standing } from "./standing";
import { GraphView } from "./view";

const PAN = 80;
const ZOOM = 1.35;
const RENEW_MS = 30_000; // "5 m ago" goes on

type Props = {
  scene: Scene;
  standing: Standing;
  heard: Heard;
  label: string;
  /** Once there is one to move, and null when it goes. */
  onView: (view: GraphView | null) => void;
  /** A key that this prevents from having its effect moves nothing. */
  onKey?: (event: KeyboardEvent) => void;
  /** In a page that scrolls. */
  within?: boolean;
  children?: ReactNode;
};

/** The canvas: what it shows is handed to its GraphView, so that nothing renders while it is moved. */
export function GraphCanvas({ scene, standing, heard, label, onView, onKey, within = false, children }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const latest = useRef(heard);
  const [view, setView] = useState<GraphView | null>(null);
  useEffect(() => {
    latest.current = heard;
  });

  useEffect(() => {
    if (!host.current || !base.current || !over.current) return;
    const element = host.current;
    const made = new GraphView(base.current, over.current);
    const measure = () => made.resize(element.clientWidth, element.clientHeight, window.devicePixelRatio || 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const stop = listen(
      element,
      made,
      {
        onPick: (...all) => latest.current.onPick(...all),
        onOpen: (item) => latest.current.onOpen(item),
        onHover: (item) => latest.current.onHover(item),
        onLasso: (...all) => latest.current.onLasso(...all),
        ...(latest.current.onMenu && { onMenu: (...all) => latest.current.onMenu?.(...all) }),
      },
      within,
    );
    const renewing = setInterval(() => made.renew(), RENEW_MS);
    setView(made);
    return () => {
      stop();
      observer.disconnect();
      clearInterval(renewing);
      made.destroy();
      setView(null);
    };
  }, [within]);

  const theme = useShownTheme();
  const colorOf = useLocationColor();
  const colors = scene.locations.map((name) => colorOf(name).slot).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `colors` is what colorOf tells
  useEffect(() => view?.setPaint(readPaint(theme === "dark", scene.locations, colorOf)), [view, theme, colors]);
  useEffect(() => view?.setScene(scene), [view, scene]);
  useEffect(() => view?.setStanding(standing), [view, standing]);
  useEffect(() => {
    onView(view);
    return () => onView(null);
  }, [view, onView]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== host.current || event.ctrlKey || event.metaKey || event.altKey) return;
    onKey?.(event);
    if (!event.defaultPrevented && view && moves(view, event.key)) event.preventDefault();
  };
  return (
    <div className={css.frame}>
      <div
        ref={host}
        className={cx(css.host, within && css.within)}
        tabIndex={0}
        role="application"
        aria-label={label}
        onKeyDown={onKeyDown}
      >
        <canvas ref={base} className={css.canvas} />
        <canvas ref={over} className={css.canvas} />
      </div>
      {children}
    </div>
  );
}

const KEYS: Readonly<Record<string, (view: GraphView) => void>> = {
  ArrowLeft: (view) => view.panBy(PAN, 0),
  ArrowRight: (view) => view.panBy(-PAN, 0),
  ArrowUp: (view) => view.panBy(0, PAN),
  ArrowDown: (view) => view.panBy(0, -PAN),
  "+": (view) => view.zoomMiddle(ZOOM),
  "=": (view) => view.zoomMiddle(ZOOM),
  "-": (view) => view.zoomMiddle(1 / ZOOM),
  "0": (view) => view.fit(),
};

function moves(view: GraphView, key: string): boolean {
  const move = KEYS[key];
  move?.(view);
  return move !== undefined;
}
