import { ShieldCheck } from "lucide-react";
import type { Impact } from "../api/types";
import { formatNoun } from "../format/number";
import { AssetLink } from "./AssetLink";
import { Badge } from "./Badge";
import css from "./ImpactByLocation.module.css";
import { LocationTag } from "./LocationTag";
import { Panel } from "./Panel";
import { EmptyState } from "./States";

type Consumer = Impact["locations"][number]["assets"][number];

/** Whom a change would reach: a sheet a code location, direct consumers first. */
export function ImpactByLocation({ impact, what }: { impact: Impact; what: string }) {
  const reached = impact.locations.filter((one) => one.assets.length > 0);
  if (reached.length === 0) {
    return (
      <Panel>
        <EmptyState icon={ShieldCheck} title="Nobody depends on it">
          A change of {what} reaches no other asset.
        </EmptyState>
      </Panel>
    );
  }
  const assets = reached.reduce((sum, one) => sum + one.assets.length, 0);
  return (
    <div className={css.list}>
      <p className={css.lead}>
        A change of {what} reaches <strong>{formatNoun(assets, "asset")}</strong> in{" "}
        <strong>{formatNoun(reached.length, "code location")}</strong>.
      </p>
      {reached.map((one) => (
        <Panel
          key={one.location}
          title={<LocationTag name={one.location} />}
          actions={<span className={css.count}>{formatNoun(one.assets.length, "asset")}</span>}
          flush
        >
          <ul>
            {[...one.assets].sort(byDistance).map((asset) => (
              <Row key={asset.key} asset={asset} />
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  );
}

const byDistance = (a: Consumer, b: Consumer) => a.distance - b.distance || a.key.localeCompare(b.key);

function Row({ asset }: { asset: Consumer }) {
  return (
    <li className={css.row}>
      <span className={css.key}>
        <AssetLink assetKey={asset.key} />
      </span>
      <span className={css.through}>
        {asset.loaded ? "loads" : "is made after"} <AssetLink assetKey={asset.through} />
      </span>
      <Badge tone={asset.distance === 1 ? "warn" : "calm"}>
        {asset.distance === 1 ? "direct" : `${asset.distance} steps away`}
      </Badge>
    </li>
  );
}
