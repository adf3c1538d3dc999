// The picture on the page: two canvases over each other, drawn in one animation loop that rests when nothing changes.
// Knows no React: what it shows is set, what is seen changes without a render.

import { beginning } from "./beginning";
import {
  type Camera,
  eased,
  fitting,
  kept,
  mixed,
  type Point,
  panned,
  type Rect,
  type Size,
  seen,
  toScreen,
  toWorld,
  zoomed,
} from "./camera";
import { drawOver, type Emphasis, NO_EMPHASIS } from "./draw_over";
import { drawGround, drawScene, loadOf } from "./draw_scene";
import { Fade } from "./fade";
import { Labels } from "./labels";
import { detailAt, type Look, TITLE } from "./look";
import { drawOverview } from "./overview";
import type { Paint } from "./paint";
import { itemAt, rectOf, type Scene } from "./scene";
import type { Standing } from "./standing";
import { Tiles } from "./tiles";

const CROWDED = 700; // boxes and edges in sight: more are drawn in tiles
const FLY_MS = 280;
const SETTLE_MS = 140;
const PULSE_EVERY_MS = 33;

type Flight = { from: Camera; to: Camera; since: number };

export class GraphView {
  camera: Camera = { x: 0, y: 0, scale: 1 };
  size: Size = { width: 1, height: 1 };
  overview: OffscreenCanvas | null = null;
  private scene: Scene | null = null;
  private standing: Standing = { assets: new Map(), tallies: new Map(), running: [] };
  private paint: Paint | null = null;
  private emphasis: Emphasis = NO_EMPHASIS;
  private readonly tiles = new Tiles();
  private readonly labels: Labels;
  private readonly base: CanvasRenderingContext2D;
  private readonly over: CanvasRenderingContext2D;
  private readonly watchers = new Set<() => void>();
  private readonly still = window.matchMedia("(prefers-reduced-motion: reduce)");
  private dpr = 1;
  private version = 0;
  private flight: Flight | null = null;
  private fade: Fade | null = null;
  private zoomedAt = 0;
  private pulsedAt = 0;
  private asked = 0;
  private baseOld = true;
  private overOld = true;
  private overviewOld = true;
  private whole = true;

  constructor(base: HTMLCanvasElement, over: HTMLCanvasElement) {
    this.base = contextOf(base, true);
    this.over = contextOf(over, false);
    const measuring = contextOf(document.createElement("canvas"), false);
    let style = "";
    this.labels = new Labels((text, wanted) => {
      if (wanted !== style) measuring.font = style = wanted;
      return measuring.measureText(text).width;
    });
  }

  destroy() {
    cancelAnimationFrame(this.asked);
    this.watchers.clear();
  }

  /** Called after each frame in which the camera or the overview changed. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  resize(width: number, height: number, dpr: number) {
    if (width === this.size.width && height === this.size.height && dpr === this.dpr) return;
    if (dpr !== this.dpr) this.tiles.clear();
    if (this.size.width > 1) {
      const { x, y, scale } = this.camera; // the middle stays
      const [dx, dy] = [(this.size.width - width) / 2, (this.size.height - height) / 2];
      this.camera = { x: x + dx / scale, y: y + dy / scale, scale };
      this.flight = null;
    }
    this.size = { width, height };
    this.dpr = dpr;
    for (const { canvas } of [this.base, this.over]) {
      canvas.width = Math.round(width * dpr);
      canvas.height = Math.round(height * dpr);
    }
    this.renew();
    this.frame(performance.now()); // at once: an emptied canvas would flash
  }

  setScene(scene: Scene) {
    if (this.scene && !this.still.matches) this.fade = Fade.of(this.base.canvas);
    this.scene = scene;
    this.tiles.clear();
    this.renew();
  }

  setStanding(standing: Standing) {
    this.standing = standing;
    this.renew();
  }

  setPaint(paint: Paint) {
    this.paint = paint;
    this.tiles.clear();
    this.renew();
  }

  setEmphasis(change: Partial<Emphasis>) {
    this.emphasis = { ...this.emphasis, ...change };
    this.overOld = true;
    this.ask();
  }

  /** Everything is drawn anew; times on it are told from now. */
  renew() {
    this.version++;
    this.baseOld = this.overOld = this.overviewOld = true;
    this.ask();
  }

  moveTo(camera: Camera, animated = false) {
    this.flight = null;
    const to = this.scene ? kept(camera, this.scene, this.size) : camera;
    if (animated && !this.still.matches) this.flight = { from: this.camera, to, since: performance.now() };
    else this.setCamera(to);
    this.ask();
  }

  /** Where it is, or where it is on its way to. */
  get target(): Camera {
    return this.flight?.to ?? this.camera;
  }

  panBy(dx: number, dy: number) {
    this.moveTo(panned(this.camera, dx, dy));
  }

  zoomAt(at: Point, factor: number, animated = false) {
    this.moveTo(zoomed(this.target, at, factor, this.leastScale()), animated);
  }

  zoomMiddle(factor: number) {
    this.zoomAt({ x: this.size.width / 2, y: this.size.height / 2 }, factor, true);
  }

  fit(rect: Rect | null = null, animated = true, most = 1) {
    if (!this.scene) return;
    const world = { x: 0, y: 0, width: this.scene.width, height: this.scene.height };
    this.moveTo(fitting(rect ?? world, this.size, this.size.width < 600 ? 12 : 28, most), animated);
  }

  /** All of it; where that is too small to read and there is not too much, its beginning. */
  begin() {
    if (!this.scene) return;
    this.fit(null, false);
    const camera = beginning(this.scene, this.camera, this.size);
    if (camera) this.moveTo(camera);
  }

  /** Where an item is on the screen. */
  place(item: number): Point | null {
    if (!this.scene || item < 0) return null;
    return toScreen(this.camera, rectOf(this.scene, item));
  }

  itemAt(at: Point): number {
    if (!this.scene) return -1;
    const { x, y } = toWorld(this.camera, at);
    return itemAt(this.scene, x, y, Math.max(TITLE, 20 / this.camera.scale));
  }

  private leastScale(): number {
    if (!this.scene) return 0.1;
    const all = fitting({ x: 0, y: 0, width: this.scene.width, height: this.scene.height }, this.size, 0, 1);
    return all.scale * 0.6;
  }

  private setCamera(camera: Camera) {
    if (camera.scale !== this.camera.scale) this.zoomedAt = performance.now();
    this.camera = camera;
    this.baseOld = this.overOld = true;
  }

  private ask() {
    if (this.asked === 0) this.asked = requestAnimationFrame(this.frame);
  }

  private readonly frame = (now: number) => {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    const { scene, paint } = this;
    if (!scene || !paint) return;
    this.fly(now);
    const moved = this.baseOld;
    const { scale } = this.camera;
    const look: Look = {
      scene,
      paint,
      standing: this.standing,
      labels: this.labels,
      scale,
      detail: detailAt(scale),
      now: Date.now(),
    };
    if (this.overviewOld) this.drawOverview(look);
    if (this.baseOld || !this.whole) this.drawBase(look, now);
    const pulses = this.standing.running.length > 0 && !this.still.matches;
    if (this.overOld || this.fade || (pulses && now - this.pulsedAt >= PULSE_EVERY_MS)) this.drawOverlay(look, now);
    if (moved) for (const watcher of this.watchers) watcher();
    if (this.flight || this.fade || pulses || !this.whole) this.ask();
  };

  private fly(now: number) {
    const { flight } = this;
    if (!flight) return;
    const t = Math.min(Math.max((now - flight.since) / FLY_MS, 0), 1);
    this.setCamera(mixed(flight.from, flight.to, this.size, eased(t)));
    if (t === 1) this.flight = null;
  }

  private drawOverview(look: Look) {
    this.overview = drawOverview(look);
    this.overviewOld = false;
  }

  private drawBase(look: Look, now: number) {
    const { base: ctx, camera, size, dpr } = this;
    const part = seen(camera, size);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = look.paint.canvas;
    ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    this.baseOld = false;
    const zoom = camera.scale * dpr;
    if (loadOf(look.scene, part) <= CROWDED) {
      ctx.setTransform(zoom, 0, 0, zoom, -camera.x * zoom, -camera.y * zoom);
      drawGround(ctx, look, part);
      drawScene(ctx, look, part);
      this.whole = true;
      return;
    }
    if (this.overview && !this.whole) {
      ctx.setTransform(zoom, 0, 0, zoom, -camera.x * zoom, -camera.y * zoom);
      ctx.drawImage(this.overview, 0, 0, look.scene.width, look.scene.height);
    }
    const steady = !this.flight && now - this.zoomedAt > SETTLE_MS;
    this.whole = this.tiles.draw(ctx, look, camera, size, dpr, this.version, steady);
  }

  private drawOverlay(look: Look, now: number) {
    const { over: ctx, camera, size, dpr } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    if (this.fade && !this.fade.draw(ctx, now)) this.fade = null;
    const zoom = camera.scale * dpr;
    ctx.setTransform(zoom, 0, 0, zoom, -camera.x * zoom, -camera.y * zoom);
    drawOver(ctx, look, seen(camera, size), this.emphasis, this.standing.running, this.still.matches);
    this.overOld = false;
    this.pulsedAt = now;
  }
}

function contextOf(canvas: HTMLCanvasElement, opaque: boolean): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { alpha: !opaque });
  if (!context) throw new Error("this browser draws no canvas");
  return context;
}
