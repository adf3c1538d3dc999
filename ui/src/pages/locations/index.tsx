import { useLocations } from "../../api/queries";
import type { Location } from "../../api/types";
import { Page } from "../../app/Page";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { type Column, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { formatCount } from "../../format/number";
import { paths } from "../../paths";

export { LocationPage } from "./LocationPage";

const COLUMNS: readonly Column<Location>[] = [
  { id: "name", header: "Code location", cell: (location) => <LocationTag name={location.name} /> },
  {
    id: "health",
    header: "Code",
    width: "110px",
    cell: (location) => <StatusTag status={location.health} look="plain" />,
  },
  { id: "assets", header: "Assets", width: "80px", align: "right", cell: (location) => formatCount(location.assets) },
  {
    id: "python",
    header: "Python",
    width: "140px",
    wideOnly: true,
    cell: (location) => location.python?.version ?? "–",
  },
  {
    id: "loaded",
    header: "Loaded",
    width: "110px",
    wideOnly: true,
    cell: (location) => <Time at={location.loaded_at} />,
  },
];

export function LocationsPage() {
  const locations = useLocations();
  return (
    <Page title="Code locations" subtitle="Repositories, their environments and their code" fit="fill">
      <Panel flush grow>
        <Loaded query={locations}>
          {(data) => (
            <Table
              label="Code locations"
              columns={COLUMNS}
              rows={data}
              rowKey={(location) => location.name}
              rowHref={(location) => paths.location(location.name)}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
