import { Workflow } from "lucide-react";
import { Link } from "wouter";
import { useAssetIndex, useLineage } from "../../api/queries";
import type { Lineage } from "../../api/types";
import { AssetLink } from "../../components/AssetLink";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { EmptyState, Loaded } from "../../components/States";
import { StatusIcon } from "../../components/StatusTag";
import { formatNoun } from "../../format/number";
import { selectDownstream } from "../../format/selection";
import { LineageView } from "../../graph/LineageView";
import { paths } from "../../paths";
import css from "./LineageTab.module.css";

type Distant = Lineage["upstream"][number];

/** What it is made from and what is made from it, nearest first, across code locations. */
export function LineageTab({ assetKey }: { assetKey: string }) {
  const lineage = useLineage(assetKey);
  return (
    <Loaded query={lineage} lines={8}>
      {(data) => (
        <div className={css.stack}>
          <LineageView assetKey={assetKey} />
          <div className={css.columns}>
            <Side title="Upstream" assets={data.upstream} none="It is made from nothing else." />
            <Side title="Downstream" assets={data.downstream} none="Nothing is made from it yet." />
          </div>
          <Link
            className={css.link}
            href={paths.lineage({ select: `+${selectDownstream(assetKey)}`, focus: assetKey })}
          >
            <Workflow size={15} aria-hidden /> Show in the graph
          </Link>
        </div>
      )}
    </Loaded>
  );
}

function Side({ title, assets, none }: { title: string; assets: readonly Distant[]; none: string }) {
  const levels = new Map<number, Distant[]>();
  for (const asset of assets) levels.set(asset.distance, [...(levels.get(asset.distance) ?? []), asset]);
  return (
    <Panel title={title} actions={<span className={css.count}>{formatNoun(assets.length, "asset")}</span>} flush>
      {assets.length === 0 && <EmptyState title={none} />}
      {[...levels].map(([distance, level]) => (
        <section key={distance} className={css.group} aria-label={distanceInWords(distance)}>
          <h3 className={css.level}>{distanceInWords(distance)}</h3>
          <ul>
            {level.map((asset) => (
              <Row key={asset.key} asset={asset} />
            ))}
          </ul>
        </section>
      ))}
    </Panel>
  );
}

const distanceInWords = (distance: number) => (distance === 1 ? "Direct" : `${distance} steps away`);

function Row({ asset: { key, location } }: { asset: Distant }) {
  const status = useAssetIndex().data?.get(key)?.status;
  return (
    <li className={css.row}>
      <span className={css.status}>{status && <StatusIcon status={status} />}</span>
      <span className={css.key}>
        <AssetLink assetKey={key} />
      </span>
      {location && <LocationTag name={location} />}
    </li>
  );
}
