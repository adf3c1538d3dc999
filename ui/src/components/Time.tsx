import { formatAbsolute, formatRelative } from "../format/time";
import { Tooltip } from "./Tooltip";
import { useNow } from "./use_now";

/** How long ago, with the time itself as a tooltip; a dash when there is none. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return <span>–</span>;
  return (
    <Tooltip text={formatAbsolute(at)}>
      <time dateTime={at}>{formatRelative(at, now)}</time>
    </Tooltip>
  );
}
