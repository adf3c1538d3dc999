// The names of open frames in the URL and in the question to the server: `analytics-team,analytics-team/sales`.  Pure.

/** None open: what is absent means "as many as fit". */
export const NONE_OPEN = "-";
export const ALL_OPEN = "*";

const quoted = (name: string) => name.replace(/[%,]/g, encodeURIComponent);

export function framePath(location: string, group?: string): string {
  return group === undefined ? quoted(location) : `${quoted(location)}/${quoted(group)}`;
}

type Framed = { path: string; open: boolean };

/** The list after one was opened or closed; what was within a closed one is not kept. */
export function toggled(frames: readonly Framed[], path: string): string {
  const open = frames.filter((frame) => frame.open).map((frame) => frame.path);
  const next = open.includes(path)
    ? open.filter((one) => one !== path && !one.startsWith(`${path}/`))
    : [...open, path];
  return next.length === 0 ? NONE_OPEN : next.join(",");
}

/** The list with frames added, so that what is in them can be seen. */
export function opened(frames: readonly Framed[], ...paths: string[]): string {
  const open = frames.filter((frame) => frame.open).map((frame) => frame.path);
  return [...new Set([...open, ...paths])].join(",");
}
