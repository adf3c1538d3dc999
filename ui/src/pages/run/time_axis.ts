// The time axis of the chart: what part of the run is in sight, and where ticks stand.  Milliseconds since its beginning; pure.

export type View = { from: number; to: number };

const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 43_200_000, 86_400_000,
] as const;
const LEAST_SPAN_MS = 5;
const DAY_MS = 86_400_000;

/** Round times in the view, about `apart` pixels from each other. */
export function ticksOf(view: View, width: number, apart = 90): number[] {
  const span = view.to - view.from;
  if (width <= 0 || span <= 0) return [];
  const wanted = (span * apart) / width;
  const step = STEPS_MS.find((ms) => ms >= wanted) ?? Math.ceil(wanted / DAY_MS) * DAY_MS;
  const ticks: number[] = [];
  for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) ticks.push(at);
  return ticks;
}

/** `0`, `250 ms`, `1.5 s`, `2 m`, `2 m 30 s`, `1 h 05 m` */
export function formatTick(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(3))} s`;
  const [minutes, seconds] = [Math.floor(ms / 60_000), Number(((ms % 60_000) / 1_000).toFixed(3))];
  if (minutes < 60) return seconds === 0 ? `${minutes} m` : `${minutes} m ${seconds} s`;
  const rest = minutes % 60;
  return rest === 0
    ? `${Math.floor(minutes / 60)} h`
    : `${Math.floor(minutes / 60)} h ${String(rest).padStart(2, "0")} m`;
}

function within(view: View, length: number): View {
  const span = Math.min(view.to - view.from, length);
  const from = Math.min(Math.max(view.from, 0), length - span);
  return { from, to: from + span };
}

/** Closer (`factor` below 1) or further, what is at `at` staying where it is; null when all is in sight. */
export function zoomed(view: View, factor: number, at: number, length: number): View | null {
  const span = Math.max((view.to - view.from) * factor, LEAST_SPAN_MS);
  if (span >= length) return null;
  const share = (at - view.from) / (view.to - view.from);
  return within({ from: at - share * span, to: at + (1 - share) * span }, length);
}

export function panned(view: View, by: number, length: number): View {
  return within({ from: view.from + by, to: view.to + by }, length);
}

export type Scale = {
  view: View;
  width: number;
  /** The run's beginning and the time now, milliseconds since the epoch. */
  begun: number;
  now: number;
};

export function xOf(at: number, { view, width, begun }: Scale): number {
  return ((at - begun - view.from) / (view.to - view.from)) * width;
}
