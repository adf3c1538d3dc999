// Since when: a word in the address, a time in the question.

export const SINCE = [
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
] as const;

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** `24h` as a time, by the minute, so that asking again is the same question; a time as it is; undefined for neither. */
export function sinceTime(word: string, now: number): string | undefined {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(word) ?? [];
  const length = unit === undefined ? undefined : UNITS[unit];
  if (length !== undefined) {
    return new Date(Math.floor((now - Number(count) * length) / MINUTE) * MINUTE).toISOString();
  }
  return Number.isNaN(Date.parse(word)) ? undefined : new Date(word).toISOString();
}
