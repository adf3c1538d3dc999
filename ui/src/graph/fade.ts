// The picture before, fading out over the one that takes its place.

const LASTS_MS = 200;

export class Fade {
  private constructor(
    private readonly picture: OffscreenCanvas,
    private readonly since: number,
  ) {}

  /** Of what a canvas shows now; null where it has no extent. */
  static of(canvas: HTMLCanvasElement): Fade | null {
    if (canvas.width < 2 || canvas.height < 2) return null;
    const picture = new OffscreenCanvas(canvas.width, canvas.height);
    picture.getContext("2d")?.drawImage(canvas, 0, 0);
    return new Fade(picture, performance.now());
  }

  /** Answers whether there is more of it to come. */
  draw(ctx: CanvasRenderingContext2D, now: number): boolean {
    const t = (now - this.since) / LASTS_MS;
    if (t >= 1) return false;
    ctx.globalAlpha = 1 - Math.max(t, 0);
    ctx.drawImage(this.picture, 0, 0);
    ctx.globalAlpha = 1;
    return true;
  }
}
