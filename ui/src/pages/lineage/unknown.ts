// Why a selection names nothing: what in it is the name of nothing, and what may have been meant.  Pure.

import type { AssetSummary } from "../../api/types";

export type Unknown = { what: string; name: string; term: string; nearest: string | null };

type Named = { what: string; of: (asset: AssetSummary) => readonly (string | null)[] };
const ATTRIBUTES: Readonly<Record<string, Named>> = {
  group: { what: "group", of: ({ group }) => [group] },
  kind: { what: "kind", of: ({ kinds }) => kinds },
  owner: { what: "owner", of: ({ owners }) => owners },
  code_location: { what: "code location", of: ({ location }) => [location] },
};
const TERM = /\b(group|kind|owner|code_location):(?:"([^"]*)"|([^\s()"*<,+]+)(?![^\s()]*\*))/gu;

/** How many letters must be changed, added or taken away. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function nearestOf(name: string, known: ReadonlySet<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const one of known) {
    const apart = one.includes(name) || name.includes(one) ? 1 : distance(name.toLowerCase(), one.toLowerCase());
    if (apart >= least) continue;
    least = apart;
    best = one;
  }
  return best;
}

export function unknownIn(select: string, assets: Iterable<AssetSummary>): Unknown[] {
  const all = [...assets];
  return [...select.matchAll(TERM)].flatMap(([term, attribute = "", quoted, plain]): Unknown[] => {
    const named = ATTRIBUTES[attribute];
    const name = quoted ?? plain ?? "";
    if (!named || name === "" || name.includes("*")) return [];
    const known = new Set(all.flatMap(named.of).filter((one) => one !== null));
    return known.has(name) ? [] : [{ what: named.what, name, term, nearest: nearestOf(name, known) }];
  });
}
