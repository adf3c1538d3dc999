// Light, dark, or as the system says; remembered in this browser.

import { useSyncExternalStore } from "react";
import { applyTheme, readTheme, rememberTheme, type Theme } from "./chosen_theme";

export type { Theme } from "./chosen_theme";

const watchers = new Set<() => void>();
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");
systemIsDark.addEventListener("change", tell);
let chosen = readTheme();

function tell() {
  for (const watcher of watchers) watcher();
}

export function setTheme(theme: Theme) {
  chosen = theme;
  rememberTheme(theme);
  applyTheme(theme);
  tell();
}

function shown(): "light" | "dark" {
  if (chosen !== "system") return chosen;
  return systemIsDark.matches ? "dark" : "light";
}

export function toggleTheme() {
  setTheme(shown() === "dark" ? "light" : "dark");
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
}

/** What was chosen. */
export const useTheme = (): Theme => useSyncExternalStore(watch, () => chosen);
/** What is seen: for what is drawn on a canvas. */
export const useShownTheme = (): "light" | "dark" => useSyncExternalStore(watch, shown);

/** The colour behind a variable as `rgb(…)`, in the theme that is shown: a canvas knows neither var() nor light-dark(). */
export function resolveColor(variable: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${variable})`;
  probe.hidden = true;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
