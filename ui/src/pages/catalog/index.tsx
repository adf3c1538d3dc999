import { useCallback, useMemo, useState } from "react";
import { asProblem } from "../../api/client";
import { useAssets } from "../../api/queries";
import type { AssetSummary } from "../../api/types";
import { Page } from "../../app/Page";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { Table } from "../../components/Table";
import { useIsPhone } from "../../components/use_media";
import { formatNoun } from "../../format/number";
import { paths } from "../../paths";
import { columnsWith } from "./columns";
import { NoAssets, NoneFits, WrongSelection } from "./Empty";
import { Filters } from "./Filters";
import { MarkedBar } from "./MarkedBar";
import { useCatalogFilter } from "./use_catalog_filter";
import { useFirstRowKeys } from "./use_first_row_keys";
import { useMarks } from "./use_marks";

export function CatalogPage() {
  const filter = useCatalogFilter();
  const assets = useAssets(filter.question);
  const marks = useMarks();
  const [sheet, setSheet] = useState<HTMLDivElement | null>(null);
  const isPhone = useIsPhone();
  useFirstRowKeys(sheet);
  const rows = useMemo(() => assets.data?.pages.flatMap((page) => page.items) ?? [], [assets.data]);
  const columns = useMemo(() => columnsWith(marks, rows, isPhone), [marks, rows, isPhone]);
  const total = assets.data?.pages[0]?.total;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = assets;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const onKey = (key: string, asset: AssetSummary) => {
    if (key === "x" || key === " ") marks.toggle(asset.key);
    if (key === "Escape") marks.clear();
  };
  const selectionProblem =
    filter.values.select !== "" && assets.error && asProblem(assets.error).kind === "invalid" ? assets.error : null;
  return (
    <Page
      title="Catalog"
      subtitle={subtitleOf(total, filter.isActive)}
      fit="fill"
      toolbar={<Filters filter={filter} selectionProblem={selectionProblem} />}
    >
      <Panel flush grow>
        <div ref={setSheet} style={{ display: "contents" }}>
          {selectionProblem ? (
            <WrongSelection onClear={() => filter.set("select", "")} />
          ) : (
            <Loaded query={assets} lines={8}>
              {() => (
                <Table
                  label="Assets"
                  columns={columns}
                  rows={rows}
                  rowKey={(asset) => asset.key}
                  rowHref={(asset) => paths.asset(asset.key)}
                  isMarked={(asset) => marks.keys.has(asset.key)}
                  onKey={onKey}
                  sort={filter.sort}
                  onSort={filter.setSort}
                  onEnd={onEnd}
                  empty={filter.isActive ? <NoneFits onClear={filter.clear} /> : <NoAssets />}
                />
              )}
            </Loaded>
          )}
        </div>
        <MarkedBar marks={marks} />
      </Panel>
    </Page>
  );
}

function subtitleOf(total: number | undefined, isFiltered: boolean): string {
  if (total === undefined) return "Assets of all code locations";
  return isFiltered ? `${formatNoun(total, "asset")} ${total === 1 ? "fits" : "fit"}` : formatNoun(total, "asset");
}
