import { useCallback, useState } from "react";
import type { Step } from "../../api/types";
import { EmptyState, ErrorState } from "../../components/States";
import { titleOfStep } from "../../format/text";
import { LogBar } from "./LogBar";
import { LogLines } from "./LogLines";
import { countOf } from "./log_text";
import css from "./StepLog.module.css";
import { type LogBegin, type LogStream, useStepLog } from "./use_step_log";

type Props = { run: string; step: Step | undefined; stream: LogStream };

/** What the selected step printed. */
export function StepLog({ run, step, stream }: Props) {
  if (!step) return <EmptyState title="No step is selected">Pick one above to read what it printed.</EmptyState>;
  if (step.attempt === 0)
    return <EmptyState title={`${titleOfStep(step)} has not started`}>It printed nothing yet.</EmptyState>;
  return <Printed key={`${step.index} ${stream}`} run={run} step={step} stream={stream} />;
}

function Printed({ run, step, stream }: { run: string; step: Step; stream: LogStream }) {
  const [chosen, setChosen] = useState(0);
  const attempt = chosen === 0 ? step.attempt : chosen;
  const isLive = attempt === step.attempt && (step.status === "running" || step.status === "starting");
  const [chosenFollows, setFollows] = useState<boolean | null>(null);
  const [begin, setBegin] = useState<LogBegin>("end");
  const log = useStepLog(run, step.index, attempt, stream, begin);
  const { text, isAtEnd, error, more } = log;
  const follows = chosenFollows ?? (isLive || text.from > 0);
  const count = countOf(text);
  const leaveEnd = useCallback(() => setFollows(false), []);
  const onEnd = useCallback(() => {
    if (begin === "start" && !isAtEnd) more();
  }, [begin, isAtEnd, more]);
  const readFrom = (next: LogBegin) => {
    setFollows(next === "start" ? false : null);
    setBegin(next);
  };

  return (
    <div className={css.log}>
      <LogBar
        step={step}
        attempt={attempt}
        onAttempt={setChosen}
        log={log}
        begin={begin}
        onBegin={readFrom}
        follows={follows}
        onFollows={setFollows}
        fileName={`${step.name}.${attempt}.${stream}.txt`}
      />
      {error !== null && text.lines.length === 0 && <ErrorState error={error} onRetry={more} />}
      {error === null && isAtEnd && count <= 0 && (
        <EmptyState title={`Nothing on ${stream}`}>
          {isLive ? "What it prints shows here." : `${titleOfStep(step)} wrote nothing there.`}
        </EmptyState>
      )}
      {count > 0 && <LogLines key={begin} text={text} follows={follows} onLeaveEnd={leaveEnd} onEnd={onEnd} />}
    </div>
  );
}
