import { X } from "lucide-react";
import type { ReactNode } from "react";
import type { Event, Run, Step } from "../../api/types";
import { AssetLink } from "../../components/AssetLink";
import { IconButton } from "../../components/Button";
import { Duration } from "../../components/Duration";
import { Facts } from "../../components/Facts";
import { FailureNote } from "../../components/FailureNote";
import { LocationTag } from "../../components/LocationTag";
import { StatusIcon, StatusTag } from "../../components/StatusTag";
import { formatBytes, formatNoun } from "../../format/number";
import { titleOfStep } from "../../format/text";
import { formatAbsolute, formatClock, formatDuration } from "../../format/time";
import { ENDED_RUN, inputsOf } from "./attempts";
import css from "./StepPanel.module.css";

type Props = {
  run: Run;
  step: Step;
  events: readonly Event[];
  onSelect: (step: number) => void;
  onClose: () => void;
};

/** All there is to know of a step; its error first. */
export function StepPanel({ run, step, events, onSelect, onClose }: Props) {
  const inputs = inputsOf(events, step.index);
  return (
    <aside className={css.panel} aria-label={`Step ${step.name}`}>
      <header className={css.head}>
        <div className={css.titles}>
          <h2 className={css.title}>{titleOfStep(step)}</h2>
          <div className={css.tags}>
            <StatusTag status={step.status} />
            <LocationTag name={step.location} />
          </div>
        </div>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </header>
      <div className={css.body}>
        {step.error && <FailureNote title="What went wrong" failure={step.error} />}
        {step.status === "failure" && ENDED_RUN.has(run.status) && (
          <p className={css.reason}>
            When it is mended, “Retry from failure” runs this step and what was skipped because of it. What was made
            stays.
          </p>
        )}
        {step.reason && step.reason !== step.error?.message && <p className={css.reason}>{step.reason}</p>}
        <StepFacts step={step} />
        <Section title="Made from" isEmpty={inputs.length === 0}>
          {inputs.map(({ asset, rows }) => (
            <Line key={asset} more={rows === null ? null : formatNoun(rows, "row")}>
              <AssetLink assetKey={asset} />
            </Line>
          ))}
        </Section>
        <Section title={step.outputs.length > 0 ? "Made" : "Makes"} isEmpty={step.assets.length === 0}>
          {step.outputs.length > 0
            ? step.outputs.map(({ asset, rows, path }) => (
                <Line key={asset} more={rows === null ? null : formatNoun(rows, "row")} under={path}>
                  <AssetLink assetKey={asset} />
                </Line>
              ))
            : step.assets.map((asset) => (
                <Line key={asset}>
                  <AssetLink assetKey={asset} />
                </Line>
              ))}
        </Section>
        <Section title="Waits for" isEmpty={step.waits_for.length === 0}>
          {step.waits_for.map((index) => {
            const other = run.steps[index];
            return (
              other && (
                <button key={index} type="button" className={css.other} onClick={() => onSelect(index)}>
                  <StatusIcon status={other.status} />
                  <span className={css.otherName}>{other.name}</span>
                </button>
              )
            );
          })}
        </Section>
      </div>
    </aside>
  );
}

function StepFacts({ step }: { step: Step }) {
  const cpu = step.user_us !== null && step.system_us !== null ? step.user_us + step.system_us : null;
  return (
    <Facts
      of={[
        step.started_at
          ? [
              "Started",
              <span key="at" title={formatAbsolute(step.started_at)}>
                {formatClock(step.started_at, true)}
              </span>,
            ]
          : null,
        step.started_at ? ["Duration", <Duration key="lasted" from={step.started_at} to={step.ended_at} />] : null,
        step.attempt > 1 || step.retries > 0
          ? ["Attempt", step.retries > 0 ? `${step.attempt} of ${step.retries + 1} at most` : step.attempt]
          : null,
        step.retry_at && step.status === "retrying" ? ["Tried again", `at ${formatClock(step.retry_at)}`] : null,
        cpu !== null
          ? [
              "Processor",
              <span key="cpu" title={`${formatDuration(step.user_us)} user, ${formatDuration(step.system_us)} system`}>
                {formatDuration(cpu)}
              </span>,
            ]
          : null,
        step.max_rss_kib !== null ? ["Peak memory", formatBytes(step.max_rss_kib * 1024)] : null,
        step.pid !== null ? ["Process", [step.pid, step.method].filter(Boolean).join(", ")] : null,
      ]}
    />
  );
}

function Section({ title, isEmpty, children }: { title: string; isEmpty: boolean; children: ReactNode }) {
  if (isEmpty) return null;
  return (
    <section className={css.section}>
      <h3 className={css.name}>{title}</h3>
      {children}
    </section>
  );
}

function Line({
  more = null,
  under = null,
  children,
}: {
  more?: string | null;
  under?: string | null;
  children: ReactNode;
}) {
  return (
    <div className={css.line}>
      {children}
      {more && <span className={css.more}>{more}</span>}
      {under && (
        <span className={css.under} title={under}>
          {under}
        </span>
      )}
    </div>
  );
}
