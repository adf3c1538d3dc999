import type { VirtualItem } from "@tanstack/react-virtual";
import type { Step } from "../../api/types";
import { AssetKey } from "../../components/AssetKey";
import { cx } from "../../components/cx";
import { LocationTag } from "../../components/LocationTag";
import { StatusIcon } from "../../components/StatusTag";
import { STATUSES } from "../../components/status";
import { titleOfStep } from "../../format/text";
import { useLocationColor } from "../../theme/LocationColors";
import type { Attempt } from "./attempts";
import css from "./Gantt.module.css";
import { GanttBars } from "./GanttBars";
import { type GanttRow, readyAt, triesOf } from "./gantt_rows";
import type { Scale } from "./time_axis";

type Props = {
  rows: readonly GanttRow[];
  items: readonly VirtualItem[];
  steps: readonly Step[];
  attempts: ReadonlyMap<number, Attempt[]>;
  scale: Scale;
  selected: number | null;
  /** Those that stand out while one is pointed at. */
  kin: ReadonlySet<number> | null;
  onSelect: (step: number) => void;
  onHover: (step: Step | null) => void;
};

/** The rows in sight. */
export function GanttRows({ rows, items, steps, attempts, scale, selected, kin, onSelect, onHover }: Props) {
  return items.map((item) => {
    const row = rows[item.index];
    if (row === undefined) return null;
    const style = { height: item.size, transform: `translateY(${item.index * item.size}px)` };
    if (row.kind === "location") {
      return (
        <div key={item.key} className={cx(css.row, css.group)} style={style}>
          <span className={css.groupName}>
            <LocationTag name={row.location} />
          </span>
          <span className={css.groupCount}>
            {row.done} of {row.steps}
          </span>
        </div>
      );
    }
    const { step } = row;
    return (
      <button
        key={item.key}
        type="button"
        className={cx(
          css.row,
          css.step,
          selected === step.index && css.selected,
          kin && !kin.has(step.index) && css.dimmed,
        )}
        style={style}
        aria-pressed={selected === step.index}
        onClick={() => onSelect(step.index)}
        onPointerEnter={() => onHover(step)}
        onPointerLeave={() => onHover(null)}
      >
        <StepLabel step={step} />
        <span className={css.lane}>
          <GanttBars
            step={step}
            tries={triesOf(step, attempts)}
            ready={readyAt(step, steps, scale.begun)}
            scale={scale}
          />
          {step.started_at === null && <NotStarted step={step} />}
        </span>
      </button>
    );
  });
}

function StepLabel({ step }: { step: Step }) {
  const color = useLocationColor()(step.location);
  return (
    <span className={css.label} title={`${titleOfStep(step)} · ${step.location}`}>
      <StatusIcon status={step.status} />
      <span className={css.mark} style={{ background: color.line }} />
      <span className={css.name}>
        <AssetKey of={titleOfStep(step)} />
      </span>
    </span>
  );
}

function NotStarted({ step }: { step: Step }) {
  return <span className={css.notStarted}>{STATUSES[step.status].label}</span>;
}
