import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 160;

/** Text that is shown at once and handed on when the typing pauses. */
export function useTyped(value: string, onPause: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(value);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => () => clearTimeout(waiting.current), []);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => onPause(text.trim()), text === "" ? 0 : PAUSE_MS);
  };
  return [typed, type];
}
