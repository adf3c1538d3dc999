import { FolderGit2 } from "lucide-react";
import { useLocations } from "../../api/queries";
import type { Location } from "../../api/types";
import { Page } from "../../app/Page";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { EmptyState, Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { type Column, Table } from "../../components/Table";
import { Time } from "../../components/Time";
import { WorkspaceLesson } from "../../components/WorkspaceLesson";
import { formatCount } from "../../format/number";
import { paths } from "../../paths";
import { Findings } from "./Findings";
import css from "./locations.module.css";
import { ReloadAllButton } from "./ReloadButton";

export { LocationPage } from "./LocationPage";

const MANIFEST_SHOWN = 8;

const COLUMNS: readonly Column<Location>[] = [
  {
    id: "name",
    header: "Code location",
    width: "minmax(0, 2fr)",
    cell: (location) => <LocationTag name={location.name} />,
  },
  {
    id: "health",
    header: "Code",
    width: "92px",
    cell: (location) => <StatusTag status={location.health} look="plain" />,
  },
  { id: "assets", header: "Assets", width: "64px", align: "right", cell: (location) => formatCount(location.assets) },
  {
    id: "python",
    header: "Python",
    width: "90px",
    wideOnly: true,
    cell: (location) => location.python?.version ?? "–",
  },
  {
    id: "loaded",
    header: "Loaded",
    width: "100px",
    wideOnly: true,
    cell: (location) => <Time at={location.loaded_at} />,
  },
  {
    id: "manifest",
    header: "Definitions",
    width: "96px",
    wideOnly: true,
    cell: (location) => <code className={css.id}>{location.manifest?.slice(0, MANIFEST_SHOWN) ?? "–"}</code>,
  },
  {
    id: "warnings",
    header: "Warnings",
    width: "84px",
    align: "right",
    wideOnly: true,
    cell: ({ warnings }) => <span className={warnings ? css.warnings : undefined}>{formatCount(warnings)}</span>,
  },
];

export function LocationsPage() {
  const locations = useLocations();
  return (
    <Page
      title="Code locations"
      subtitle="Repositories, their environments and their code"
      actions={<ReloadAllButton />}
    >
      <Panel flush>
        <Loaded query={locations} lines={4}>
          {(data) => (
            <Table
              label="Code locations"
              columns={COLUMNS}
              rows={data}
              rowKey={(location) => location.name}
              rowHref={(location) => paths.location(location.name)}
              empty={
                <EmptyState icon={FolderGit2} title="This workspace names no repository yet">
                  <WorkspaceLesson />
                </EmptyState>
              }
            />
          )}
        </Loaded>
      </Panel>
      <Findings />
    </Page>
  );
}
