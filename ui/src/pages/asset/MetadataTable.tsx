import { AssetLink } from "../../components/AssetLink";
import { Code } from "../../components/Code";
import { RunLink } from "../../components/RunLink";
import { Time } from "../../components/Time";
import { formatCount } from "../../format/number";
import { type MetadataEntry, metadataEntries } from "./metadata";
import css from "./PlainTable.module.css";

/** Metadata by name: its value as its type asks for. */
export function MetadataTable({ metadata }: { metadata: object }) {
  return (
    <div className={css.scroller}>
      <table className={css.table}>
        <tbody>
          {metadataEntries(metadata).map((entry) => (
            <tr key={entry.name}>
              <th scope="row" className={css.name}>
                {entry.name}
              </th>
              <td className={css.value}>
                <Value entry={entry} />
              </td>
              <td className={css.type}>{entry.type}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ entry: { type, value } }: { entry: MetadataEntry }) {
  if (value === null || value === undefined) return <span className={css.absent}>null</span>;
  if (typeof value === "number") {
    if (type === "timestamp") return <Time at={new Date(value * 1_000).toISOString()} />;
    return Number.isInteger(value) ? formatCount(value) : String(value);
  }
  if (typeof value !== "string") {
    return typeof value === "boolean" ? String(value) : <Code text={JSON.stringify(value, null, 2)} wrap />;
  }
  if (type === "url" && /^https?:\/\//.test(value)) {
    return (
      <a href={value} target="_blank" rel="noreferrer">
        {value}
      </a>
    );
  }
  if (type === "asset") return <AssetLink assetKey={value} />;
  if (type === "dagster_run") return <RunLink run={value} />;
  if (type === "path" || type === "notebook") return <code>{value}</code>;
  if (type === "md" || value.includes("\n")) return <Code text={value} wrap />;
  return value;
}
