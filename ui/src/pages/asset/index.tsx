import { Link } from "wouter";
import { useAsset } from "../../api/queries";
import { Page } from "../../app/Page";
import { AssetLink } from "../../components/AssetLink";
import { Badge } from "../../components/Badge";
import { Facts } from "../../components/Facts";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { Time } from "../../components/Time";
import { formatBytes, formatCount } from "../../format/number";
import { paths } from "../../paths";

export function AssetPage({ id: key }: { id: string }) {
  const asset = useAsset(key);
  return (
    <Page
      title={key}
      crumbs={<Link href={paths.catalog()}>Catalog</Link>}
      subtitle={asset.data?.description}
      tags={
        asset.data && (
          <>
            <StatusTag status={asset.data.status} />
            {asset.data.stale && <StatusTag status="stale" />}
            {asset.data.location && <LocationTag name={asset.data.location} look="filled" />}
          </>
        )
      }
    >
      <Panel title="Definition">
        <Loaded query={asset}>
          {(data) => (
            <Facts
              of={[
                ["Group", data.group ?? "–"],
                ["Kinds", data.kinds.map((kind) => <Badge key={kind}>{kind}</Badge>)],
                ["Owners", data.owners.join(", ") || "–"],
                ["Made from", data.deps.map((dep) => <AssetLink key={dep.key} assetKey={dep.key} />)],
                ["Used by", data.consumers.map((consumer) => <AssetLink key={consumer.key} assetKey={consumer.key} />)],
                data.current ? ["Rows", formatCount(data.current.rows)] : null,
                data.current ? ["Size", formatBytes(data.current.bytes)] : null,
                data.current ? ["Materialized", <Time key="at" at={data.current.created_at} />] : null,
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
