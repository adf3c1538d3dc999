/** The end of an id, as the command line shows it: ids begin with their time, so those of one minute begin alike. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** The last part of an asset key, and what stands before it (`raw/` of `raw/orders`). */
export function splitKey(key: string): { prefix: string; name: string } {
  const cut = key.lastIndexOf("/") + 1;
  return { prefix: key.slice(0, cut), name: key.slice(cut) };
}

/** Words to choose from, and before them what is chosen though it is none of them. */
export function withChosen(words: readonly string[], chosen: string): readonly string[] {
  return chosen === "" || words.includes(chosen) ? words : [chosen, ...words];
}
