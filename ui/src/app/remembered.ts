import { useState } from "react";

/** A small choice of this browser, such as whether the navigation is folded; never what a page shows. */
export function useRemembered(name: string, otherwise: boolean): [boolean, (value: boolean) => void] {
  const stored = `plait.${name}`;
  const [value, setValue] = useState(() => {
    try {
      const text = localStorage.getItem(stored);
      return text === null ? otherwise : text === "true";
    } catch {
      return otherwise; // storage may be forbidden
    }
  });
  const remember = (next: boolean) => {
    setValue(next);
    try {
      localStorage.setItem(stored, String(next));
    } catch {
      // it holds for this page then
    }
  };
  return [value, remember];
}
