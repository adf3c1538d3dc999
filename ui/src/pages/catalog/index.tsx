import { Boxes } from "lucide-react";
import { useCallback } from "react";
import { useAssets } from "../../api/queries";
import type { AssetSummary } from "../../api/types";
import { Page } from "../../app/Page";
import { useQueryParam } from "../../app/use_query_param";
import { AssetLink } from "../../components/AssetLink";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { SearchField } from "../../components/SearchField";
import { EmptyState, Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { type Column, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { formatBytes, formatCount, formatNoun } from "../../format/number";
import { paths } from "../../paths";

type ColumnId = "key" | "location" | "group" | "status" | "materialized_at" | "rows" | "bytes";

const COLUMNS: readonly Column<AssetSummary, ColumnId>[] = [
  {
    id: "key",
    header: "Asset",
    width: "minmax(0, 2fr)",
    sortable: true,
    cell: (asset) => <AssetLink assetKey={asset.key} />,
  },
  {
    id: "status",
    header: "Status",
    width: "130px",
    sortable: true,
    cell: (asset) => <StatusTag status={asset.status} look="plain" />,
  },
  {
    id: "location",
    header: "Code location",
    sortable: true,
    wideOnly: true,
    cell: (asset) => asset.location && <LocationTag name={asset.location} />,
  },
  { id: "group", header: "Group", sortable: true, wideOnly: true, cell: (asset) => asset.group },
  {
    id: "rows",
    header: "Rows",
    width: "90px",
    align: "right",
    wideOnly: true,
    cell: (asset) => formatCount(asset.rows),
  },
  {
    id: "bytes",
    header: "Size",
    width: "80px",
    align: "right",
    wideOnly: true,
    cell: (asset) => formatBytes(asset.bytes),
  },
  {
    id: "materialized_at",
    header: "Materialized",
    width: "120px",
    sortable: true,
    wideOnly: true,
    cell: (asset) => <Time at={asset.materialized_at} />,
  },
];

const SORTABLE = ["key", "location", "group", "status", "materialized_at"] as const;

export function CatalogPage() {
  const [search, setSearch] = useQueryParam("search");
  const [location] = useQueryParam("location");
  const [group] = useQueryParam("group");
  const [by, setBy] = useQueryParam("sort", "key");
  const [order, setOrder] = useQueryParam("order", "asc");
  const sort = SORTABLE.find((id) => id === by) ?? "key";
  const assets = useAssets({ search, location, group, sort, order: order === "desc" ? "desc" : "asc" });
  const rows = assets.data?.pages.flatMap((page) => page.items) ?? [];
  const total = assets.data?.pages[0]?.total;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = assets;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <Page
      title="Catalog"
      subtitle={total === undefined ? "Assets of all code locations" : formatNoun(total, "asset")}
      fit="fill"
      toolbar={<SearchField label="Search assets" value={search} onChange={setSearch} />}
    >
      <Panel flush grow>
        <Loaded query={assets} lines={8}>
          {() => (
            <Table
              label="Assets"
              columns={COLUMNS}
              rows={rows}
              rowKey={(asset) => asset.key}
              rowHref={(asset) => paths.asset(asset.key)}
              sort={{ by: sort, order: order === "desc" ? "desc" : "asc" }}
              onSort={(next) => {
                setBy(next.by);
                setOrder(next.order);
              }}
              onEnd={onEnd}
              empty={<EmptyState icon={Boxes} title="No asset fits" />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
