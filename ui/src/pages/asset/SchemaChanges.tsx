import { Badge } from "../../components/Badge";
import { cx } from "../../components/cx";
import type { Tone } from "../../components/status";
import css from "./PlainTable.module.css";
import look from "./SchemaChanges.module.css";
import { type Column, type ColumnChange, diffSchema } from "./schema_diff";

const TONES: Readonly<Record<ColumnChange["kind"], Tone>> = { added: "good", removed: "bad", changed: "warn" };

/** Columns of a version, marked where they differ from those of the one before. */
export function SchemaChanges({ columns, before }: { columns: readonly Column[]; before: readonly Column[] | null }) {
  const changes = before ? diffSchema(before, columns) : [];
  const byName = new Map(changes.map((change) => [change.name, change]));
  const gone = changes.filter((change) => change.kind === "removed");
  return (
    <div className={css.scroller}>
      {before && <p className={look.lead}>{inWords(changes)}</p>}
      <table className={css.table}>
        <tbody>
          {columns.map((column) => (
            <Row key={column.name} column={column} change={byName.get(column.name)} />
          ))}
          {gone.map((column) => (
            <Row key={column.name} column={column} change={column} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inWords(changes: readonly ColumnChange[]): string {
  if (changes.length === 0) return "The same columns as the version before";
  const counts = (["added", "removed", "changed"] as const)
    .map((kind) => [changes.filter((change) => change.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0);
  return `Compared with the version before: ${counts.map(([count, kind]) => `${count} ${kind}`).join(", ")}`;
}

function Row({ column, change }: { column: Column; change: ColumnChange | undefined }) {
  return (
    <tr className={cx(change && look[change.kind])}>
      <th scope="row" className={css.name}>
        {column.name}
      </th>
      <td className={css.type}>
        {change?.kind === "changed" && <span className={look.before}>{change.before} → </span>}
        {column.type}
      </td>
      <td className={css.right}>{change && <Badge tone={TONES[change.kind]}>{change.kind}</Badge>}</td>
    </tr>
  );
}
