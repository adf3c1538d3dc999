// Selections in plait's language, written from what was clicked.  Pure.

export type Way = "upstream" | "downstream" | "both";

const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_./-]*$/u;
const PLAIN_VALUE = /^[\p{L}_][\p{L}\p{N}_/-]*$/u;
const WORD = /^(and|or|not|roots|sinks)$/i;

const value = (text: string): string => (PLAIN_VALUE.test(text) ? text : `"${text}"`);

/** The asset itself; quoted where a character would mean something else. */
export function selectAsset(key: string): string {
  return PLAIN_KEY.test(key) && !WORD.test(key) ? key : `key:"${key}"`;
}

export const selectAssets = (keys: readonly string[]): string => keys.map(selectAsset).join(" or ");

/** Assets and what is above or below them, as many levels as `depth` says; 0: all. */
export function selectAround(keys: readonly string[], way: Way, depth = 0): string {
  const levels = depth > 0 ? String(depth) : "";
  const up = way === "downstream" ? "" : `${levels}+`;
  const down = way === "upstream" ? "" : `+${levels}`;
  return `${up}${keys.length === 1 ? selectAssets(keys) : `(${selectAssets(keys)})`}${down}`;
}

/** With everything it is made from. */
export const selectUpstream = (key: string): string => selectAround([key], "upstream");
/** With everything that is made from it. */
export const selectDownstream = (key: string): string => selectAround([key], "downstream");

/** A term like `term` that wants another value. */
export const selectBy = (term: string, wanted: string): string =>
  `${term.slice(0, term.indexOf(":"))}:${value(wanted)}`;

/** A code location, or a group of it. */
export function selectFrame(location: string, group?: string): string {
  return narrowed("", { location, group: group ?? "", kind: "" });
}

export type Filters = { location: string; group: string; kind: string };

/** What is typed and what the filters beside it say, together. */
export function narrowed(selection: string, { location, group, kind }: Filters): string {
  const parts = [
    location && `code_location:${value(location)}`,
    group && `group:${value(group)}`,
    kind && `kind:${value(kind)}`,
  ].filter(Boolean);
  if (selection === "" || parts.length === 0) return [selection, ...parts].filter(Boolean).join(" and ");
  return [`(${selection})`, ...parts].join(" and ");
}
