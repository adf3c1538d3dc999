import { Play } from "lucide-react";
import { useRunsOfAsset } from "../../api/queries";
import { Panel } from "../../components/Panel";
import { RunTable } from "../../components/RunTable";
import { EmptyState, Loaded } from "../../components/States";

/** Runs that were to make it. */
export function RunsTab({ assetKey }: { assetKey: string }) {
  const runs = useRunsOfAsset(assetKey);
  return (
    <Panel flush>
      <Loaded query={runs} lines={6}>
        {({ items }) => (
          <RunTable
            label="Runs of this asset"
            runs={items}
            empty={<EmptyState icon={Play} title="No run was to make it yet" />}
          />
        )}
      </Loaded>
    </Panel>
  );
}
