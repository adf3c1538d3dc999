// The keys that work on every page.  Here alone: Shortcuts shows this list, use_keyboard obeys it.

import { NAVIGATION } from "./navigation";

export type Command = { do: "go"; path: string } | { do: "search" | "palette" | "shortcuts" | "fold" };

/** What of a key event says which key it is. */
export type Key = { key: string; code: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean };

/** What a key means; `after`: the one pressed just before.  Null: nothing here. */
export function commandOf(event: Key, typing: boolean, after: string): Command | null {
  const { key, code, altKey, shiftKey } = event;
  const control = event.ctrlKey || event.metaKey;
  if (control) return key.toLowerCase() === "k" && !shiftKey && !altKey ? { do: "palette" } : null;
  if (typing) return null;
  if (altKey) return shiftKey ? null : altered(code);
  if (key === "/") return { do: "search" };
  if (key === "?") return { do: "shortcuts" };
  const entry = after === "g" ? NAVIGATION.find(({ keys }) => keys === `g ${key}`) : undefined;
  return entry ? { do: "go", path: entry.path } : null;
}

/** With Alt, by the place of the key: what it writes differs between systems. */
function altered(code: string): Command | null {
  if (code === "KeyB") return { do: "fold" };
  const entry = NAVIGATION.find(({ alt }) => code === `Key${alt}`);
  return entry ? { do: "go", path: entry.path } : null;
}

export type Shortcut = { what: string; keys: readonly string[] };

export const SHORTCUTS: readonly { where: string; shortcuts: readonly Shortcut[] }[] = [
  {
    where: "Everywhere",
    shortcuts: [
      { what: "Search, or do something", keys: ["/", "Ctrl K"] },
      ...NAVIGATION.map(({ title, keys, alt }) => ({ what: title, keys: [keys, `Alt ${alt}`] })),
      { what: "Fold the navigation", keys: ["Alt B"] },
      { what: "These shortcuts", keys: ["?"] },
    ],
  },
  {
    where: "In the lineage",
    shortcuts: [
      { what: "To the next asset", keys: ["←", "↑", "↓", "→"] },
      { what: "Its page; open or close a frame", keys: ["Enter"] },
      { what: "What can be done with it", keys: ["Shift F10", "right click"] },
      { what: "Materialize what is chosen", keys: ["m"] },
      { what: "Add to what is chosen", keys: ["Shift click", "Shift drag"] },
      { what: "Choose nothing", keys: ["Esc"] },
      { what: "Move", keys: ["drag", "Shift ←"] },
      { what: "Zoom", keys: ["+", "-", "Ctrl wheel"] },
      { what: "Show everything", keys: ["0"] },
    ],
  },
];
