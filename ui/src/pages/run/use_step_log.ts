import { useCallback, useEffect, useRef, useState } from "react";
import { call, urlOf } from "../../api/client";
import { grow, type LogText, NO_TEXT, prepend } from "./log_text";

export type LogStream = "stdout" | "stderr";
/** Where reading begins: near the end, going on with what is printed, or at the file's beginning, piece by piece. */
export type LogBegin = "end" | "start";

const TAIL = 524_288; // bytes that are shown of a long log
const PIECE = 524_288; // bytes at a time
const GATHER_MS = 30; // what comes within this time is drawn at once

type State = { text: LogText; isAtEnd: boolean; error: unknown };
const NOTHING: State = { text: NO_TEXT, isAtEnd: false, error: null };

export type StepLogState = ReturnType<typeof useStepLog>;

/** What an attempt of a step printed and, while it runs, what it prints.  Only a window of a long log is ever here. */
export function useStepLog(run: string, step: number, attempt: number, stream: LogStream, begin: LogBegin) {
  const [state, setState] = useState(NOTHING);
  const text = useRef(NO_TEXT);
  const asking = useRef<AbortController | null>(null);

  const show = useCallback((next: LogText, isAtEnd?: boolean) => {
    text.current = next;
    setState((old) => ({ text: next, isAtEnd: isAtEnd ?? old.isAtEnd, error: null }));
  }, []);

  const urlOfPiece = useCallback(
    (offset: number, limit: number) =>
      urlOf("/api/v1/runs/{run}/steps/{step}/logs/{stream}", {
        path: { run, step, stream },
        query: { attempt, offset, limit },
      }),
    [run, step, attempt, stream],
  );

  const read = useCallback(
    async (offset: number, limit: number, take: (bytes: Uint8Array) => void) => {
      if (asking.current || limit <= 0) return;
      const abort = new AbortController();
      asking.current = abort;
      try {
        const response = await call(urlOfPiece(offset, limit), { signal: abort.signal });
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (!abort.signal.aborted) take(bytes);
      } catch (error) {
        if (!abort.signal.aborted) setState((old) => ({ ...old, isAtEnd: true, error }));
      } finally {
        if (asking.current === abort) asking.current = null;
      }
    },
    [urlOfPiece],
  );

  /** The piece before what is shown. */
  const earlier = useCallback(() => {
    const { from } = text.current;
    const offset = Math.max(0, from - PIECE);
    void read(offset, from - offset, (bytes) => show(prepend(text.current, bytes, offset)));
  }, [read, show]);

  /** The piece behind what is shown, where that began at the beginning. */
  const more = useCallback(() => {
    const { to } = text.current;
    void read(to, PIECE, (bytes) =>
      show(grow(text.current, new TextDecoder().decode(bytes), to, to + bytes.length), bytes.length < PIECE),
    );
  }, [read, show]);

  useEffect(() => {
    text.current = NO_TEXT;
    setState(NOTHING);
    const url = urlOf("/api/v1/runs/{run}/steps/{step}/logs/{stream}/stream", {
      path: { run, step, stream },
      query: { attempt, tail: TAIL },
    });
    const close = begin === "end" ? follow(url, text, show, () => void read(0, 1, () => {})) : undefined;
    if (begin === "start") more();
    return () => {
      close?.();
      asking.current?.abort();
      asking.current = null;
    };
  }, [run, step, attempt, stream, begin, more, read, show]);

  const fileUrl = urlOf("/api/v1/runs/{run}/steps/{step}/logs/{stream}/file", {
    path: { run, step, stream },
    query: { attempt },
  });
  return { ...state, earlier, more, fileUrl };
}

type Piece = { offset: number; text: string };

/** Takes in what the server tells until the attempt has ended.  A connection that breaks comes back by itself, behind what it
 *  has; `onRefused`: the server does not want to. */
function follow(
  url: string,
  text: { current: LogText },
  show: (next: LogText, isAtEnd?: boolean) => void,
  onRefused: () => void,
): () => void {
  const source = new EventSource(url);
  let next = text.current;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const take = () => {
    gathering = undefined;
    show(next, true);
  };
  source.addEventListener("text", (message: MessageEvent<string>) => {
    const piece = JSON.parse(message.data) as Piece;
    if (gathering === undefined) next = text.current; // something may have come before it
    next = grow(next, piece.text, piece.offset, Number(message.lastEventId));
    gathering ??= setTimeout(take, GATHER_MS);
  });
  source.addEventListener("end", () => {
    source.close();
    if (gathering === undefined) show(text.current, true);
  });
  source.addEventListener("open", () => gathering === undefined && show(text.current, true));
  source.addEventListener("error", () => source.readyState === EventSource.CLOSED && onRefused());
  return () => {
    source.close();
    clearTimeout(gathering);
  };
}
