import { FolderGit2 } from "lucide-react";
import { useOverview } from "../../api/queries";
import { Page } from "../../app/Page";
import { Panel } from "../../components/Panel";
import { EmptyState, Loaded } from "../../components/States";
import { WorkspaceLesson } from "../../components/WorkspaceLesson";
import { Borders } from "./Borders";
import { Failures } from "./Failures";
import css from "./overview.module.css";
import { RecentRuns } from "./RecentRuns";
import { ServerLine } from "./ServerLine";
import { Teams } from "./Teams";

/** All teams at a glance: what stands, what fails, who depends on whom. */
export function OverviewPage() {
  const overview = useOverview();
  return (
    <Page title="Overview" subtitle={<ServerLine />}>
      <Loaded query={overview} lines={10}>
        {({ teams, edges, failures }) =>
          teams.length === 0 ? (
            <Panel>
              <EmptyState icon={FolderGit2} title="Welcome: this workspace names no repository yet">
                <WorkspaceLesson />
              </EmptyState>
            </Panel>
          ) : (
            <div className={css.columns}>
              <div className={css.stack}>
                <Teams teams={teams} />
                <div className={css.last}>
                  <RecentRuns />
                </div>
              </div>
              <div className={css.stack}>
                <Failures failures={failures} />
                <Borders borders={edges} />
              </div>
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}
