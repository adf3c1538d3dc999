import type { Run, StepStatus } from "../../api/types";
import { StatusIcon } from "../../components/StatusTag";
import { STATUSES } from "../../components/status";
import { formatCount } from "../../format/number";
import css from "./StepCounts.module.css";

const COUNTED: readonly StepStatus[] = [
  "failure",
  "running",
  "starting",
  "retrying",
  "success",
  "skipped",
  "canceled",
  "ready",
  "waiting",
];

/** The step after `from` that failed, around the end. */
export function nextFailed({ steps }: Run, from: number | null): number {
  const failed = steps.filter((step) => step.status === "failure");
  return (failed.find((step) => step.index > (from ?? -1)) ?? failed[0])?.index ?? 0;
}

/** How many steps stand how; those that failed are gone to, one after the other. */
export function StepCounts({ run, onFailed }: { run: Run; onFailed: () => void }) {
  const counts = new Map<StepStatus, number>();
  for (const step of run.steps) counts.set(step.status, (counts.get(step.status) ?? 0) + 1);
  return (
    <span className={css.counts}>
      Steps
      {COUNTED.flatMap((status) => {
        const count = counts.get(status);
        if (count === undefined) return [];
        const words = (
          <>
            <StatusIcon status={status} />
            {formatCount(count)} {STATUSES[status].label.toLowerCase()}
          </>
        );
        return status === "failure" ? (
          <button key={status} type="button" className={css.count} title="Go to the next one" onClick={onFailed}>
            {words}
          </button>
        ) : (
          <span key={status} className={css.count}>
            {words}
          </span>
        );
      })}
    </span>
  );
}
