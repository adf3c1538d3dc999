// What is loaded of a step's output: lines, and the bytes of the file that they are.  Pure.

/** `from`: the byte that `lines` begin at, `to`: the one behind them; the last line may go on.  `first`: how many lines away the
 *  first of them is from the one that was first when reading began: below 0 where earlier ones were put before it, above where
 *  it went. */
export type LogText = { from: number; to: number; first: number; lines: readonly string[] };

export const NO_TEXT: LogText = { from: 0, to: 0, first: 0, lines: [] };

/** More than anybody reads by scrolling, and little enough for any browser. */
export const LINES_KEPT = 100_000;

/** Lines that are to be shown: where the last one has ended there is none behind it. */
export function countOf({ lines }: LogText): number {
  return lines.at(-1) === "" ? lines.length - 1 : lines.length;
}

/** Joins a further piece to lines; the last line may go on in it. */
export function appendText(lines: readonly string[], text: string): string[] {
  const [first = "", ...rest] = text.split("\n");
  return [...lines.slice(0, -1), (lines.at(-1) ?? "") + first, ...rest];
}

/** A piece that begins at `offset`, where the text ends.  When there is too much, the older half of the lines goes. */
export function grow(old: LogText, text: string, offset: number, to: number): LogText {
  const isFirst = old.to === 0 && old.lines.length === 0;
  const lines = appendText(old.lines, text);
  const grown = { from: isFirst ? offset : old.from, to, first: old.first, lines };
  return lines.length > LINES_KEPT ? withoutOlderHalf(grown) : grown;
}

function withoutOlderHalf({ from, to, first, lines }: LogText): LogText {
  const cut = lines.length >> 1;
  const gone = new TextEncoder().encode(`${lines.slice(0, cut).join("\n")}\n`).length;
  return { from: from + gone, to, first: first + cut, lines: lines.slice(cut) };
}

/** What stands before it: `bytes` of the file from `offset` on, up to its beginning.  Half a line at the front is left out,
 *  unless there is nothing else; half a line at its end goes on in the old lines. */
export function prepend(old: LogText, bytes: Uint8Array, offset: number): LogText {
  const cut = offset === 0 ? 0 : bytes.indexOf(10) + 1;
  const text = new TextDecoder().decode(bytes.subarray(cut));
  const [joined = "", ...rest] = old.lines;
  const lines = [...appendText(text.split("\n"), joined), ...rest];
  return { from: offset + cut, to: old.to, first: old.first + old.lines.length - lines.length, lines };
}
