import type { RunSummary } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Duration } from "../../components/Duration";
import { LocationTags } from "../../components/LocationTag";
import { RunLink } from "../../components/RunLink";
import { RunSelection } from "../../components/RunSelection";
import { StatusTag } from "../../components/StatusTag";
import type { Column } from "../../components/Table";
import { Time } from "../../components/Time";
import css from "./columns.module.css";
import { RunMenu } from "./RunMenu";
import { StepsBar } from "./StepsBar";

export const COLUMNS: readonly Column<RunSummary>[] = [
  { id: "status", header: "Status", width: "112px", cell: (run) => <StatusTag status={run.status} look="plain" /> },
  { id: "id", header: "Run", width: "76px", wideOnly: true, cell: (run) => <RunLink run={run.id} /> },
  { id: "asked", header: "Asked for", width: "minmax(0, 1.3fr)", cell: (run) => <Asked run={run} /> },
  {
    id: "locations",
    header: "Code locations",
    width: "minmax(230px, 1fr)",
    wideOnly: true,
    cell: (run) => <LocationTags names={run.locations} />,
  },
  {
    id: "steps",
    header: "Steps",
    width: "minmax(120px, 150px)",
    wideOnly: true,
    cell: (run) => <StepsBar run={run} />,
  },
  {
    id: "duration",
    header: "Duration",
    width: "92px",
    align: "right",
    wideOnly: true,
    cell: (run) => <Duration from={run.started_at} to={run.ended_at} />,
  },
  { id: "started", header: "Started", width: "88px", cell: (run) => <Time at={run.started_at ?? run.created_at} /> },
  { id: "menu", header: "", label: "Actions", width: "30px", wideOnly: true, cell: (run) => <RunMenu run={run} /> },
];

/** The selection and where; of what it is a retry; tags. */
function Asked({ run }: { run: RunSummary }) {
  const why = run.error ?? run.reason;
  return (
    <span className={css.asked}>
      <span className={css.selection}>
        <RunSelection of={run.request?.selection} />
      </span>
      {run.parent && (
        <span className={css.parent}>
          retry of <RunLink run={run.parent} />
        </span>
      )}
      {Object.entries(run.tags ?? {}).map(([name, value]) => (
        <Badge key={name}>{value === "" ? name : `${name}=${value}`}</Badge>
      ))}
      {why && (
        <span className={css.why} title={why}>
          {why}
        </span>
      )}
    </span>
  );
}
