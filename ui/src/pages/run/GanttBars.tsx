import type { Step } from "../../api/types";
import { cx } from "../../components/cx";
import { STATUSES } from "../../components/status";
import { formatDuration } from "../../format/time";
import { useLocationColor } from "../../theme/LocationColors";
import type { Attempt } from "./attempts";
import css from "./GanttBars.module.css";
import { type Scale, xOf } from "./time_axis";

const TEXT_WIDTH = 88;
const LEAST_WIDTH = 3;

type Props = { step: Step; tries: readonly Attempt[]; ready: number | null; scale: Scale };

/** The bars of a step: a thin line while it waited for its turn, a bar for each try. */
export function GanttBars({ step, tries, ready, scale }: Props) {
  const first = tries[0]?.from ?? (step.status === "ready" || step.status === "starting" ? scale.now : null);
  return (
    <>
      {ready !== null && first !== null && first > ready && (
        <span className={css.waited} style={placeOf(ready, first, scale)} title="Ready, waiting for its turn" />
      )}
      {tries.map((attempt, i) => {
        const next = tries[i + 1]?.from ?? (step.status === "retrying" ? scale.now : null);
        return (
          <span key={attempt.from}>
            {attempt.to !== null && next !== null && (
              <span className={css.waited} style={placeOf(attempt.to, next, scale)} title="Waiting to be tried again" />
            )}
            <Bar step={step} attempt={attempt} isLast={i === tries.length - 1} scale={scale} />
          </span>
        );
      })}
    </>
  );
}

function placeOf(from: number, to: number, scale: Scale): { left: number; width: number } {
  const left = Math.max(-8, xOf(from, scale)); // far outside, browsers lose precision
  const right = Math.min(scale.width + 8, xOf(to, scale));
  return { left, width: Math.max(LEAST_WIDTH, right - left) };
}

type BarProps = { step: Step; attempt: Attempt; isLast: boolean; scale: Scale };

function Bar({ step, attempt, isLast, scale }: BarProps) {
  const color = useLocationColor()(step.location);
  const to = attempt.to ?? scale.now;
  const from = Math.min(attempt.from, to);
  if (xOf(to, scale) < -LEAST_WIDTH || xOf(from, scale) > scale.width) return null;
  const place = placeOf(from, to, scale);
  const isBad = attempt.end === "failure" || attempt.end === "retrying";
  const isNarrow = place.width < 14;
  const style = isBad
    ? undefined
    : { background: isNarrow ? color.line : color.fill, borderColor: color.line, color: color.text };
  const lasted = formatDuration((to - from) * 1_000);
  const text = attempt.end === "success" || attempt.end === null ? lasted : `${wordOf(attempt)} · ${lasted}`;
  const side = sideOf(place, scale.width, text);
  return (
    <>
      <span
        className={cx(css.bar, isBad && css.bad, isNarrow && css.narrow, attempt.end === null && css.growing)}
        style={{ ...place, ...style }}
      >
        {side === "inside" && <span className={css.inside}>{text}</span>}
      </span>
      {side === "right" && isLast && (
        <span className={cx(css.text, isBad && css.badText)} style={{ left: place.left + place.width + 6 }}>
          {text}
        </span>
      )}
      {side === "left" && isLast && (
        <span className={cx(css.text, isBad && css.badText)} style={{ right: scale.width - place.left + 6 }}>
          {text}
        </span>
      )}
    </>
  );
}

function wordOf(attempt: Attempt): string {
  return attempt.end === "retrying" ? STATUSES.failure.label : attempt.end ? STATUSES[attempt.end].label : "";
}

/** Text stands where there is room for it. */
function sideOf(place: { left: number; width: number }, width: number, text: string): "inside" | "right" | "left" {
  if (place.width > text.length * 7 + 14) return "inside";
  return place.left + place.width + TEXT_WIDTH < width || place.left < TEXT_WIDTH ? "right" : "left";
}
