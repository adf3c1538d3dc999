import { Rows3 } from "lucide-react";
import { type CSSProperties, useMemo } from "react";
import { Link } from "wouter";
import { useRun } from "../../api/queries";
import type { Run } from "../../api/types";
import { Page } from "../../app/Page";
import { useQueryParam } from "../../app/use_query_param";
import { Button } from "../../components/Button";
import { cx } from "../../components/cx";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { Tabs } from "../../components/Tabs";
import { useIsPhone } from "../../components/use_media";
import { shortId } from "../../format/text";
import { paths } from "../../paths";
import { broughtUpToDate, ENDED_RUN } from "./attempts";
import { EventLog } from "./EventLog";
import { Gantt, ROW_HEIGHT } from "./Gantt";
import { RunActions } from "./RunActions";
import { RunSubtitle } from "./RunSubtitle";
import css from "./run.module.css";
import { nextFailed, StepCounts } from "./StepCounts";
import { StepLog } from "./StepLog";
import { StepPanel } from "./StepPanel";
import { useRunRecord } from "./use_run_record";

const CHART_HEAD = 80;
const CLOSED = "none";

export function RunPage({ id }: { id: string }) {
  const query = useRun(id);
  const isPhone = useIsPhone();
  const run = query.data;
  return (
    <Page
      title={`Run ${shortId(run?.id ?? id)}`}
      crumbs={<Link href={paths.runs()}>Runs</Link>}
      tags={run && <StatusTag status={run.status} />}
      subtitle={run && <RunSubtitle run={run} />}
      actions={run && <RunActions run={run} />}
      fit={isPhone ? "flow" : "fill"}
    >
      <Loaded query={query} lines={8}>
        {(data) => <RunParts run={data} />}
      </Loaded>
    </Page>
  );
}

/** The step that the address names; none named, the first that failed. */
function selectedIn(run: Run, named: string): number | null {
  if (named === CLOSED) return null;
  const index = Number(named);
  if (named !== "" && run.steps[index]) return index;
  return run.steps.find((step) => step.status === "failure")?.index ?? null;
}

function RunParts({ run: told }: { run: Run }) {
  const { events, isWhole } = useRunRecord(told.id);
  const run = useMemo(() => broughtUpToDate(told, events), [told, events]);
  const [named, setNamed] = useQueryParam("step");
  const [tab, setTab] = useQueryParam("tab", "events");
  const [grouping, setGrouping] = useQueryParam("group", "location");
  const selected = selectedIn(run, named);
  const step = selected === null ? undefined : run.steps[selected];
  const select = (index: number) => setNamed(String(index));
  const locations = new Set(run.steps.map((one) => one.location)).size;
  const isGrouped = grouping === "location" && locations > 1;
  const rows = run.steps.length + (isGrouped ? locations : 0);
  return (
    <div className={cx(css.parts, step && css.withStep)}>
      <div className={css.chart} style={{ "--chart": `${rows * ROW_HEIGHT + CHART_HEAD}px` } as CSSProperties}>
        <Panel
          title={<StepCounts run={run} onFailed={() => select(nextFailed(run, selected))} />}
          flush
          grow
          actions={
            locations > 1 && (
              <Button
                look="quiet"
                icon={Rows3}
                aria-pressed={isGrouped}
                onClick={() => setGrouping(isGrouped ? "none" : "location")}
              >
                {isGrouped ? "By location" : "By start"}
              </Button>
            )
          }
        >
          <Gantt run={run} events={events} isGrouped={isGrouped} selected={selected} onSelect={select} />
        </Panel>
      </div>
      <div className={css.record}>
        <Tabs
          label="Record of the run"
          fill
          value={tab}
          onChange={setTab}
          tabs={[
            {
              id: "events",
              label: "Events",
              content: (
                <EventLog run={run} events={events} isLive={!isWhole && !ENDED_RUN.has(run.status)} step={selected} />
              ),
            },
            { id: "stdout", label: "stdout", content: <StepLog run={run.id} step={step} stream="stdout" /> },
            { id: "stderr", label: "stderr", content: <StepLog run={run.id} step={step} stream="stderr" /> },
          ]}
        />
      </div>
      {step && (
        <div className={css.side}>
          <StepPanel run={run} step={step} events={events} onSelect={select} onClose={() => setNamed(CLOSED)} />
        </div>
      )}
    </div>
  );
}
