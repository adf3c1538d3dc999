// Keys as words of the selection language.

/** The asset itself; quoted where a character would mean something else. */
export function selectAsset(key: string): string {
  return /^[\w./-]+$/.test(key) && !/^(and|or|not|roots|sinks)$/.test(key) && !/^\d/.test(key) ? key : `key:"${key}"`;
}

/** With everything it is made from. */
export const selectUpstream = (key: string): string => `+${selectAsset(key)}`;
/** With everything that is made from it. */
export const selectDownstream = (key: string): string => `${selectAsset(key)}+`;
export const selectAssets = (keys: readonly string[]): string => keys.map(selectAsset).join(" or ");
