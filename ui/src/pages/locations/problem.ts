// Reading what code locations and the checks between them tell: loose objects in the contract.

import type { FailureLike } from "../../components/FailureNote";

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const numberOf = (value: unknown): number | null => (typeof value === "number" && value > 0 ? value : null);

/** The `error` of a location as something that can be shown. */
export function failureOf(error: object): FailureLike {
  const told = error as Readonly<Record<string, unknown>>;
  return {
    exception: textOf(told.exception),
    message: textOf(told.message) ?? "It does not load",
    file: textOf(told.file),
    line: numberOf(told.line),
    hint: textOf(told.hint),
    traceback: textOf(told.traceback),
  };
}

export type Problem = {
  severity: "error" | "warning" | "info";
  message: string;
  hint: string | null;
  place: string | null;
  otherPlace: string | null;
  asset: string | null;
  location: string | null;
  otherLocation: string | null;
};

const SEVERITIES = ["error", "warning", "info"] as const;

function placeOf(source: unknown): string | null {
  if (typeof source !== "object" || source === null) return null;
  const { file, line } = source as Readonly<Record<string, unknown>>;
  const name = textOf(file);
  return name && (numberOf(line) ? `${name}:${numberOf(line)}` : name);
}

/** A finding, or a problem of a location (which has its file and line at the top). */
export function problemOf(found: object): Problem {
  const told = found as Readonly<Record<string, unknown>>;
  return {
    severity: SEVERITIES.find((one) => one === told.severity) ?? "warning",
    message: textOf(told.message) ?? "",
    hint: textOf(told.hint),
    place: placeOf(told.source) ?? placeOf(told),
    otherPlace: placeOf(told.other_source),
    asset: textOf(told.asset),
    location: textOf(told.location),
    otherLocation: textOf(told.other_location),
  };
}
