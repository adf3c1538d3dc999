import { useMemo } from "react";
import { Link } from "wouter";
import { useAsset } from "../../api/queries";
import type { AssetSummary } from "../../api/types";
import { Badge } from "../../components/Badge";
import { cx } from "../../components/cx";
import { Facts } from "../../components/Facts";
import { LocationTag } from "../../components/LocationTag";
import { RunLink } from "../../components/RunLink";
import { StatusIcon, StatusTag } from "../../components/StatusTag";
import { Time } from "../../components/Time";
import { formatBytes, formatCount } from "../../format/number";
import { selectAsset, selectDownstream, selectUpstream } from "../../format/selection";
import { splitKey } from "../../format/text";
import { type AssetGraph, neighbours, reach, reached } from "../../graph/asset_graph";
import { type Assets, shownStatus } from "../../graph/standing";
import { paths } from "../../paths";
import { writeAssets } from "./chosen";
import { Focus } from "./Focus";
import { Materialize } from "./Materialize";
import css from "./parts.module.css";
import type { SideProps } from "./SidePanel";

const MOST_LISTED = 8;

/** One asset: what it is, how it stands, who is hit when it changes. */
export function OfAsset({ standing, graph, address, onReveal, assetKey }: SideProps & { assetKey: string }) {
  const asset = standing.assets.get(assetKey);
  const detail = useAsset(assetKey);
  const lineage = useMemo(() => lineageOf(graph, assetKey, standing.assets), [graph, assetKey, standing.assets]);
  if (!asset) return null;
  const { prefix, name } = splitKey(assetKey);
  const choose = (key: string) => {
    address.setAt(writeAssets([key]));
    onReveal(key);
  };
  return (
    <>
      <div className={css.head}>
        <h2 className={css.name}>
          <Link href={paths.asset(assetKey)}>
            <span className={css.prefix}>{prefix}</span>
            {name}
          </Link>
        </h2>
        <div className={css.line}>
          {asset.location && <LocationTag name={asset.location} look="filled" />}
          <StatusTag status={shownStatus(asset)} />
        </div>
        {detail.data?.description && <p className={css.text}>{detail.data.description}</p>}
        {asset.status === "failed" && detail.data?.error && <p className={css.bad}>{detail.data.error.message}</p>}
        {asset.stale && detail.data?.stale_reasons[0] && (
          <p className={css.text}>{detail.data.stale_reasons[0].reason}</p>
        )}
      </div>
      {asset.location !== null && (
        <div className={cx(css.actions, css.stacked)}>
          <Materialize selection={selectAsset(assetKey)} label="Materialize" />
          <Materialize selection={selectDownstream(assetKey)} label="+ Downstream" look="outline" />
          <Materialize selection={selectUpstream(assetKey)} label="+ Upstream" look="outline" />
        </div>
      )}
      <FactsOf asset={asset} />
      <Focus keys={[assetKey]} address={address} />
      <Impact lineage={lineage} />
      <Neighbours
        title="Made from"
        keys={lineage.parents}
        total={lineage.up}
        assets={standing.assets}
        onChoose={choose}
      />
      <Neighbours
        title="Used by"
        keys={lineage.children}
        total={lineage.down}
        assets={standing.assets}
        onChoose={choose}
      />
    </>
  );
}

type Lineage = { parents: string[]; children: string[]; up: number; down: number; hit: [string, number][] };

function lineageOf(graph: AssetGraph, key: string, assets: Assets): Lineage {
  const below = reached(graph, reach(graph, [key], "down"));
  const hit = new Map<string, number>();
  for (const one of below) {
    const location = assets.get(one)?.location;
    if (location) hit.set(location, (hit.get(location) ?? 0) + 1);
  }
  return {
    parents: neighbours(graph, key, "up"),
    children: neighbours(graph, key, "down"),
    up: reached(graph, reach(graph, [key], "up")).length,
    down: below.length,
    hit: [...hit].sort(([, a], [, b]) => b - a),
  };
}

function FactsOf({ asset }: { asset: AssetSummary }) {
  return (
    <Facts
      of={[
        asset.group === null ? null : ["Group", asset.group],
        asset.kinds.length === 0 ? null : ["Kinds", asset.kinds.map((kind) => <Badge key={kind}>{kind}</Badge>)],
        asset.owners.length === 0 ? null : ["Owners", asset.owners.join(", ")],
        asset.materialized_at === null ? null : ["Materialized", <Time key="time" at={asset.materialized_at} />],
        asset.rows === null ? null : ["Rows", formatCount(asset.rows)],
        asset.bytes === null ? null : ["Size", formatBytes(asset.bytes)],
        asset.run === null ? null : ["Run", <RunLink key="run" run={asset.run} />],
      ]}
    />
  );
}

/** Whom a change would reach. */
function Impact({ lineage }: { lineage: Lineage }) {
  if (lineage.hit.length === 0) return null;
  return (
    <section className={css.section}>
      <h3>Who is hit when it changes</h3>
      <ul className={css.rows}>
        {lineage.hit.map(([location, count]) => (
          <li key={location} className={css.row}>
            <span className={css.grow}>
              <LocationTag name={location} />
            </span>
            <span className={css.number}>{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type NeighboursProps = {
  title: string;
  keys: string[];
  total: number;
  assets: Assets;
  onChoose: (key: string) => void;
};

function Neighbours({ title, keys, total, assets, onChoose }: NeighboursProps) {
  if (keys.length === 0) return null;
  return (
    <section className={css.section}>
      <h3>
        {title}
        <span>{total > keys.length ? `${keys.length} directly, ${total} in all` : keys.length}</span>
      </h3>
      <ul className={css.rows}>
        {keys.slice(0, MOST_LISTED).map((key) => {
          const asset = assets.get(key);
          return (
            <li key={key}>
              <button type="button" className={css.row} onClick={() => onChoose(key)}>
                {asset && <StatusIcon status={shownStatus(asset)} />}
                <span className={css.grow}>{key}</span>
                {asset?.location && <LocationTag name={asset.location} link={false} />}
              </button>
            </li>
          );
        })}
      </ul>
      {keys.length > MOST_LISTED && <p className={css.number}>and {keys.length - MOST_LISTED} more</p>}
    </section>
  );
}
