import { type PointerEvent, useEffect, useRef } from "react";
import { seen } from "./camera";
import css from "./Minimap.module.css";
import type { Scene } from "./scene";
import type { GraphView } from "./view";

const WIDTH = 176;
const HEIGHT = 112;

/** The whole picture, and what of it is in sight; a click or a drag moves there. */
export function Minimap({ view, scene }: { view: GraphView; scene: Scene }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = Math.min(WIDTH / scene.width, HEIGHT / scene.height);
  const width = Math.max(Math.round(scene.width * scale), 24);
  const height = Math.max(Math.round(scene.height * scale), 16);

  useEffect(() => {
    const ctx = canvas.current?.getContext("2d");
    if (!ctx) return;
    const dpr = window.devicePixelRatio || 1;
    ctx.canvas.width = width * dpr;
    ctx.canvas.height = height * dpr;
    const { color, borderColor } = getComputedStyle(ctx.canvas);
    const draw = () => {
      ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
      ctx.clearRect(0, 0, width, height);
      ctx.imageSmoothingQuality = "high";
      if (view.overview) ctx.drawImage(view.overview, 0, 0, width, height);
      const part = seen(view.camera, view.size);
      const at = [part.x * scale, part.y * scale, part.width * scale, part.height * scale] as const;
      ctx.fillStyle = borderColor;
      ctx.globalAlpha = 0.45;
      ctx.beginPath();
      ctx.rect(0, 0, width, height);
      ctx.rect(...at);
      ctx.fill("evenodd");
      ctx.globalAlpha = 1;
      ctx.strokeStyle = color;
      ctx.lineWidth = 1.5;
      ctx.strokeRect(...at);
    };
    draw();
    return view.watch(draw);
  }, [view, scale, width, height]);

  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.type === "pointermove" && event.buttons === 0) return;
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const part = seen(view.camera, view.size);
    const x = (event.clientX - left) / scale - part.width / 2;
    const y = (event.clientY - top) / scale - part.height / 2;
    view.moveTo({ ...view.camera, x, y }, event.type === "pointerdown");
  };
  return (
    <canvas
      ref={canvas}
      className={css.map}
      style={{ width, height }}
      aria-hidden
      onPointerDown={move}
      onPointerMove={move}
    />
  );
}
