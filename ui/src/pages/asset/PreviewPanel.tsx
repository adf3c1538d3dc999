import { usePreview } from "../../api/queries";
import type { Preview } from "../../api/types";
import { Code } from "../../components/Code";
import { cx } from "../../components/cx";
import { Panel } from "../../components/Panel";
import { EmptyState, Loaded } from "../../components/States";
import { formatCount } from "../../format/number";
import css from "./asset.module.css";
import table from "./PlainTable.module.css";

/** The first rows of a version, as its step left them. */
export function PreviewPanel({ assetKey, version }: { assetKey: string; version: string }) {
  const preview = usePreview(assetKey, version);
  return (
    <Panel
      title="Preview"
      actions={preview.data && <span className={css.count}>{howMuch(preview.data)}</span>}
      flush={preview.data?.format !== "text"}
    >
      <Loaded query={preview} lines={5}>
        {(data) => <Content preview={data} />}
      </Loaded>
    </Panel>
  );
}

function howMuch({ format, rows, total_rows }: Preview): string {
  if (format !== "table") return "";
  return total_rows === null || total_rows === rows.length
    ? `${formatCount(rows.length)} rows`
    : `first ${formatCount(rows.length)} of ${formatCount(total_rows)} rows`;
}

function Content({ preview }: { preview: Preview }) {
  if (preview.format === "text" && preview.text !== null) {
    return (
      <>
        <Code text={preview.text} wrap />
        {preview.note && <p className={css.quiet}>{preview.note}</p>}
      </>
    );
  }
  if (preview.format === "table") return <Rows preview={preview} />;
  return (
    <EmptyState title="No preview">
      {preview.note ?? "Its step left none: the value is no table and no text."}
    </EmptyState>
  );
}

const isNumber = (type: string) => /^(u?int|float|double|decimal)/i.test(type);

function Rows({ preview: { columns, rows } }: { preview: Preview }) {
  return (
    <section className={cx(table.scroller, table.tall)} tabIndex={0} aria-label="First rows">
      <table className={table.table}>
        <thead>
          <tr>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" className={cx(isNumber(type) && table.right)}>
                {name}
                <span className={table.small}>{type}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={j} className={cx(table.cell, isNumber(columns[j]?.type ?? "") && table.right)}>
                  {cell === null ? <span className={table.absent}>null</span> : String(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
