// The picture on the page: two canvases over each other, drawn in one animation loop that rests when nothing changes.
// Knows no React: what it shows is set, what is seen changes without a render.

import { beginning } from "./beginning";
import { type Camera, type Point, seen, toScreen, toWorld } from "./camera";
import { drawOver, type Emphasis, NO_EMPHASIS } from "./draw_over";
import { drawGround, drawScene, loadOf } from "./draw_scene";
import { Fade } from "./fade";
import { Labels } from "./labels";
import { detailAt, type Look, TITLE } from "./look";
import { Motion } from "./motion";
import { drawOverview } from "./overview";
import type { Paint } from "./paint";
import { itemAt, rectOf, type Scene } from "./scene";
import type { Standing } from "./standing";
import { Tiles } from "./tiles";

const CROWDED = 700; // boxes and edges in sight: more are drawn in tiles
const PULSE_EVERY_MS = 33;

export class GraphView extends Motion {
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
  private dpr = 1;
  private version = 0;
  private fade: Fade | null = null;
  private pulsedAt = 0;
  private asked = 0;
  private baseOld = true;
  private overOld = true;
  private overviewOld = true;
  private whole = true;

  constructor(base: HTMLCanvasElement, over: HTMLCanvasElement) {
    super();
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
    this.setSize({ width, height });
    this.dpr = dpr;
    for (const { canvas } of [this.base, this.over]) {
      canvas.width = Math.round(width * dpr);
      canvas.height = Math.round(height * dpr);
    }
    this.renew();
    this.frame(performance.now()); // at once: an emptied canvas would flash
  }

  setScene(scene: Scene) {
    if (this.scene && !this.isStill) this.fade = Fade.of(this.base.canvas);
    this.scene = scene;
    this.world = scene;
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

  /** What is seen first: all of it; where that is too small to read and there is not too much, its beginning. */
  get first(): Camera {
    const whole = this.fitted();
    return (this.scene && beginning(this.scene, whole, this.size)) ?? whole;
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

  protected moved() {
    this.baseOld = this.overOld = true;
    this.ask();
  }

  private ask() {
    if (this.asked === 0) this.asked = requestAnimationFrame(this.frame);
  }

  private readonly frame = (now: number) => {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    const { scene, paint } = this;
    if (!scene || !paint) return;
    if (this.isFlying) this.baseOld = this.overOld = true;
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
    const pulses = this.standing.running.length > 0 && !this.isStill;
    if (this.overOld || this.fade || (pulses && now - this.pulsedAt >= PULSE_EVERY_MS)) this.drawOverlay(look, now);
    if (moved) for (const watcher of this.watchers) watcher();
    if (this.isFlying || this.fade || pulses || !this.whole) this.ask();
  };

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
    this.whole = this.tiles.draw(ctx, look, camera, size, dpr, this.version, this.isSteady(now));
  }

  private drawOverlay(look: Look, now: number) {
    const { over: ctx, camera, size, dpr } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    if (this.fade && !this.fade.draw(ctx, now)) this.fade = null;
    const zoom = camera.scale * dpr;
    ctx.setTransform(zoom, 0, 0, zoom, -camera.x * zoom, -camera.y * zoom);
    drawOver(ctx, look, seen(camera, size), this.emphasis, this.standing.running, this.isStill);
    this.overOld = false;
    this.pulsedAt = now;
  }
}

function contextOf(canvas: HTMLCanvasElement, opaque: boolean): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { alpha: !opaque });
  if (!context) throw new Error("this browser draws no canvas");
  return context;
}
