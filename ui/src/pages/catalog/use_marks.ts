import { useMemo, useState } from "react";

export type Marks = {
  keys: ReadonlySet<string>;
  toggle: (key: string) => void;
  /** All of them, or none when they are marked already. */
  toggleAll: (keys: readonly string[]) => void;
  clear: () => void;
};

/** Assets picked out to do something with; they stay so while filters change. */
export function useMarks(): Marks {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  return useMemo(
    () => ({
      keys,
      toggle: (key) =>
        setKeys((old) => {
          const next = new Set(old);
          if (!next.delete(key)) next.add(key);
          return next;
        }),
      toggleAll: (all) =>
        setKeys((old) => {
          const next = new Set(old);
          const isFull = all.every((key) => old.has(key));
          for (const key of all) {
            if (isFull) next.delete(key);
            else next.add(key);
          }
          return next;
        }),
      clear: () => setKeys(new Set()),
    }),
    [keys],
  );
}
