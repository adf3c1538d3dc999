import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { AssetKey } from "../components/AssetKey";
import { cx } from "../components/cx";
import { LocationTag } from "../components/LocationTag";
import { formatNoun } from "../format/number";
import { titleOfStep } from "../format/text";
import { formatDuration } from "../format/time";
import css from "./PlanSteps.module.css";
import { figuresOf, type PlanRow, type PlanStep, rowsOf } from "./plan_figures";

const ROW_HEIGHT = 32;
const MOST_HEIGHT = 352;

/** Each step under its level: what runs at the same time stands together. */
export function PlanSteps({ steps }: { steps: readonly PlanStep[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(steps), [steps]);
  const chain = useMemo(() => figuresOf(steps).chain, [steps]);
  const longest = useMemo(() => Math.max(1, ...steps.map((step) => step.last_duration_us ?? 0)), [steps]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  return (
    <section
      ref={scroller}
      className={css.scroller}
      style={{ height: Math.min(MOST_HEIGHT, rows.length * ROW_HEIGHT + 2) }}
      aria-label="Steps of the plan"
      tabIndex={0}
    >
      <div className={css.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <div
                key={item.key}
                className={cx(css.row, row.kind === "level" && css.level)}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                {row.kind === "level" ? (
                  <LevelRow row={row} />
                ) : (
                  <StepRow step={row.step} longest={longest} isOnChain={chain.has(row.step.index)} />
                )}
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

function LevelRow({ row }: { row: Extract<PlanRow, { kind: "level" }> }) {
  return (
    <>
      <span>{row.level === 0 ? "First" : `Then, level ${row.level + 1}`}</span>
      <span className={css.count}>{formatNoun(row.steps, "step")}</span>
    </>
  );
}

type StepProps = { step: PlanStep; longest: number; isOnChain: boolean };

function StepRow({ step, longest, isOnChain }: StepProps) {
  const us = step.last_duration_us;
  return (
    <>
      <span className={css.name} title={step.assets.join("\n")}>
        <AssetKey of={titleOfStep(step)} />
        {step.assets.length > 1 && <span className={css.more}>+{step.assets.length - 1}</span>}
      </span>
      <span className={css.location}>
        <LocationTag name={step.location} link={false} />
      </span>
      <span className={css.reason} title={step.reason}>
        {step.reason}
      </span>
      <span
        className={css.lasted}
        title={isOnChain ? "On the longest chain: the run cannot end before it" : "As long as it took last time"}
      >
        <span className={css.track} aria-hidden>
          <span
            className={cx(css.bar, isOnChain && css.onChain)}
            style={{ width: `${us === null ? 0 : Math.max(4, (us / longest) * 100)}%` }}
          />
        </span>
        {us === null ? "never ran" : formatDuration(us)}
      </span>
    </>
  );
}
