/** The first block of a run's id, as the command line shows it. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** The last part of an asset key, and what stands before it (`raw/` of `raw/orders`). */
export function splitKey(key: string): { prefix: string; name: string } {
  const cut = key.lastIndexOf("/") + 1;
  return { prefix: key.slice(0, cut), name: key.slice(cut) };
}
