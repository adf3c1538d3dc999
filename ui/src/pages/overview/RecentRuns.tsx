import { Play } from "lucide-react";
import { Link } from "wouter";
import { useRuns } from "../../api/queries";
import { Panel } from "../../components/Panel";
import { RunTable } from "../../components/RunTable";
import { EmptyState, Loaded } from "../../components/States";
import { paths } from "../../paths";

const SHOWN = 8;

export function RecentRuns() {
  const runs = useRuns({});
  return (
    <Panel title="Recent runs" actions={<Link href={paths.runs()}>All runs</Link>} flush>
      <Loaded query={runs} lines={4}>
        {(data) => (
          <RunTable
            label="Recent runs"
            withLocations={false}
            runs={data.pages[0]?.items.slice(0, SHOWN) ?? []}
            empty={
              <EmptyState icon={Play} title="Nothing has run yet">
                Materialize something from the catalog, or with <code>plait materialize</code>
              </EmptyState>
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}
