// How a figure went from version to version, as a line in a box of 1 by 1.

export type Point = { x: number; y: number };

/** Left to right in the order given, `y` 0 at the top; what is null is left out. Flat where all are equal. */
export function trendOf(values: readonly (number | null)[]): readonly Point[] {
  const last = Math.max(1, values.length - 1);
  const known = values.flatMap((value, i) => (value === null ? [] : [{ value, x: i / last }]));
  const least = Math.min(...known.map(({ value }) => value));
  const most = Math.max(...known.map(({ value }) => value));
  const span = most - least;
  return known.map(({ value, x }) => ({ x, y: span === 0 ? 0.5 : 1 - (value - least) / span }));
}

/** `+12.5%` from one value to the next; null where there is nothing to compare. */
export function changeOf(now: number | null, before: number | null | undefined): string | null {
  if (now === null || before === null || before === undefined || now === before) return null;
  if (before === 0) return `+${now}`;
  const percent = ((now - before) / before) * 100;
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(digits)}%`;
}
