import { durationBetween, formatDuration } from "../format/time";
import { useNow } from "./use_now";

/** From one time to another, or to now, counting, while the second is null. */
export function Duration({ from, to }: { from: string | null; to: string | null }) {
  return to === null && from !== null ? <Counting from={from} /> : formatDuration(durationBetween(from, to));
}

function Counting({ from }: { from: string }) {
  return formatDuration(durationBetween(from, new Date(useNow())));
}
