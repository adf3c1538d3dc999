// What is loaded of a step's output: lines, and the bytes of the file that they are.  Pure.

/** `from`: the byte that `lines` begin at, `to`: the one behind them; the last line may go on. */
export type LogText = { from: number; to: number; lines: readonly string[] };

export const NO_TEXT: LogText = { from: 0, to: 0, lines: [] };

/** More than anybody reads by scrolling, and little enough for any browser. */
export const LINES_KEPT = 100_000;

/** Joins a further piece to lines; the last line may go on in it. */
export function appendText(lines: readonly string[], text: string): string[] {
  const [first = "", ...rest] = text.split("\n");
  return [...lines.slice(0, -1), (lines.at(-1) ?? "") + first, ...rest];
}

/** A piece that begins at `offset`, where the text ends.  When there is too much, the older half of the lines goes. */
export function grow(old: LogText, text: string, offset: number, to: number): LogText {
  const isFirst = old.to === 0 && old.lines.length === 0;
  const lines = appendText(old.lines, text);
  const grown = { from: isFirst ? offset : old.from, to, lines };
  return lines.length > LINES_KEPT ? withoutOlderHalf(grown) : grown;
}

function withoutOlderHalf({ from, to, lines }: LogText): LogText {
  const cut = lines.length >> 1;
  const gone = new TextEncoder().encode(`${lines.slice(0, cut).join("\n")}\n`).length;
  return { from: from + gone, to, lines: lines.slice(cut) };
}

/** What stands before it: `bytes` of the file from `offset` on, up to its beginning.  Half a line at the front is left out. */
export function prepend(old: LogText, bytes: Uint8Array, offset: number): LogText {
  const cut = offset === 0 ? 0 : bytes.indexOf(10) + 1;
  const lines = new TextDecoder().decode(bytes.subarray(cut)).split("\n");
  lines.pop(); // it ended where the old lines begin
  return { from: offset + cut, to: old.to, lines: [...lines, ...old.lines] };
}
