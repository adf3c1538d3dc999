// What became of columns from one version to the next.

export type Column = { name: string; type: string };
export type ColumnChange =
  | { kind: "added" | "removed"; name: string; type: string }
  | { kind: "changed"; name: string; type: string; before: string };

/** In the order of the columns now, then those that are gone. */
export function diffSchema(before: readonly Column[], now: readonly Column[]): readonly ColumnChange[] {
  const old = new Map(before.map(({ name, type }) => [name, type]));
  const names = new Set(now.map(({ name }) => name));
  const changes: ColumnChange[] = [];
  for (const { name, type } of now) {
    const was = old.get(name);
    if (was === undefined) changes.push({ kind: "added", name, type });
    else if (was !== type) changes.push({ kind: "changed", name, type, before: was });
  }
  for (const { name, type } of before) {
    if (!names.has(name)) changes.push({ kind: "removed", name, type });
  }
  return changes;
}
