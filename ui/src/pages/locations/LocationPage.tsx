import { Link } from "wouter";
import { useLocation } from "../../api/queries";
import { Page } from "../../app/Page";
import { Facts } from "../../components/Facts";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { Time } from "../../components/Time";
import { formatCount } from "../../format/number";
import { paths } from "../../paths";

export function LocationPage({ id: name }: { id: string }) {
  const location = useLocation(name);
  return (
    <Page
      title={name}
      crumbs={<Link href={paths.locations()}>Code locations</Link>}
      tags={location.data && <StatusTag status={location.data.health} />}
    >
      <Panel title="Environment">
        <Loaded query={location}>
          {(data) => (
            <Facts
              of={[
                ["Assets", formatCount(data.assets)],
                ["Python", data.python ? `${data.python.implementation} ${data.python.version}` : "–"],
                ["Interpreter", <code key="i">{data.interpreter ?? "–"}</code>],
                ["Working directory", <code key="w">{data.working_directory ?? "–"}</code>],
                ["Loaded", <Time key="l" at={data.loaded_at} />],
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
