import { Link } from "wouter";
import { useRun } from "../../api/queries";
import { Page } from "../../app/Page";
import { Duration } from "../../components/Duration";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { Table } from "../../components/Table";
import { shortId } from "../../format/text";
import { paths } from "../../paths";

export function RunPage({ id }: { id: string }) {
  const run = useRun(id);
  return (
    <Page
      title={`Run ${shortId(run.data?.id ?? id)}`}
      crumbs={<Link href={paths.runs()}>Runs</Link>}
      tags={run.data && <StatusTag status={run.data.status} />}
      subtitle={run.data?.error ?? run.data?.reason}
      fit="fill"
    >
      <Panel title="Steps" flush grow>
        <Loaded query={run}>
          {(data) => (
            <Table
              label="Steps"
              rows={data.steps}
              rowKey={(step) => String(step.index)}
              columns={[
                { id: "name", header: "Step", cell: (step) => step.name },
                {
                  id: "status",
                  header: "Status",
                  width: "120px",
                  cell: (step) => <StatusTag status={step.status} look="plain" />,
                },
                {
                  id: "location",
                  header: "Code location",
                  wideOnly: true,
                  cell: (step) => <LocationTag name={step.location} />,
                },
                {
                  id: "duration",
                  header: "Duration",
                  width: "100px",
                  align: "right",
                  cell: (step) => <Duration from={step.started_at} to={step.ended_at} />,
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
