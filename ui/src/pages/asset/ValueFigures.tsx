import type { ReactNode } from "react";
import type { Version } from "../../api/types";
import { CopyButton } from "../../components/CopyButton";
import { RunLink } from "../../components/RunLink";
import { Time } from "../../components/Time";
import { formatBytes, formatCount } from "../../format/number";
import { formatDuration } from "../../format/time";
import css from "./ValueFigures.module.css";

/** A version in figures, and where it lies. */
export function ValueFigures({ version }: { version: Version }) {
  return (
    <div className={css.value}>
      <dl className={css.figures}>
        <Figure name="Rows">{formatCount(version.rows)}</Figure>
        <Figure name="Size">{formatBytes(version.bytes)}</Figure>
        <Figure name="Took">{formatDuration(version.duration_us)}</Figure>
        <Figure name="Materialized">
          <Time at={version.created_at} />
        </Figure>
        <Figure name="By run">{version.run ? <RunLink run={version.run} /> : "reported"}</Figure>
      </dl>
      {version.path && (
        <p className={css.path}>
          <code title={version.path}>{version.path}</code>
          <CopyButton text={version.path} label="Copy the path" />
        </p>
      )}
      {version.note && <p className={css.note}>{version.note}</p>}
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={css.figure}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
