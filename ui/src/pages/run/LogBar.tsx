import { ArrowDownToLine, ArrowUpToLine, Download } from "lucide-react";
import type { Step } from "../../api/types";
import { AssetKey } from "../../components/AssetKey";
import { Button, IconButton, IconLink } from "../../components/Button";
import { CopyButton } from "../../components/CopyButton";
import { SelectField } from "../../components/SelectField";
import { formatBytes, formatNoun } from "../../format/number";
import { titleOfStep } from "../../format/text";
import css from "./LogBar.module.css";
import { countOf } from "./log_text";
import type { LogBegin, StepLogState } from "./use_step_log";

type Props = {
  step: Step;
  attempt: number;
  onAttempt: (attempt: number) => void;
  log: StepLogState;
  begin: LogBegin;
  onBegin: (begin: LogBegin) => void;
  follows: boolean;
  onFollows: (follows: boolean) => void;
  fileName: string;
};

/** Which part of a log is shown, and what can be done with it. */
export function LogBar({ step, attempt, onAttempt, log, begin, onBegin, follows, onFollows, fileName }: Props) {
  const { text, isAtEnd } = log;
  const { from, lines } = text;
  const count = formatNoun(countOf(text), "line");
  const showEarlier = () => {
    onFollows(false);
    log.earlier();
  };
  return (
    <div className={css.bar}>
      <span className={css.name} title={titleOfStep(step)}>
        <AssetKey of={titleOfStep(step)} />
      </span>
      {step.attempt > 1 && <Attempts newest={step.attempt} chosen={attempt} onChoose={onAttempt} />}
      <span className={css.count}>
        {from > 0 ? `The last ${count}, ${formatBytes(from)} before` : count}
        {begin === "start" && !isAtEnd && " and more"}
      </span>
      {from > 0 && (
        <>
          <Button look="quiet" onClick={showEarlier}>
            Show earlier
          </Button>
          <IconButton icon={ArrowUpToLine} label="From the beginning" onClick={() => onBegin("start")} />
        </>
      )}
      {begin === "start" && (
        <Button look="quiet" onClick={() => onBegin("end")}>
          Go to the end
        </Button>
      )}
      <CopyButton text={() => lines.join("\n")} label="Copy what is loaded" />
      <IconLink icon={Download} label="Download the whole file" href={log.fileUrl} download={fileName} />
      <Button
        look="quiet"
        icon={ArrowDownToLine}
        aria-pressed={follows}
        className={follows ? css.on : undefined}
        onClick={() => onFollows(!follows)}
      >
        Follow
      </Button>
    </div>
  );
}

function Attempts({ newest, chosen, onChoose }: { newest: number; chosen: number; onChoose: (one: number) => void }) {
  const older = Array.from({ length: newest - 1 }, (_, i) => String(newest - 1 - i));
  return (
    <SelectField
      label={`Attempt ${newest}`}
      value={chosen === newest ? "" : String(chosen)}
      options={older.map((value) => ({ value, label: `Attempt ${value}` }))}
      onChange={(value) => onChoose(Number(value))}
    />
  );
}
