import { useCallback, useEffect, useRef, useState } from "react";
import { call, urlOf } from "../../api/client";

export type LogStream = "stdout" | "stderr";

const PIECE = 262_144; // bytes at a time
const LOOK_AGAIN_MS = 1_000;

type State = { lines: readonly string[]; isAtEnd: boolean; error: unknown };
const NOTHING: State = { lines: [], isAtEnd: false, error: null };

/** Joins a further piece to lines; the last line may go on in it. */
export function appendText(lines: readonly string[], text: string): string[] {
  const [first = "", ...rest] = text.split("\n");
  return [...lines.slice(0, -1), (lines.at(-1) ?? "") + first, ...rest];
}

/** What an attempt of a step printed, piece by piece.  The server has no events for it: while the step runs and is looked at, its end is
 *  asked for each second. */
export function useStepLog(run: string, step: number, attempt: number, stream: LogStream, isLive: boolean) {
  const [state, setState] = useState(NOTHING);
  const offset = useRef(0);
  const asking = useRef<AbortController | null>(null);

  const more = useCallback(async () => {
    if (asking.current) return;
    const abort = new AbortController();
    asking.current = abort;
    try {
      const url = urlOf("/api/v1/runs/{run}/steps/{step}/logs/{stream}", {
        path: { run, step, stream },
        query: { attempt, offset: offset.current, limit: PIECE },
      });
      const response = await call(url, { signal: abort.signal });
      const text = await response.text();
      const next = Number(response.headers.get("Plait-Next-Offset") ?? offset.current + text.length);
      const isAtEnd = next - offset.current < PIECE;
      offset.current = next;
      setState((old) => ({
        lines: text === "" ? old.lines : appendText(old.lines, text),
        isAtEnd,
        error: null,
      }));
    } catch (error) {
      if (!abort.signal.aborted) setState((old) => ({ ...old, isAtEnd: true, error }));
    } finally {
      if (asking.current === abort) asking.current = null;
    }
  }, [run, step, attempt, stream]);

  useEffect(() => {
    offset.current = 0;
    setState(NOTHING);
    void more();
    return () => {
      asking.current?.abort();
      asking.current = null;
    };
  }, [more]);

  useEffect(() => {
    if (!isLive) {
      void more(); // what was printed last
      return;
    }
    const looking = setInterval(() => !document.hidden && void more(), LOOK_AGAIN_MS);
    return () => clearInterval(looking);
  }, [isLive, more]);

  return { ...state, more };
}
