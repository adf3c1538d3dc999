import type { RunSummary } from "../../api/types";
import { Tooltip } from "../../components/Tooltip";
import { formatCount } from "../../format/number";
import css from "./StepsBar.module.css";

/** How many of a run's steps are done, failed, and left. */
export function StepsBar({ run: { steps, steps_succeeded: done, steps_failed: failed } }: { run: RunSummary }) {
  const left = steps - done - failed;
  const text = [
    `${formatCount(done)} of ${formatCount(steps)} made`,
    failed > 0 && `${formatCount(failed)} failed`,
    left > 0 && `${formatCount(left)} not made`,
  ].filter(Boolean);
  const share = (count: number) => ({ width: `${(count / Math.max(steps, 1)) * 100}%` });
  return (
    <Tooltip text={text.join(", ")}>
      <span className={css.steps}>
        <span className={css.bar} aria-hidden>
          <span className={css.done} style={share(done)} />
          <span className={css.failed} style={share(failed)} />
        </span>
        <span className={css.count}>
          {formatCount(done)}/{formatCount(steps)}
        </span>
      </span>
    </Tooltip>
  );
}
