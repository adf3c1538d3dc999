// A crowded scene is drawn in square pieces that are kept: a pan then copies pixels, and draws a few pieces a frame.

import { type Camera, type Rect, type Size, seen } from "./camera";
import { drawScene } from "./draw_scene";
import type { Look } from "./look";

const SIDE = 320; // pixels of the page
const MOST_KEPT = 140;
const BUDGET_MS = 9;

type Tile = { canvas: OffscreenCanvas; column: number; row: number; version: number; used: number };
type Sheet = { scale: number; tiles: Map<string, Tile> };
type Wanted = { column: number; row: number; far: number };

export class Tiles {
  private sheet: Sheet = { scale: 0, tiles: new Map() };
  private before: Sheet | null = null;
  private frame = 0;
  private spare: OffscreenCanvas[] = [];

  clear() {
    this.sheet = { scale: 0, tiles: new Map() };
    this.before = null;
  }

  /** Answers whether the picture is whole; if not, it goes on in the next frame.  `steady`: the scale does not change now. */
  draw(
    ctx: CanvasRenderingContext2D,
    look: Look,
    camera: Camera,
    view: Size,
    dpr: number,
    version: number,
    steady: boolean,
  ) {
    this.frame++;
    if (camera.scale !== this.sheet.scale && (steady || this.sheet.scale === 0)) {
      if (this.sheet.tiles.size > 0) this.before = this.sheet;
      this.sheet = { scale: camera.scale, tiles: new Map() };
    }
    if (this.before) this.copyScaled(ctx, this.before, camera, view, dpr);
    if (camera.scale !== this.sheet.scale) {
      this.copyScaled(ctx, this.sheet, camera, view, dpr);
      return false;
    }
    return this.fill(ctx, look, camera, view, dpr, version);
  }

  private fill(ctx: CanvasRenderingContext2D, look: Look, camera: Camera, view: Size, dpr: number, version: number) {
    const missing: Wanted[] = [];
    for (const wanted of wantedFor(camera, view)) {
      const tile = this.sheet.tiles.get(nameOf(wanted.column, wanted.row));
      if (tile) this.copy(ctx, tile, camera, dpr);
      if (tile?.version !== version) missing.push(wanted);
    }
    missing.sort((a, b) => a.far - b.far);
    const until = performance.now() + BUDGET_MS;
    let done = 0;
    for (const wanted of missing) {
      if (done > 0 && performance.now() > until) break;
      this.copy(ctx, this.render(look, wanted, camera.scale, dpr, version), camera, dpr);
      done++;
    }
    this.forget();
    if (done < missing.length) return false;
    this.before = null;
    return true;
  }

  private render(look: Look, { column, row }: Wanted, scale: number, dpr: number, version: number): Tile {
    const name = nameOf(column, row);
    const canvas = this.sheet.tiles.get(name)?.canvas ?? this.spare.pop() ?? new OffscreenCanvas(1, 1);
    const side = Math.round(SIDE * dpr);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const ctx = canvas.getContext("2d");
    const part: Rect = {
      x: (column * SIDE) / scale,
      y: (row * SIDE) / scale,
      width: SIDE / scale,
      height: SIDE / scale,
    };
    if (ctx) {
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.fillStyle = look.paint.canvas;
      ctx.fillRect(0, 0, side, side);
      const zoom = scale * (side / SIDE);
      ctx.setTransform(zoom, 0, 0, zoom, -part.x * zoom, -part.y * zoom);
      drawScene(ctx, look, part);
    }
    const tile = { canvas, column, row, version, used: this.frame };
    this.sheet.tiles.set(name, tile);
    return tile;
  }

  /** Pixel on pixel: nothing is smoothed. */
  private copy(ctx: CanvasRenderingContext2D, tile: Tile, camera: Camera, dpr: number) {
    tile.used = this.frame;
    const x = Math.round((tile.column * SIDE - camera.x * camera.scale) * dpr);
    const y = Math.round((tile.row * SIDE - camera.y * camera.scale) * dpr);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(tile.canvas, x, y);
  }

  private copyScaled(ctx: CanvasRenderingContext2D, sheet: Sheet, camera: Camera, view: Size, dpr: number) {
    const ratio = camera.scale / sheet.scale;
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.imageSmoothingQuality = "low";
    const side = SIDE * ratio;
    for (const tile of sheet.tiles.values()) {
      const x = tile.column * side - camera.x * camera.scale;
      const y = tile.row * side - camera.y * camera.scale;
      if (x > view.width || y > view.height || x + side < 0 || y + side < 0) continue;
      ctx.drawImage(tile.canvas, x, y, side + 0.5, side + 0.5);
    }
  }

  private forget() {
    const { tiles } = this.sheet;
    if (tiles.size <= MOST_KEPT) return;
    const oldest = [...tiles].sort(([, a], [, b]) => a.used - b.used).slice(0, tiles.size - MOST_KEPT);
    for (const [name, tile] of oldest) {
      tiles.delete(name);
      if (this.spare.length < 8) this.spare.push(tile.canvas);
    }
  }
}

const nameOf = (column: number, row: number) => `${column} ${row}`;

function wantedFor(camera: Camera, view: Size): Wanted[] {
  const part = seen(camera, view);
  const side = SIDE / camera.scale;
  const wanted: Wanted[] = [];
  const [middleX, middleY] = [(part.x + part.width / 2) / side - 0.5, (part.y + part.height / 2) / side - 0.5];
  for (let row = Math.floor(part.y / side); row * side < part.y + part.height; row++) {
    for (let column = Math.floor(part.x / side); column * side < part.x + part.width; column++) {
      wanted.push({ column, row, far: Math.hypot(column - middleX, row - middleY) });
    }
  }
  return wanted;
}
