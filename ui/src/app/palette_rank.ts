// How well an entry of the palette fits what was typed.

export type Ranked = { title: string; words?: string };

/** 0: not at all.  The beginning of a word counts more than its inside, the title more than further words. */
export function rankOf(entry: Ranked, typed: string): number {
  const wanted = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return 1;
  let sum = 0;
  for (const word of wanted) {
    const rank = Math.max(rankIn(entry.title, word) * 2, rankIn(entry.words ?? "", word));
    if (rank === 0) return 0;
    sum += rank;
  }
  return sum / wanted.length;
}

function rankIn(text: string, word: string): number {
  const lower = text.toLowerCase();
  if (lower === word) return 4;
  if (lower.startsWith(word)) return 3;
  if (lower.split(/[\s/_.-]+/).some((piece) => piece.startsWith(word))) return 2;
  return lower.includes(word) ? 1 : 0;
}

/** Those that fit, best first; equals stay in order. */
export function rank<T extends Ranked>(entries: readonly T[], typed: string): T[] {
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, typed) }))
    .filter((ranked) => ranked.rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map((ranked) => ranked.entry);
}
