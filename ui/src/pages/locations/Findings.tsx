import { ShieldCheck } from "lucide-react";
import { useFindings } from "../../api/queries";
import { Panel } from "../../components/Panel";
import { EmptyState, Loaded } from "../../components/States";
import { formatNoun } from "../../format/number";
import css from "./locations.module.css";
import { ProblemList } from "./ProblemList";
import { problemOf } from "./problem";

/** What is wrong in and between code locations. */
export function Findings() {
  const findings = useFindings();
  const counts = findings.data && [
    findings.data.errors > 0 && formatNoun(findings.data.errors, "error"),
    findings.data.warnings > 0 && formatNoun(findings.data.warnings, "warning"),
  ];
  return (
    <Panel title="Findings" actions={<span className={css.quiet}>{counts?.filter(Boolean).join(", ")}</span>} flush>
      <Loaded query={findings} lines={3}>
        {(data) =>
          data.findings.length === 0 ? (
            <EmptyState icon={ShieldCheck} title="The repositories fit together">
              No key is defined twice, nothing depends on itself, every dependency is known, and values are stored where
              those who read them can.
            </EmptyState>
          ) : (
            <ProblemList problems={data.findings.map(problemOf)} />
          )
        }
      </Loaded>
    </Panel>
  );
}
