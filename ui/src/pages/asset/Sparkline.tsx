import css from "./Sparkline.module.css";
import { trendOf } from "./trend";

const WIDTH = 220;
const HEIGHT = 40;
const EDGE = 4;

/** A figure over versions, oldest first; the last one has a mark. */
export function Sparkline({ label, values }: { label: string; values: readonly (number | null)[] }) {
  const points = trendOf(values).map(({ x, y }) => ({
    x: EDGE + x * (WIDTH - 2 * EDGE),
    y: EDGE + y * (HEIGHT - 2 * EDGE),
  }));
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return null;
  const line = points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return (
    <svg className={css.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path className={css.area} d={`${line}L${last.x} ${HEIGHT}L${first.x} ${HEIGHT}Z`} />
      <path className={css.line} d={line} />
      <circle className={css.mark} cx={last.x} cy={last.y} r={3} />
    </svg>
  );
}
