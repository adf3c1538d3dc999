import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Step } from "../../api/types";
import { Button } from "../../components/Button";
import { CopyButton } from "../../components/CopyButton";
import { cx } from "../../components/cx";
import { SelectField } from "../../components/SelectField";
import { EmptyState, ErrorState } from "../../components/States";
import { formatBytes, formatNoun } from "../../format/number";
import css from "./StepLog.module.css";
import { type LogBegin, type LogStream, useStepLog } from "./use_step_log";

const LINE_HEIGHT = 19;
const AHEAD = 40;

type Props = { run: string; step: Step | undefined; stream: LogStream };

/** What the selected step printed. */
export function StepLog({ run, step, stream }: Props) {
  if (!step) return <EmptyState title="No step is selected">Pick one above to read what it printed.</EmptyState>;
  if (step.attempt === 0)
    return <EmptyState title={`${step.name} has not started`}>It printed nothing yet.</EmptyState>;
  return <Printed key={`${step.index} ${stream}`} run={run} step={step} stream={stream} />;
}

function Printed({ run, step, stream }: { run: string; step: Step; stream: LogStream }) {
  const [chosen, setChosen] = useState(0);
  const attempt = chosen === 0 ? step.attempt : chosen;
  const isLive = attempt === step.attempt && (step.status === "running" || step.status === "starting");
  const [chosenFollows, setFollows] = useState<boolean | null>(null);
  const [begin, setBegin] = useState<LogBegin>("end");
  const { text, isAtEnd, error, earlier, more } = useStepLog(run, step.index, attempt, stream, begin);
  const { lines, from } = text;
  const follows = chosenFollows ?? (isLive || from > 0);
  const scroller = useRef<HTMLDivElement>(null);
  const count = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (begin === "start" && !isAtEnd && count > 0 && (follows || last >= count - AHEAD)) more();
  }, [begin, isAtEnd, follows, last, count, more]);
  useEffect(() => {
    if (begin === "start") virtual.scrollToOffset(0);
  }, [begin, virtual]);
  useEffect(() => {
    if (follows && count > 0) virtual.scrollToIndex(count - 1, { align: "end" });
  }, [follows, count, virtual]);

  return (
    <div className={css.log}>
      <div className={css.bar}>
        <span className={css.name}>{step.name}</span>
        {step.attempt > 1 && (
          <SelectField
            label={`Attempt ${step.attempt}`}
            value={chosen === 0 ? "" : String(chosen)}
            options={Array.from({ length: step.attempt - 1 }, (_, i) => ({
              value: String(step.attempt - 1 - i),
              label: `Attempt ${step.attempt - 1 - i}`,
            }))}
            onChange={(value) => setChosen(Number(value))}
          />
        )}
        <span className={css.count}>
          {from > 0 ? `The last ${formatNoun(count, "line")}, ${formatBytes(from)} before` : formatNoun(count, "line")}
          {begin === "start" && !isAtEnd && " and more"}
        </span>
        {from > 0 && (
          <>
            <Button
              look="quiet"
              onClick={() => {
                setFollows(false);
                earlier();
              }}
            >
              Show earlier
            </Button>
            <Button
              look="quiet"
              onClick={() => {
                setFollows(false);
                setBegin("start");
              }}
            >
              From the beginning
            </Button>
          </>
        )}
        {begin === "start" && (
          <Button
            look="quiet"
            onClick={() => {
              setFollows(null);
              setBegin("end");
            }}
          >
            Go to the end
          </Button>
        )}
        <CopyButton text={lines.join("\n")} label="Copy what is loaded" />
        <Button
          look="quiet"
          icon={ArrowDownToLine}
          aria-pressed={follows}
          className={follows ? css.on : undefined}
          onClick={() => setFollows(!follows)}
        >
          Follow
        </Button>
      </div>
      {error !== null && lines.length === 0 && <ErrorState error={error} onRetry={more} />}
      {error === null && isAtEnd && count <= 0 && (
        <EmptyState title={`Nothing on ${stream}`}>
          {isLive ? "What it prints shows here." : `${step.name} wrote nothing there.`}
        </EmptyState>
      )}
      <div
        ref={scroller}
        className={cx(css.scroller, isAtEnd && count <= 0 && css.nothing)}
        onWheel={(event) => event.deltaY < 0 && setFollows(false)}
      >
        <div className={css.lines} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <div key={item.key} className={css.line} style={{ transform: `translateY(${item.start}px)` }}>
              {from === 0 && <span className={css.number}>{item.index + 1}</span>}
              {lines[item.index]}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
