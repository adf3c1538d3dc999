// Short notices of what was done or went wrong.  Anybody may call toast(); <Toasts/> shows them.

import { asProblem } from "../api/client";
import type { Tone } from "./status";

export type Toast = {
  id: number;
  tone: Tone;
  title: string;
  text?: string;
  link?: { label: string; href: string };
};

const STAYS_MS = 5_000;
const ERROR_STAYS_MS = 12_000;
let next = 1;
let toasts: readonly Toast[] = [];
const watchers = new Set<() => void>();

function set(fresh: readonly Toast[]) {
  toasts = fresh;
  for (const watcher of watchers) watcher();
}

export const currentToasts = () => toasts;

export function watchToasts(watcher: () => void) {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
}

export function dismissToast(id: number) {
  set(toasts.filter((toast) => toast.id !== id));
}

export function toast(fresh: Omit<Toast, "id">) {
  const id = next++;
  set([...toasts.slice(-3), { ...fresh, id }]);
  setTimeout(() => dismissToast(id), fresh.tone === "bad" ? ERROR_STAYS_MS : STAYS_MS);
}

/** For `onError` of a mutation. */
export function toastError(error: unknown) {
  const problem = asProblem(error);
  toast({ tone: "bad", title: problem.message, ...(problem.hint ? { text: problem.hint } : {}) });
}
