// Selections in plait's language, written from what was clicked.  Pure.

export type Way = "upstream" | "downstream" | "both";

const PLAIN = /^[\p{L}_][\p{L}\p{N}_/-]*$/u;

const quoted = (text: string) => (PLAIN.test(text) ? text : `"${text}"`);
export const keyTerm = (key: string) => `key:${quoted(key)}`;

function eitherOf(keys: readonly string[]): string {
  const terms = keys.map(keyTerm);
  return terms.length === 1 ? (terms[0] ?? "") : `(${terms.join(" or ")})`;
}

export const anyOf = (keys: readonly string[]): string => keys.map(keyTerm).join(" or ");

/** Assets and what is above or below them, as many levels as `depth` says; 0: all. */
export function around(keys: readonly string[], way: Way, depth: number): string {
  const levels = depth > 0 ? String(depth) : "";
  const up = way === "downstream" ? "" : `${levels}+`;
  const down = way === "upstream" ? "" : `+${levels}`;
  return `${up}${eitherOf(keys)}${down}`;
}

export type Filters = { location: string; group: string; kind: string };

/** What is typed and what the filters beside it say, together. */
export function narrowed(selection: string, { location, group, kind }: Filters): string {
  const parts = [
    location && `code_location:${quoted(location)}`,
    group && `group:${quoted(group)}`,
    kind && `kind:${quoted(kind)}`,
  ].filter(Boolean);
  if (selection === "" || parts.length === 0) return [selection, ...parts].filter(Boolean).join(" and ");
  return [`(${selection})`, ...parts].join(" and ");
}

export const frameSelection = (location: string, group?: string): string =>
  group === undefined
    ? `code_location:${quoted(location)}`
    : `code_location:${quoted(location)} and group:${quoted(group)}`;
