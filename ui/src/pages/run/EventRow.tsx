import { ChevronRight } from "lucide-react";
import type { Event, Step } from "../../api/types";
import { AssetKey } from "../../components/AssetKey";
import { Badge } from "../../components/Badge";
import { cx } from "../../components/cx";
import { titleOfStep } from "../../format/text";
import { formatClock } from "../../format/time";
import { useLocationColor } from "../../theme/LocationColors";
import { EventDetail } from "./EventDetail";
import css from "./EventRow.module.css";
import { wordsOf } from "./event_words";

type Props = { event: Event; step: Step | undefined; isOpen: boolean; onToggle: () => void };

/** One line; opened, all that the event holds. */
export function EventRow({ event, step, isOpen, onToggle }: Props) {
  const color = useLocationColor();
  const { label, tone, level, text } = wordsOf(event);
  return (
    <div className={cx(css.event, css[level], isOpen && css.open)}>
      <button type="button" className={css.line} aria-expanded={isOpen} onClick={onToggle}>
        <ChevronRight size={13} className={css.chevron} aria-hidden />
        <time className={css.time} dateTime={event.at}>
          {formatClock(event.at, true)}
        </time>
        <span className={css.step} title={step && titleOfStep(step)}>
          {step && <span className={css.mark} style={{ background: color(step.location).line }} aria-hidden />}
          {step ? <AssetKey of={titleOfStep(step)} /> : "run"}
        </span>
        <span className={css.label}>
          <Badge tone={tone}>{label}</Badge>
        </span>
        <span className={css.text}>{text}</span>
      </button>
      {isOpen && <EventDetail event={event} />}
    </div>
  );
}
