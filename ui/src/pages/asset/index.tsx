import { Link } from "wouter";
import { useAsset } from "../../api/queries";
import type { Asset } from "../../api/types";
import { Page } from "../../app/Page";
import { useQueryParam } from "../../app/use_query_param";
import { AssetLink } from "../../components/AssetLink";
import { FailureNote } from "../../components/FailureNote";
import { LocationTag } from "../../components/LocationTag";
import { RunLink } from "../../components/RunLink";
import { Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { type Tab, Tabs } from "../../components/Tabs";
import { splitKey } from "../../format/text";
import { paths } from "../../paths";
import { Actions } from "./Actions";
import css from "./asset.module.css";
import { ChecksTab } from "./ChecksTab";
import { ImpactTab } from "./ImpactTab";
import { LineageTab } from "./LineageTab";
import { OverviewTab } from "./OverviewTab";
import { RunsTab } from "./RunsTab";
import { VersionsTab } from "./VersionsTab";

export function AssetPage({ id: key }: { id: string }) {
  const asset = useAsset(key);
  const { prefix, name } = splitKey(key);
  return (
    <Page
      title={key}
      heading={
        <>
          <span className={css.prefix}>{prefix}</span>
          {name}
        </>
      }
      crumbs={<Crumbs asset={asset.data} />}
      tags={asset.data && <Tags asset={asset.data} />}
      subtitle={asset.data?.stale && <StaleBecause asset={asset.data} />}
      actions={asset.data && <Actions asset={asset.data} />}
    >
      <Loaded query={asset} lines={10}>
        {(data) => <Content key={key} asset={data} />}
      </Loaded>
    </Page>
  );
}

function Crumbs({ asset }: { asset: Asset | undefined }) {
  return (
    <>
      <Link href={paths.catalog()}>Catalog</Link>
      {asset?.group && (
        <>
          <span aria-hidden>/</span>
          <Link href={paths.catalog({ location: asset.location, group: asset.group })}>{asset.group}</Link>
        </>
      )}
    </>
  );
}

function Tags({ asset }: { asset: Asset }) {
  return (
    <>
      <StatusTag status={asset.status} />
      {asset.stale && <StatusTag status="stale" />}
      {asset.location && <LocationTag name={asset.location} look="filled" />}
      {asset.stale_location && <span className={css.lastGood}>its newest code does not load</span>}
    </>
  );
}

function StaleBecause({ asset }: { asset: Asset }) {
  return (
    <span className={css.because}>
      Stale:{" "}
      {asset.stale_reasons.map((reason, i) => (
        <span key={i} className={css.reason}>
          {i > 0 && "; "}
          {reason.reason}
          {reason.asset && !reason.reason.includes(reason.asset) && (
            <>
              {" "}
              (<AssetLink assetKey={reason.asset} />)
            </>
          )}
        </span>
      ))}
    </span>
  );
}

function Content({ asset }: { asset: Asset }) {
  const [tab, setTab] = useQueryParam("tab", "overview");
  const tabs: readonly Tab[] = [
    { id: "overview", label: "Overview", content: <OverviewTab asset={asset} /> },
    { id: "versions", label: "Versions", count: asset.versions.length, content: <VersionsTab asset={asset} /> },
    { id: "lineage", label: "Lineage", content: <LineageTab assetKey={asset.key} /> },
    { id: "impact", label: "Impact", content: <ImpactTab assetKey={asset.key} /> },
    { id: "runs", label: "Runs", content: <RunsTab assetKey={asset.key} /> },
    { id: "checks", label: "Checks", count: asset.checks.length, content: <ChecksTab asset={asset} /> },
  ];
  return (
    <>
      {asset.error && (
        <FailureNote
          failure={asset.error}
          title={
            <>
              The last attempt failed
              {asset.current && "; the value before it still stands"}
            </>
          }
          actions={asset.failed_run && <RunLink run={asset.failed_run} />}
        />
      )}
      <Tabs
        label="About this asset"
        tabs={tabs}
        value={tabs.some((one) => one.id === tab) ? tab : "overview"}
        onChange={setTab}
      />
    </>
  );
}
