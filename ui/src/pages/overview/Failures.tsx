import { CircleCheck } from "lucide-react";
import type { Overview } from "../../api/types";
import { AssetLink } from "../../components/AssetLink";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { RunLink } from "../../components/RunLink";
import { EmptyState } from "../../components/States";
import { StatusIcon } from "../../components/StatusTag";
import { Time } from "../../components/Time";
import { formatNoun } from "../../format/number";
import css from "./Failures.module.css";

/** Assets whose last attempt failed, newest first. */
export function Failures({ failures }: { failures: Overview["failures"] }) {
  return (
    <Panel
      title="Failing now"
      actions={failures.length > 0 && <span className={css.count}>{formatNoun(failures.length, "asset")}</span>}
      flush
    >
      {failures.length === 0 ? (
        <EmptyState icon={CircleCheck} title="Nothing fails" />
      ) : (
        <ul className={css.list}>
          {failures.map(({ key, location, run, at }) => (
            <li key={key} className={css.row}>
              <StatusIcon status="failed" />
              <AssetLink assetKey={key} />
              <span className={css.whose}>
                {location && <LocationTag name={location} />}
                <span className={css.when}>
                  <Time at={at} />
                </span>
                {run && <RunLink run={run} />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
