// The colours of the theme that is shown, as a canvas takes them.

import { type LocationColor, locationColor } from "../theme/location_color";
import type { ShownStatus } from "./standing";

export type Tint = { text: string; fill: string; line: string };
export type Paint = {
  dark: boolean;
  font: string;
  canvas: string;
  surface: string;
  sunken: string;
  border: string;
  borderStrong: string;
  text: string;
  muted: string;
  faint: string;
  accent: string;
  focus: string;
  tones: Record<ShownStatus, Tint>;
  location: (index: number) => Tint;
  none: Tint;
};

/** Asks the page for each colour once: a canvas knows neither var() nor light-dark(). */
function reader() {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const known = new Map<string, string>();
  const read = (value: string): string => {
    const before = known.get(value);
    if (before) return before;
    probe.style.color = value;
    const color = getComputedStyle(probe).color;
    known.set(value, color);
    return color;
  };
  return { read, end: () => probe.remove() };
}

export function readPaint(
  dark: boolean,
  locations: readonly string[],
  colorOf: (name: string) => LocationColor = locationColor,
): Paint {
  const { read, end } = reader();
  const named = (name: string) => read(`var(--${name})`);
  const tint = (name: string): Tint => ({
    text: named(`${name}-text`),
    fill: named(`${name}-fill`),
    line: named(`${name}-line`),
  });
  const tints = locations.map((name): Tint => {
    const { text, fill, line } = colorOf(name);
    return { text: read(text), fill: read(fill), line: read(line) };
  });
  const none = tint("outer");
  const paint: Paint = {
    dark,
    font: getComputedStyle(document.body).fontFamily,
    canvas: named("canvas"),
    surface: named("surface"),
    sunken: named("surface-sunken"),
    border: named("border"),
    borderStrong: named("border-strong"),
    text: named("text"),
    muted: named("text-muted"),
    faint: named("text-faint"),
    accent: named("accent"),
    focus: named("focus"),
    tones: {
      failed: tint("bad"),
      running: tint("busy"),
      stale: tint("warn"),
      missing: tint("calm"),
      materialized: tint("good"),
      external: tint("outer"),
    },
    none,
    location: (index) => tints[index] ?? none,
  };
  end();
  return paint;
}
