/** The end of an id, as the command line shows it: ids begin with their time, so those of one minute begin alike. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** The last part of an asset key, and what stands before it (`raw/` of `raw/orders`). */
export function splitKey(key: string): { prefix: string; name: string } {
  const cut = key.lastIndexOf("/") + 1;
  return { prefix: key.slice(0, cut), name: key.slice(cut) };
}

const END_KEPT = 10;

/** A key as it is cut: what stands before its last part, that part's beginning, and its end where it is long enough to be cut
 *  in between. */
export function partsOfKey(key: string): { prefix: string; begin: string; end: string } {
  const { prefix, name } = splitKey(key);
  const cut = name.length > 2 * END_KEPT ? name.length - END_KEPT : name.length;
  return { prefix, begin: name.slice(0, cut), end: name.slice(cut) };
}

/** What a step is known by: the asset that it makes; where there are more, its own name. */
export function titleOfStep({ name, assets }: { name: string; assets: readonly string[] }): string {
  return (assets.length === 1 && assets[0]) || name;
}

/** Words to choose from, and before them what is chosen though it is none of them. */
export function withChosen(words: readonly string[], chosen: string): readonly string[] {
  return chosen === "" || words.includes(chosen) ? words : [chosen, ...words];
}
