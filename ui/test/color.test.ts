import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assignLocationColors, LOCATION_COLORS, locationColor } from "../src/theme/location_color";

const AA = 4.5; // WCAG: text
const MARK = 3; // WCAG: what is not text

type Pair = readonly [light: string, dark: string];

function variables(file: string): Map<string, Pair> {
  const found = new Map<string, Pair>();
  const line = /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g;
  for (const [, name, light, dark] of readFileSync(file, "utf8").matchAll(line)) {
    if (name && light && dark) found.set(name, [light, dark]);
  }
  return found;
}

function luminance(color: string): number {
  const part = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const all = new Map([...variables("src/theme/tokens.css"), ...variables("src/theme/locations.css")]);

function holds(front: string, back: string, least: number) {
  for (const theme of [0, 1] as const) {
    const ratio = contrast(all.get(front)?.[theme] ?? "", all.get(back)?.[theme] ?? "");
    assert.ok(ratio >= least, `--${front} on --${back}, ${theme ? "dark" : "light"}: ${ratio.toFixed(2)} < ${least}`);
  }
}

test("text can be read on every surface", () => {
  for (const surface of [
    "canvas",
    "surface",
    "surface-sunken",
    "surface-raised",
    "surface-hover",
    "surface-selected",
  ]) {
    for (const text of ["text", "text-muted"]) holds(text, surface, AA);
  }
  for (const surface of ["canvas", "surface", "surface-sunken"]) holds("text-faint", surface, AA);
  for (const surface of ["surface", "surface-selected"]) holds("accent", surface, AA);
});

test("a tone's text can be read on its fill and on the page", () => {
  for (const tone of ["good", "bad", "busy", "warn", "calm", "outer"]) {
    holds(`${tone}-text`, `${tone}-fill`, AA);
    holds(`${tone}-text`, "surface", AA);
  }
});

test("a location's text can be read on its fill, and its mark is seen", () => {
  for (let slot = 0; slot < LOCATION_COLORS; slot++) {
    holds(`location-${slot}-text`, `location-${slot}-fill`, AA);
    holds(`location-${slot}-line`, "surface", MARK);
  }
});

test("twelve locations have twelve colours, whatever their names", () => {
  const names = Array.from({ length: LOCATION_COLORS }, (_, i) => `team-${i}`);
  const slots = new Set([...assignLocationColors(names).values()].map((color) => color.slot));
  assert.equal(slots.size, LOCATION_COLORS);
  assert.equal(assignLocationColors([...names, "one-more"]).size, LOCATION_COLORS + 1);
});

test("a location's colour does not depend on the order of the list", () => {
  const forth = assignLocationColors(["a", "b", "c", "d"]);
  const back = assignLocationColors(["d", "c", "b", "a"]);
  for (const [name, color] of forth) assert.deepEqual(back.get(name), color);
  assert.deepEqual(locationColor("a"), locationColor("a"));
});
