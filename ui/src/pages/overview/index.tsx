import { useOverview } from "../../api/queries";
import { Page } from "../../app/Page";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { formatCount } from "../../format/number";
import { paths } from "../../paths";

export function OverviewPage() {
  const overview = useOverview();
  return (
    <Page title="Overview" subtitle="Each team's assets, and how they stand" fit="fill">
      <Panel flush grow>
        <Loaded query={overview}>
          {({ teams }) => (
            <Table
              label="Teams"
              rows={teams}
              rowKey={(team) => team.location}
              rowHref={(team) => paths.location(team.location)}
              columns={[
                { id: "location", header: "Code location", cell: (team) => <LocationTag name={team.location} /> },
                { id: "health", header: "Code", cell: (team) => <StatusTag status={team.health} look="plain" /> },
                { id: "assets", header: "Assets", align: "right", cell: (team) => formatCount(team.assets) },
                { id: "stale", header: "Stale", align: "right", cell: (team) => formatCount(team.stale) },
                {
                  id: "last",
                  header: "Materialized",
                  wideOnly: true,
                  cell: (team) => <Time at={team.last_materialized_at} />,
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
