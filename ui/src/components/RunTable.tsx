import type { ReactNode } from "react";
import type { RunSummary } from "../api/types";
import { formatCount } from "../format/number";
import { paths } from "../paths";
import { Duration } from "./Duration";
import { LocationTags } from "./LocationTag";
import { RunLink } from "./RunLink";
import { RunSelection } from "./RunSelection";
import { StatusTag } from "./StatusTag";
import { type Column, Table } from "./Table";
import { Time } from "./Time";

const COLUMNS: readonly Column<RunSummary>[] = [
  { id: "id", header: "Run", width: "84px", cell: (run) => <RunLink run={run.id} /> },
  { id: "status", header: "Status", width: "112px", cell: (run) => <StatusTag status={run.status} look="plain" /> },
  {
    id: "selection",
    header: "Selection",
    wideOnly: true,
    cell: (run) => <RunSelection of={run.request?.selection} />,
  },
  {
    id: "locations",
    header: "Code locations",
    width: "minmax(0, 1.6fr)",
    wideOnly: true,
    cell: (run) => <LocationTags names={run.locations} />,
  },
  {
    id: "steps",
    header: "Steps",
    width: "92px",
    align: "right",
    wideOnly: true,
    cell: (run) => `${formatCount(run.steps_succeeded)}/${formatCount(run.steps)}`,
  },
  {
    id: "duration",
    header: "Duration",
    width: "84px",
    align: "right",
    wideOnly: true,
    cell: (run) => <Duration from={run.started_at} to={run.ended_at} />,
  },
  { id: "created", header: "Asked for", width: "minmax(84px, 100px)", cell: (run) => <Time at={run.created_at} /> },
];

/** Where there is no room for them. */
const WITHOUT_LOCATIONS = COLUMNS.filter((column) => column.id !== "locations");

type Props = {
  label: string;
  runs: readonly RunSummary[];
  empty: ReactNode;
  withLocations?: boolean;
  /** The end comes into sight: time to fetch more. */
  onEnd?: () => void;
};

/** A short list of runs; the page of runs has more to say. */
export function RunTable({ label, runs, empty, withLocations = true, onEnd }: Props) {
  return (
    <Table
      label={label}
      columns={withLocations ? COLUMNS : WITHOUT_LOCATIONS}
      rows={runs}
      rowKey={(run) => run.id}
      rowHref={(run) => paths.run(run.id)}
      empty={empty}
      {...(onEnd && { onEnd })}
    />
  );
}
