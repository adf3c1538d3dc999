import { useEffect, useRef } from "react";
import { type Command, commandOf } from "./keyboard";

const WITHIN_MS = 900;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** In a dialog keys belong to it. */
function isInDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"]') !== null;
}

/** Hands out what the keys of `keyboard.ts` mean. */
export function useKeyboard(run: (command: Command) => void) {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    let before = { key: "", at: 0 };
    const onKey = (event: KeyboardEvent) => {
      const after = event.timeStamp - before.at < WITHIN_MS ? before.key : "";
      before = { key: event.key, at: event.timeStamp };
      const command = commandOf(event, isTyping(event.target), after);
      if (!command || event.defaultPrevented || (command.do !== "palette" && isInDialog(event.target))) return;
      event.preventDefault();
      latest.current(command);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
