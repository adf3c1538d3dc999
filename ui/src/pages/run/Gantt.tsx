import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Event, Run, Step } from "../../api/types";
import { attemptsOf, ENDED_RUN } from "./attempts";
import css from "./Gantt.module.css";
import { GanttControls } from "./GanttControls";
import { GanttLinks } from "./GanttLinks";
import { GanttRows } from "./GanttRows";
import { kinOf, linksOf } from "./gantt_links";
import { ganttRows, waitersOf } from "./gantt_rows";
import { formatTick, type Scale, ticksOf } from "./time_axis";
import { useFineNow, useGanttView, useWidth } from "./use_gantt_view";

export const ROW_HEIGHT = 28;
const AXIS_HEIGHT = 30;
const LEAST_LENGTH_MS = 10;
const ROOM_AT_END = 1.04;

type Props = {
  run: Run;
  events: readonly Event[];
  isGrouped: boolean;
  selected: number | null;
  onSelect: (step: number) => void;
};

/** When each step of a run waited and ran. */
export function Gantt({ run, events, isGrouped, selected, onSelect }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const lane = useRef<HTMLDivElement>(null);
  const width = useWidth(lane);
  const isRunning = !ENDED_RUN.has(run.status);
  const begun = Date.parse(run.started_at ?? run.created_at);
  const now = Math.max(useFineNow(isRunning), lastTime(events));
  const end = run.ended_at ? Date.parse(run.ended_at) : isRunning ? now : lastTime(events);
  const length = Math.max(end - begun, LEAST_LENGTH_MS) * ROOM_AT_END;
  const control = useGanttView(scroller, width, length);
  const scale: Scale = { view: control.view, width, begun, now: end };

  const attempts = useMemo(() => attemptsOf(events), [events]);
  const waiters = useMemo(() => waitersOf(run.steps), [run.steps]);
  const rows = useMemo(() => ganttRows(run.steps, isGrouped), [run.steps, isGrouped]);
  const [hovered, setHovered] = useState<Step | null>(null);
  const kin = useMemo(() => hovered && kinOf(hovered, waiters), [hovered, waiters]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    scrollMargin: AXIS_HEIGHT,
    scrollPaddingStart: AXIS_HEIGHT,
    scrollPaddingEnd: 3 * ROW_HEIGHT,
  });

  const at = rows.findIndex((row) => row.kind === "step" && row.step.index === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [at, virtual]);

  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      for (let i = at + by; i >= 0 && i < rows.length; i += by) {
        const row = rows[i];
        if (row?.kind === "step") return onSelect(row.step.index);
      }
    }
    if (event.key === "+" || event.key === "=") control.closer();
    if (event.key === "-") control.further();
    if (event.key === "0") control.fit();
    if (event.key === "ArrowLeft") control.pan(-0.2);
    if (event.key === "ArrowRight") control.pan(0.2);
  };

  const height = virtual.getTotalSize();
  return (
    <div className={css.chart}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the chart; rows are buttons */}
      <div ref={scroller} className={css.scroller} onKeyDown={onKeyDown} onPointerMove={control.onPointerMove}>
        <div className={css.axis}>
          <div className={css.corner}>
            <GanttControls control={control} />
          </div>
          <div ref={lane} className={css.ticks} aria-hidden>
            {ticksOf(control.view, width).map((ms) => (
              <span key={ms} className={css.tick} style={{ left: leftOf(ms, scale) }}>
                {formatTick(ms)}
              </span>
            ))}
          </div>
        </div>
        <div className={css.body} style={{ height }}>
          <div className={css.grid} style={{ width }} aria-hidden>
            {ticksOf(control.view, width).map((ms) => (
              <span key={ms} className={css.line} style={{ left: leftOf(ms, scale) }} />
            ))}
          </div>
          <GanttRows
            rows={rows}
            items={virtual.getVirtualItems()}
            steps={run.steps}
            attempts={attempts}
            scale={scale}
            selected={selected}
            kin={kin}
            onSelect={onSelect}
            onHover={setHovered}
          />
          {hovered && (
            <GanttLinks
              links={linksOf(hovered, run.steps, waiters, rows, scale, ROW_HEIGHT)}
              width={width}
              height={height}
            />
          )}
        </div>
      </div>
    </div>
  );
}

function leftOf(ms: number, { view, width }: Scale): number {
  return ((ms - view.from) / (view.to - view.from)) * width;
}

function lastTime(events: readonly Event[]): number {
  const last = events.at(-1);
  return last ? Date.parse(last.at) : 0;
}
