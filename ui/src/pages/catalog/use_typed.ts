import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 160;

/** Text that is shown at once and handed on when the typing pauses. */
export function useTyped(value: string, onPause: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(value);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    // from elsewhere: not while it is typed on, and not because a space at the end was left out
    if (waiting.current === undefined) setTyped((old) => (old.trim() === value ? old : value));
  }, [value]);
  useEffect(() => () => clearTimeout(waiting.current), []);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(
      () => {
        waiting.current = undefined;
        onPause(text.trim());
      },
      text === "" ? 0 : PAUSE_MS,
    );
  };
  return [typed, type];
}
