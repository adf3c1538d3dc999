// What lies in a part of the world: rectangles and lines by the cells that they touch.  Pure.

import type { Rect } from "./camera";

const MOST_CELLS = 40_000;

/** The smallest cell of at least `least` units that keeps the grid small. */
function cellFor(width: number, height: number, least: number): number {
  return Math.max(least, Math.sqrt((width * height) / MOST_CELLS));
}

export class Grid {
  private readonly columns: number;
  private readonly rows: number;
  private readonly cell: number;
  private starts: Uint32Array;
  private members: Uint32Array = new Uint32Array(0);
  private readonly stamps: Uint32Array;
  private stamp = 0;
  private last: Int32Array;
  private filling: Uint32Array | null = null;

  /** `walk` calls `touch` with each thing's rectangles, the same ones both times that it is called. */
  constructor(
    width: number,
    height: number,
    things: number,
    walk: (touch: (thing: number, x0: number, y0: number, x1: number, y1: number) => void) => void,
    least = 400,
  ) {
    this.cell = cellFor(width, height, least);
    this.columns = Math.max(1, Math.ceil(width / this.cell));
    this.rows = Math.max(1, Math.ceil(height / this.cell));
    this.stamps = new Uint32Array(things);
    const cells = this.columns * this.rows;
    this.starts = new Uint32Array(cells + 1);
    this.last = new Int32Array(cells).fill(-1);
    walk(this.touch);
    for (let i = 0; i < cells; i++) this.starts[i + 1] = (this.starts[i + 1] ?? 0) + (this.starts[i] ?? 0);
    this.members = new Uint32Array(this.starts[cells] ?? 0);
    this.filling = this.starts.slice();
    this.last.fill(-1);
    walk(this.touch);
    this.filling = null;
    this.last = new Int32Array(0);
  }

  private readonly touch = (thing: number, x0: number, y0: number, x1: number, y1: number) => {
    const [c0, c1] = [this.column(Math.min(x0, x1)), this.column(Math.max(x0, x1))];
    const [r0, r1] = [this.row(Math.min(y0, y1)), this.row(Math.max(y0, y1))];
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) this.put(r * this.columns + c, thing);
    }
  };

  private put(cell: number, thing: number) {
    if (this.last[cell] === thing) return; // the pieces of a line follow each other
    this.last[cell] = thing;
    if (this.filling) {
      const at = this.filling[cell] ?? 0;
      this.members[at] = thing;
      this.filling[cell] = at + 1;
    } else {
      this.starts[cell + 1] = (this.starts[cell + 1] ?? 0) + 1;
    }
  }

  private column(x: number): number {
    return Math.min(Math.max(Math.floor(x / this.cell), 0), this.columns - 1);
  }

  private row(y: number): number {
    return Math.min(Math.max(Math.floor(y / this.cell), 0), this.rows - 1);
  }

  /** Each thing of the cells that `rect` touches, once; into `found`, which is returned, in rising order. */
  query(rect: Rect, found: number[] = []): number[] {
    found.length = 0;
    this.stamp++;
    const [c0, c1] = [this.column(rect.x), this.column(rect.x + rect.width)];
    const [r0, r1] = [this.row(rect.y), this.row(rect.y + rect.height)];
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) this.collect(r * this.columns + c, found);
    }
    return found;
  }

  private collect(cell: number, found: number[]) {
    const end = this.starts[cell + 1] ?? 0;
    for (let i = this.starts[cell] ?? 0; i < end; i++) {
      const thing = this.members[i] ?? 0;
      if (this.stamps[thing] === this.stamp) continue;
      this.stamps[thing] = this.stamp;
      found.push(thing);
    }
  }
}
