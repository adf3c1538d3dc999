import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keys } from "../../api/keys";
import type { Event } from "../../api/types";

const GATHER_MS = 100;
const RETRY_MS = 2_000;

export type RunRecord = { events: readonly Event[]; isWhole: boolean };
const NOTHING: RunRecord = { events: [], isWhole: false };

/** Every event of a run, as they are committed.  Where the connection breaks it goes on behind the last one it has. */
export function useRunRecord(run: string | undefined): RunRecord {
  const [record, setRecord] = useState(NOTHING);
  const cache = useQueryClient();
  useEffect(() => {
    if (run === undefined) return;
    const events: Event[] = [];
    let source: EventSource | undefined;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let retrying: ReturnType<typeof setTimeout> | undefined;

    const take = (isWhole: boolean) => {
      clearTimeout(gathering);
      gathering = undefined;
      setRecord({ events: [...events], isWhole });
    };
    const open = () => {
      source = new EventSource(`/api/v1/runs/${encodeURIComponent(run)}/events/stream?after=${events.at(-1)?.id ?? 0}`);
      source.addEventListener("event", (message: MessageEvent<string>) => {
        const event = JSON.parse(message.data) as Event;
        if (event.id <= (events.at(-1)?.id ?? 0)) return;
        events.push(event);
        gathering ??= setTimeout(take, GATHER_MS, false);
      });
      source.addEventListener("end", () => {
        source?.close();
        take(true);
        void cache.invalidateQueries({ queryKey: keys.run(run) });
      });
      source.addEventListener("error", () => {
        if (source?.readyState !== EventSource.CLOSED) return; // it comes back by itself, with Last-Event-ID
        retrying = setTimeout(open, RETRY_MS);
      });
    };
    setRecord(NOTHING);
    open();
    return () => {
      source?.close();
      clearTimeout(gathering);
      clearTimeout(retrying);
    };
  }, [run, cache]);
  return record;
}
