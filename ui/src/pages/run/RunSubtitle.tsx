import type { ReactNode } from "react";
import type { Run } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Duration } from "../../components/Duration";
import { LocationTag } from "../../components/LocationTag";
import { RunLink } from "../../components/RunLink";
import { RunSelection } from "../../components/RunSelection";
import { Time } from "../../components/Time";
import { formatCount } from "../../format/number";
import css from "./RunSubtitle.module.css";

/** What was asked for, when, how long it took, and its kin. */
export function RunSubtitle({ run }: { run: Run }) {
  const done = run.steps.filter((step) => step.status === "success").length;
  const why = run.error ?? run.reason;
  return (
    <div className={css.facts}>
      <span className={css.fact}>
        <RunSelection of={run.request?.selection} />
        {run.request?.location && (
          <>
            in <LocationTag name={run.request.location} />
          </>
        )}
      </span>
      <Fact name={run.started_at ? "started" : "asked for"}>
        <Time at={run.started_at ?? run.created_at} />
      </Fact>
      {run.started_at && (
        <Fact name={run.ended_at ? "took" : "for"}>
          <Duration from={run.started_at} to={run.ended_at} />
        </Fact>
      )}
      <Fact name="steps">
        {formatCount(done)} of {formatCount(run.steps.length)}
      </Fact>
      {run.parent && (
        <Fact name="retry of">
          <RunLink run={run.parent} />
        </Fact>
      )}
      {run.children.length > 0 && (
        <Fact name="retried by">
          {run.children.map((child) => (
            <RunLink key={child} run={child} />
          ))}
        </Fact>
      )}
      {run.priority !== 0 && <Fact name="priority">{run.priority}</Fact>}
      {Object.entries(run.tags ?? {}).map(([name, value]) => (
        <Badge key={name}>{value === "" ? name : `${name}=${value}`}</Badge>
      ))}
      {why && why !== run.status && <p className={run.status === "failure" ? css.error : css.reason}>{why}</p>}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className={css.fact}>
      <span className={css.name}>{name}</span>
      {children}
    </span>
  );
}
