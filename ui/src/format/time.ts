// Times and durations as text.  Times come as RFC 3339 in UTC and are shown in the reader's zone.

const ABSENT = "–";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Microseconds: `<1 ms`, `193 ms`, `4.2 s`, `3 m 07 s`, `2 h 05 m`, `3 d 4 h`. */
export function formatDuration(us: number | null | undefined): string {
  if (us === null || us === undefined) return ABSENT;
  const ms = us / 1_000;
  if (ms < 1) return "<1 ms";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < MINUTE - 50) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < HOUR - SECOND / 2) return pair(ms, MINUTE, "m", SECOND, "s");
  if (ms < DAY - MINUTE / 2) return pair(ms, HOUR, "h", MINUTE, "m");
  return pair(ms, DAY, "d", HOUR, "h", 1);
}

/** Rounded to the small unit before it is parted, so that 59.96 s is `1 m 00 s`. */
function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string, digits = 2): string {
  const rounded = Math.round(ms / small) * small;
  const rest = String((rounded % large) / small).padStart(digits, "0");
  return `${Math.floor(rounded / large)} ${largeUnit} ${rest} ${smallUnit}`;
}

/** Microseconds from one time to another; null where either is. */
export function durationBetween(from: string | null, to: string | null | Date): number | null {
  if (from === null || to === null) return null;
  const end = typeof to === "string" ? Date.parse(to) : to.getTime();
  return Math.max(0, end - Date.parse(from)) * 1_000;
}

const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayWithYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** `just now`, `12 s ago`, `5 m ago`, `3 h ago`, `2 d ago`, then the day. */
export function formatRelative(time: string | null | undefined, now: number = Date.now()): string {
  if (!time) return ABSENT;
  const at = Date.parse(time);
  const ago = now - at;
  if (ago < 5 * SECOND) return "just now";
  if (ago < MINUTE) return `${Math.floor(ago / SECOND)} s ago`;
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} m ago`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)} h ago`;
  if (ago < 30 * DAY) return `${Math.floor(ago / DAY)} d ago`;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayOfYear : dayWithYear).format(at);
}

const absolute = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

/** `Sat, 21 Nov 2026, 13:45:06 CET` */
export function formatAbsolute(time: string): string {
  return absolute.format(Date.parse(time));
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** `13:45:06`, with milliseconds `13:45:06.123` */
export function formatClock(time: string, milliseconds = false): string {
  const at = Date.parse(time);
  const text = clock.format(at);
  return milliseconds ? `${text}.${String(at % 1_000).padStart(3, "0")}` : text;
}
