import { ListChecks } from "lucide-react";
import type { Asset } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Panel } from "../../components/Panel";
import { RunLink } from "../../components/RunLink";
import { EmptyState } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { type Column, Table } from "../../components/Table";
import { Time } from "../../components/Time";

type Check = Asset["checks"][number];

const COLUMNS: readonly Column<Check>[] = [
  {
    id: "passed",
    header: "Result",
    width: "104px",
    cell: (check) => <StatusTag status={check.passed ? "passed" : "failed"} look="plain" />,
  },
  { id: "name", header: "Check", cell: (check) => check.name },
  {
    id: "severity",
    header: "Severity",
    width: "90px",
    wideOnly: true,
    cell: (check) =>
      check.passed ? (
        check.severity.toLowerCase()
      ) : (
        <Badge tone={check.severity === "WARN" ? "warn" : "bad"}>{check.severity.toLowerCase()}</Badge>
      ),
  },
  {
    id: "run",
    header: "Run",
    width: "90px",
    wideOnly: true,
    cell: (check) => (check.run ? <RunLink run={check.run} /> : "reported"),
  },
  { id: "at", header: "When", width: "100px", cell: (check) => <Time at={check.at} /> },
];

/** What each check said last of the newest value. */
export function ChecksTab({ asset }: { asset: Asset }) {
  return (
    <Panel flush>
      <Table
        label="Checks"
        columns={COLUMNS}
        rows={asset.checks}
        rowKey={(check) => check.name}
        empty={
          <EmptyState icon={ListChecks} title="No check has reported">
            Results stand here once code reports them for the newest value, or a program posts them to{" "}
            <code>/report_asset_check</code>.
          </EmptyState>
        }
      />
    </Panel>
  );
}
