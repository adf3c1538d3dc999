import { Play } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useRuns } from "../../api/queries";
import { Page } from "../../app/Page";
import { Button } from "../../components/Button";
import { Panel } from "../../components/Panel";
import { EmptyState, Loaded } from "../../components/States";
import { Table } from "../../components/Table";
import { paths } from "../../paths";
import { MaterializeButton } from "../../plan";
import { COLUMNS } from "./columns";
import { RunFilters } from "./RunFilters";
import { useRunFilter } from "./use_run_filter";

export function RunsPage() {
  const choice = useRunFilter();
  const runs = useRuns(choice.question);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = runs;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = useMemo(() => runs.data?.pages.flatMap((page) => page.items) ?? [], [runs.data]);
  return (
    <Page title="Runs" subtitle="What runs and ran, newest first" fit="fill" toolbar={<RunFilters {...choice} />}>
      <Panel flush grow>
        <Loaded query={runs} lines={8}>
          {() => (
            <Table
              label="Runs"
              columns={COLUMNS}
              rows={rows}
              rowKey={(run) => run.id}
              rowHref={(run) => paths.run(run.id)}
              onEnd={onEnd}
              empty={choice.isFiltered ? <NoneFits onClear={choice.clear} /> : <NothingYet />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function NothingYet() {
  return (
    <EmptyState
      icon={Play}
      title="Nothing has run yet"
      action={<MaterializeButton label="Materialize all" look="solid" />}
    >
      A run makes assets, each in its own repository’s environment. Start with everything, with one asset from its page,
      or in a terminal with <code>plait materialize --select NAME</code>. What would run is shown first.
    </EmptyState>
  );
}

function NoneFits({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState icon={Play} title="No run fits" action={<Button onClick={onClear}>Show all runs</Button>}>
      There are runs, but none that passes these filters.
    </EmptyState>
  );
}
