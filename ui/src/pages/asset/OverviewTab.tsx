import type { Asset } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Panel } from "../../components/Panel";
import { EmptyState } from "../../components/States";
import css from "./asset.module.css";
import { Definition } from "./Definition";
import { MetadataTable } from "./MetadataTable";
import { PreviewPanel } from "./PreviewPanel";
import { SchemaTable } from "./SchemaTable";
import { ValueFigures } from "./ValueFigures";

/** What it is, and its newest value. */
export function OverviewTab({ asset }: { asset: Asset }) {
  const { current, description } = asset;
  const columns = current?.columns ?? [];
  const metadata = { ...asset.metadata, ...current?.metadata };
  return (
    <div className={css.columns}>
      <div className={css.stack}>
        {description && <p className={css.description}>{description}</p>}
        {current ? (
          <>
            <Panel title="Last value">
              <ValueFigures version={current} />
            </Panel>
            <PreviewPanel assetKey={asset.key} version={current.id} />
          </>
        ) : (
          <Panel>
            <NoValue kind={asset.kind} />
          </Panel>
        )}
        {Object.keys(metadata).length > 0 && (
          <Panel title="Metadata" flush>
            <MetadataTable metadata={metadata} />
          </Panel>
        )}
      </div>
      <div className={css.stack}>
        <Panel title="Definition">
          <Definition asset={asset} />
        </Panel>
        {columns.length > 0 && (
          <Panel title="Columns" actions={<Badge>{columns.length}</Badge>} flush>
            <SchemaTable columns={columns} />
          </Panel>
        )}
      </div>
    </div>
  );
}

function NoValue({ kind }: { kind: Asset["kind"] }) {
  if (kind === "external") {
    return (
      <EmptyState title="Made elsewhere">
        No step of plait makes it. Tell of its values with <code>plait asset report</code> or POST to{" "}
        <code>/report_asset_materialization</code>.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Not materialized yet">
      It has no value so far. Materialize it, with its upstream where that is missing too.
    </EmptyState>
  );
}
