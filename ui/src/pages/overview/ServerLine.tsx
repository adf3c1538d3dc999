import { useHealth } from "../../api/queries";
import type { Health } from "../../api/types";
import { Duration } from "../../components/Duration";
import { formatNoun } from "../../format/number";

const STATES: Readonly<Record<Health["status"], string>> = {
  ok: "",
  ending: "is about to end",
  failed: "cannot write its ledger any more",
};

/** How the server stands, in one line. */
export function ServerLine() {
  const health = useHealth().data;
  if (!health) return <>Each team's assets, and how they stand</>;
  const { status, version, started_at, runs, locations } = health;
  const broken = locations.broken + locations.stale;
  return (
    <>
      plait {version} {STATES[status]} · up <Duration from={started_at} to={null} />
      {" · "}
      {runs.started === 0 && runs.queued === 0
        ? "nothing runs"
        : `${formatNoun(runs.started, "run")} going${runs.queued > 0 ? `, ${runs.queued} queued` : ""}`}
      {broken > 0 && ` · the code of ${formatNoun(broken, "location")} does not load`}
    </>
  );
}
