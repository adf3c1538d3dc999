import { TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { formatNoun } from "../format/number";
import { formatDuration } from "../format/time";
import css from "./PlanSummary.module.css";
import { figuresOf, type PlanStep } from "./plan_figures";

type Props = { steps: readonly PlanStep[]; warnings: readonly string[] };

/** What the plan adds up to. */
export function PlanSummary({ steps, warnings }: Props) {
  const figures = useMemo(() => figuresOf(steps), [steps]);
  const isKnown = figures.unknown < steps.length;
  return (
    <>
      <dl className={css.figures}>
        <Figure
          name="Will run"
          value={formatNoun(steps.length, "step")}
          more={`in ${formatNoun(figures.locations, "location")}, ${formatNoun(figures.levels, "level")} deep`}
        />
        <Figure
          name="Will take about"
          value={isKnown ? formatDuration(figures.chainUs) : "unknown"}
          more={isKnown ? `the longest chain, ${formatNoun(figures.chain.size, "step")}` : "nothing of it ran before"}
        />
        <Figure
          name="Work in all"
          value={isKnown ? formatDuration(figures.sumUs) : "unknown"}
          more={
            !isKnown || figures.unknown === 0
              ? "as long as each took last time"
              : `without ${formatNoun(figures.unknown, "step")} that never ran`
          }
        />
      </dl>
      {warnings.length > 0 && (
        <ul className={css.warnings}>
          {warnings.map((warning) => (
            <li key={warning} className={css.warning}>
              <TriangleAlert size={15} aria-label="Warning" />
              <span>{warning}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Figure({ name, value, more }: { name: string; value: string; more: string }) {
  return (
    <div className={css.figure}>
      <dt>{name}</dt>
      <dd>
        <span className={css.value}>{value}</span>
        <span className={css.more}>{more}</span>
      </dd>
    </div>
  );
}
