import { useEffect } from "react";
import { useLocation } from "wouter";
import { NAVIGATION } from "./routes";

const WITHIN_MS = 900;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** `g` and then a letter goes to a page. */
export function useNavigationKeys() {
  const [, navigate] = useLocation();
  useEffect(() => {
    let pressed = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "g") {
        pressed = event.timeStamp;
        return;
      }
      const entry = NAVIGATION.find(({ keys }) => keys === `g ${event.key}`);
      if (entry && event.timeStamp - pressed < WITHIN_MS) navigate(entry.path);
      pressed = 0;
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate]);
}
