// What is chosen in the picture, as the URL holds it: asset keys, and paths of frames after `@`.  Pure.

const quoted = (key: string) => key.replace(/[%,]/g, encodeURIComponent);

export type Chosen = { assets: readonly string[]; frame: string | null };

export function readChosen(text: string): Chosen {
  if (text.startsWith("@")) return { assets: [], frame: text.slice(1) };
  return { assets: text === "" ? [] : text.split(",").map(decode), frame: null };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand
  }
}

export const writeAssets = (keys: Iterable<string>): string => [...keys].map(quoted).join(",");
export const writeFrame = (path: string): string => `@${path}`;

/** With one more, or without it if it was among them. */
export function withToggled(keys: readonly string[], key: string): string[] {
  return keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key];
}
