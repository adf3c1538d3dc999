// Where the camera is, where it may be, and how it gets elsewhere.  Knows no canvas.

import { type Camera, eased, fitting, kept, mixed, type Point, panned, type Rect, type Size, zoomed } from "./camera";

const FLY_MS = 280;
const SETTLE_MS = 140;
const ROOM = 28;
const ROOM_NARROW = 12;

type Flight = { from: Camera; to: Camera; since: number };

export abstract class Motion {
  camera: Camera = { x: 0, y: 0, scale: 1 };
  size: Size = { width: 1, height: 1 };
  /** Of what is looked at; null: nothing yet. */
  protected world: Size | null = null;
  private flight: Flight | null = null;
  private zoomedAt = 0;
  private readonly still = window.matchMedia("(prefers-reduced-motion: reduce)");

  /** A move begins: there is something to draw. */
  protected abstract moved(): void;

  /** What moves is to stand still. */
  protected get isStill(): boolean {
    return this.still.matches;
  }

  /** Where it is, or where it is on its way to. */
  get target(): Camera {
    return this.flight?.to ?? this.camera;
  }

  protected get isFlying(): boolean {
    return this.flight !== null;
  }

  /** Nobody is zooming. */
  protected isSteady(now: number): boolean {
    return !this.flight && now - this.zoomedAt > SETTLE_MS;
  }

  /** The middle stays. */
  protected setSize(size: Size) {
    if (this.size.width > 1) {
      const { x, y, scale } = this.camera;
      const [dx, dy] = [(this.size.width - size.width) / 2, (this.size.height - size.height) / 2];
      this.camera = { x: x + dx / scale, y: y + dy / scale, scale };
      this.flight = null;
    }
    this.size = size;
  }

  moveTo(camera: Camera, animated = false) {
    const to = this.world ? kept(camera, this.world, this.size) : camera;
    this.flight = null;
    if (animated && !this.isStill) this.flight = { from: this.camera, to, since: performance.now() };
    else this.set(to);
    this.moved();
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

  /** Shows the whole of a part of the world, or of all. */
  fit(rect: Rect | null = null, animated = true) {
    this.moveTo(this.fitted(rect), animated);
  }

  protected fitted(rect: Rect | null = null): Camera {
    if (!this.world) return this.camera;
    const { width, height } = this.world;
    return fitting(rect ?? { x: 0, y: 0, width, height }, this.size, this.size.width < 600 ? ROOM_NARROW : ROOM);
  }

  /** One step of a flight. */
  protected fly(now: number) {
    const { flight } = this;
    if (!flight) return;
    const t = Math.min(Math.max((now - flight.since) / FLY_MS, 0), 1);
    this.set(mixed(flight.from, flight.to, this.size, eased(t)));
    if (t === 1) this.flight = null;
  }

  private leastScale(): number {
    if (!this.world) return 0.1;
    return this.fitted().scale * 0.6;
  }

  private set(camera: Camera) {
    if (camera.scale !== this.camera.scale) this.zoomedAt = performance.now();
    this.camera = camera;
  }
}
