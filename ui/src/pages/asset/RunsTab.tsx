import { Play } from "lucide-react";
import { useCallback } from "react";
import { useRunsOfAsset } from "../../api/queries";
import { Panel } from "../../components/Panel";
import { RunTable } from "../../components/RunTable";
import { EmptyState, Loaded } from "../../components/States";

/** Runs that were to make it. */
export function RunsTab({ assetKey }: { assetKey: string }) {
  const runs = useRunsOfAsset(assetKey);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = runs;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <Panel flush>
      <Loaded query={runs} lines={6}>
        {({ pages }) => (
          <RunTable
            label="Runs of this asset"
            runs={pages.flatMap((page) => page.items)}
            onEnd={onEnd}
            empty={<EmptyState icon={Play} title="No run was to make it yet" />}
          />
        )}
      </Loaded>
    </Panel>
  );
}
