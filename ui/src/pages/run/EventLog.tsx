import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Event, Run } from "../../api/types";
import { useQueryParam } from "../../app/use_query_param";
import { Button } from "../../components/Button";
import { SearchField } from "../../components/SearchField";
import { SelectField } from "../../components/SelectField";
import { EmptyState, Skeleton } from "../../components/States";
import { formatNoun } from "../../format/number";
import { titleOfStep } from "../../format/text";
import css from "./EventLog.module.css";
import { EventRow } from "./EventRow";
import { filterEvents, KIND_GROUPS } from "./event_filter";
import { LEVELS, type Level } from "./event_words";

const ROW_HEIGHT = 28;
const LEVEL_OPTIONS = [
  { value: "debug", label: "Everything" },
  { value: "warning", label: "Warnings and errors" },
  { value: "error", label: "Errors" },
];

type Props = { run: Run; events: readonly Event[]; isLive: boolean; step: number | null };

/** The record of a run, line by line. */
export function EventLog({ run, events, isLive, step }: Props) {
  const [search, setSearch] = useQueryParam("search");
  const [level, setLevel] = useQueryParam("level");
  const [kind, setKind] = useQueryParam("kind");
  const [only, setOnly] = useQueryParam("only");
  const [follows, setFollows] = useState(isLive);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const ofStep = only === "step" ? step : null;
  const group = KIND_GROUPS.find(({ value }) => value === kind)?.value ?? "";
  const nameOf = useCallback(
    (index: number) => {
      const one = run.steps[index];
      return one ? titleOfStep(one) : "";
    },
    [run.steps],
  );
  const shown = useMemo(
    () => filterEvents(events, { level: levelOf(level), group, step: ofStep, search }, nameOf),
    [events, level, group, ofStep, search, nameOf],
  );
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (i) => shown[i]?.id ?? i,
    overscan: 12,
  });
  useEffect(() => {
    if (follows && shown.length > 0) virtual.scrollToIndex(shown.length - 1, { align: "end" });
  }, [follows, shown.length, virtual]);

  const toggle = (id: number) => {
    setFollows(false);
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  };
  return (
    <div className={css.log}>
      <div className={css.bar}>
        <SearchField label="Search events" placeholder="Search" value={search} onChange={setSearch} />
        <SelectField label="Info and up" value={level} options={LEVEL_OPTIONS} onChange={setLevel} />
        <SelectField label="Every kind" value={kind} options={KIND_GROUPS} onChange={setKind} />
        {step !== null && (
          <Button aria-pressed={only === "step"} onClick={() => setOnly(only === "step" ? "" : "step")}>
            {only === "step" ? "Only this step" : "This step"}
          </Button>
        )}
        <span className={css.count}>{formatNoun(shown.length, "event")}</span>
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
      {events.length === 0 && <Skeleton lines={6} />}
      {shown.length === 0 && events.length > 0 && <EmptyState title="No event fits" />}
      <div ref={scroller} className={css.scroller} onWheel={(event) => event.deltaY < 0 && setFollows(false)}>
        <div className={css.rows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const event = shown[item.index];
            return (
              event && (
                <div
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  className={css.place}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <EventRow
                    event={event}
                    step={run.steps[event.step]}
                    isOpen={open.has(event.id)}
                    onToggle={() => toggle(event.id)}
                  />
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

function levelOf(text: string): Level {
  return LEVELS.find((level) => level === text) ?? "info";
}
