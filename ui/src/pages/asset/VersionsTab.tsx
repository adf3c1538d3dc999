import { History } from "lucide-react";
import type { ReactNode } from "react";
import { useVersions } from "../../api/queries";
import type { Asset, Version } from "../../api/types";
import { useQueryParam } from "../../app/use_query_param";
import { Button } from "../../components/Button";
import { Panel } from "../../components/Panel";
import { EmptyState, Loaded } from "../../components/States";
import { formatBytes, formatCount } from "../../format/number";
import { PreviewPanel } from "./PreviewPanel";
import { Sparkline } from "./Sparkline";
import { VersionDetail } from "./VersionDetail";
import { VersionList } from "./VersionList";
import css from "./VersionsTab.module.css";

/** Every value it had: how its size went, and the chosen one beside the one before it. */
export function VersionsTab({ asset }: { asset: Asset }) {
  const versions = useVersions(asset.key);
  return (
    <Loaded query={versions} lines={8}>
      {(data) => {
        const all = data.pages.flatMap((page) => page.items);
        if (all.length === 0) return <NoVersions />;
        return (
          <Versions
            asset={asset}
            versions={all}
            more={
              versions.hasNextPage && (
                <Button look="quiet" busy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
                  Show older ones
                </Button>
              )
            }
          />
        );
      }}
    </Loaded>
  );
}

function NoVersions() {
  return (
    <Panel>
      <EmptyState icon={History} title="No versions yet">
        Each materialization leaves one: its rows, columns, inputs and the run that made it.
      </EmptyState>
    </Panel>
  );
}

type Props = { asset: Asset; versions: readonly Version[]; more: ReactNode };

function Versions({ asset, versions, more }: Props) {
  const [chosenId, choose] = useQueryParam("version");
  const found = versions.findIndex((version) => version.id === chosenId);
  const at = Math.max(found, 0);
  const chosen = versions[at];
  return (
    <>
      {versions.length > 1 && <Trends versions={versions} />}
      <div className={css.columns}>
        <Panel title="Versions" flush>
          <VersionList
            versions={versions}
            current={asset.current?.id ?? null}
            chosen={chosen?.id ?? null}
            onChoose={choose}
          />
          {more && <div className={css.more}>{more}</div>}
        </Panel>
        {chosen && (
          <div className={css.stack}>
            <VersionDetail version={chosen} before={versions[at + 1] ?? null} home={asset.location} />
            <PreviewPanel assetKey={asset.key} version={chosen.id} />
          </div>
        )}
      </div>
    </>
  );
}

function Trends({ versions }: { versions: readonly Version[] }) {
  const oldestFirst = [...versions].reverse();
  const rows = oldestFirst.map((version) => version.rows);
  const bytes = oldestFirst.map((version) => version.bytes);
  return (
    <div className={css.trends}>
      <Trend name="Rows" values={rows} format={formatCount} />
      <Trend name="Size" values={bytes} format={formatBytes} />
    </div>
  );
}

type TrendProps = { name: string; values: readonly (number | null)[]; format: (value: number | null) => string };

function Trend({ name, values, format }: TrendProps) {
  const known = values.filter((value) => value !== null);
  const now = known.at(-1);
  if (now === undefined || known.length < 2) return null;
  const least = format(Math.min(...known));
  const most = format(Math.max(...known));
  const range = least === most ? `the same in ${known.length} versions` : `${least} to ${most}`;
  return (
    <Panel>
      <div className={css.trend}>
        <div>
          <p className={css.trendName}>{name}</p>
          <p className={css.trendNow}>{format(now)}</p>
          <p className={css.trendName}>{range}</p>
        </div>
        <Sparkline label={`${name} over ${values.length} versions: ${range}`} values={values} />
      </div>
    </Panel>
  );
}
