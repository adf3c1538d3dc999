import { type LiveState, useLive } from "../api/live";
import { useHealth } from "../api/queries";
import { cx } from "../components/cx";
import { Tooltip } from "../components/Tooltip";
import css from "./LiveIndicator.module.css";

const WORDS: Readonly<Record<LiveState, { label: string; text: string }>> = {
  connecting: { label: "Connecting", text: "Waiting for the server" },
  live: { label: "Live", text: "What happens shows at once" },
  lost: { label: "Offline", text: "The server does not answer; what you see may be old. Trying again by itself." },
};

/** Whether what is seen is current, and what runs now. */
export function LiveIndicator() {
  const state = useLive();
  const { data: health } = useHealth();
  const { label, text } = WORDS[state];
  const running = state === "live" && health ? health.runs.started + health.runs.queued : 0;
  return (
    <Tooltip text={health ? `${text} · plait ${health.version}` : text} side="bottom">
      <span className={cx(css.indicator, css[state])} role="status" tabIndex={0}>
        <span className={css.dot} aria-hidden />
        <span className={css.word}>{running > 0 ? `${running} running` : label}</span>
      </span>
    </Tooltip>
  );
}
