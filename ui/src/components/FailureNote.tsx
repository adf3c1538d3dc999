import { CircleX, Lightbulb, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Code } from "./Code";
import { CopyButton } from "./CopyButton";
import { cx } from "./cx";
import css from "./FailureNote.module.css";

const LONG = 200; // letters that may need more lines than are shown at once

/** What failed steps and code that does not load have in common. */
export type FailureLike = {
  exception?: string | null;
  message: string;
  file?: string | null;
  line?: number | null;
  hint?: string | null;
  cause?: string | null;
  traceback?: string | null;
};

type Props = {
  failure: FailureLike;
  title: ReactNode;
  /** `warn`: something older still serves. */
  tone?: "bad" | "warn";
  actions?: ReactNode;
  children?: ReactNode;
};

/** What went wrong, where, what to do, and how it came to it. */
export function FailureNote({ failure, title, tone = "bad", actions, children }: Props) {
  const { exception, message, file, line, hint, cause, traceback } = failure;
  const place = file ? `${file}${line ? `:${line}` : ""}` : null;
  const Icon = tone === "bad" ? CircleX : TriangleAlert;
  return (
    <section className={cx(css.note, css[tone])} aria-label="What went wrong">
      <header className={css.head}>
        <Icon size={16} aria-hidden />
        <h2 className={css.title}>{title}</h2>
        {actions}
      </header>
      <div className={css.body}>
        <p className={css.message} tabIndex={message.length > LONG ? 0 : undefined}>
          {exception && <span className={css.exception}>{exception}: </span>}
          {exception && message.startsWith(`${exception}: `) ? message.slice(exception.length + 2) : message}
        </p>
        {place && (
          <p className={css.place}>
            <code>{place}</code>
            <CopyButton text={place} label="Copy the place" />
          </p>
        )}
        {cause && cause !== `${exception}: ${message}` && <p className={css.cause}>Caused by {cause}</p>}
        {hint && (
          <p className={css.hint}>
            <Lightbulb size={15} aria-hidden />
            <span>{hint}</span>
          </p>
        )}
        {children}
        {traceback && (
          <details className={css.details} open={!hint}>
            <summary>Traceback</summary>
            <Code text={traceback.trimEnd()} />
          </details>
        )}
      </div>
    </section>
  );
}
