// Members of an event's body: what a program wrote, so nothing is taken for granted.

import type { Event, Failure } from "../../api/types";

export type Body = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const bodyOf = (event: Event): Body => (isObject(event.body) ? event.body : {});

export function textIn(body: Body, name: string): string | null {
  const value = body[name];
  return typeof value === "string" && value !== "" ? value : null;
}

export function numberIn(body: Body, name: string): number | null {
  const value = body[name];
  return typeof value === "number" ? value : null;
}

/** Pipes gives the stack as a list of pieces. */
function tracebackIn(error: Body): string | null {
  const { stack } = error;
  return Array.isArray(stack) && stack.length > 0 ? stack.join("") : textIn(error, "stack");
}

function sentenceOf(error: unknown): string | null {
  if (!isObject(error)) return null;
  return [textIn(error, "name"), textIn(error, "message")].filter(Boolean).join(": ") || null;
}

/** The exception in a body, as steps record it (doc/formats/step.md). */
export function failureIn(body: Body): Failure {
  const { error } = body;
  if (!isObject(error)) return null;
  return {
    exception: textIn(error, "name")?.split(".").at(-1) ?? null,
    message: textIn(error, "message") ?? "",
    file: textIn(error, "file"),
    line: numberIn(error, "line"),
    hint: textIn(error, "hint"),
    cause: sentenceOf(error.cause) ?? sentenceOf(error.context),
    traceback: tracebackIn(error),
  };
}
