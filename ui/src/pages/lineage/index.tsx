import { useMemo } from "react";
import { useAssetIndex } from "../../api/queries";
import { Page } from "../../app/Page";
import { AssetLink } from "../../components/AssetLink";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { Table } from "../../components/Table";
import { paths } from "../../paths";

export function LineagePage() {
  const index = useAssetIndex();
  const assets = useMemo(() => [...(index.data?.values() ?? [])], [index.data]);
  return (
    <Page title="Lineage" subtitle="What is made from what" fit="fill">
      <Panel flush grow>
        <Loaded query={index}>
          {() => (
            <Table
              label="Assets and what they depend on"
              rows={assets}
              rowKey={(asset) => asset.key}
              rowHref={(asset) => paths.asset(asset.key)}
              columns={[
                { id: "key", header: "Asset", cell: (asset) => <AssetLink assetKey={asset.key} /> },
                {
                  id: "location",
                  header: "Code location",
                  width: "200px",
                  wideOnly: true,
                  cell: (asset) => asset.location && <LocationTag name={asset.location} />,
                },
                { id: "deps", header: "Made from", width: "minmax(0, 2fr)", cell: (asset) => asset.deps.join(", ") },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
