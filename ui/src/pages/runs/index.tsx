import { Play } from "lucide-react";
import { useCallback } from "react";
import { useRuns } from "../../api/queries";
import type { RunSummary } from "../../api/types";
import { Page } from "../../app/Page";
import { Duration } from "../../components/Duration";
import { Panel } from "../../components/Panel";
import { RunLink } from "../../components/RunLink";
import { EmptyState, Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { type Column, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { paths } from "../../paths";

const COLUMNS: readonly Column<RunSummary>[] = [
  { id: "id", header: "Run", width: "90px", cell: (run) => <RunLink run={run.id} /> },
  { id: "status", header: "Status", width: "120px", cell: (run) => <StatusTag status={run.status} look="plain" /> },
  { id: "selection", header: "Selection", cell: (run) => run.request?.selection ?? "all assets" },
  {
    id: "steps",
    header: "Steps",
    width: "80px",
    align: "right",
    wideOnly: true,
    cell: (run) => `${run.steps_succeeded}/${run.steps}`,
  },
  {
    id: "duration",
    header: "Duration",
    width: "100px",
    align: "right",
    wideOnly: true,
    cell: (run) => <Duration from={run.started_at} to={run.ended_at} />,
  },
  { id: "created", header: "Created", width: "110px", cell: (run) => <Time at={run.created_at} /> },
];

export function RunsPage() {
  const runs = useRuns({});
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = runs;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <Page title="Runs" subtitle="What runs and ran, newest first" fit="fill">
      <Panel flush grow>
        <Loaded query={runs} lines={8}>
          {(data) => (
            <Table
              label="Runs"
              columns={COLUMNS}
              rows={data.pages.flatMap((page) => page.items)}
              rowKey={(run) => run.id}
              rowHref={(run) => paths.run(run.id)}
              onEnd={onEnd}
              empty={
                <EmptyState icon={Play} title="Nothing has run yet">
                  Materialize something from the catalog, or with <code>plait materialize</code>
                </EmptyState>
              }
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
