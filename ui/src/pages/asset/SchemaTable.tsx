import css from "./PlainTable.module.css";

export type SchemaColumn = { name: string; type: string };

/** Columns and their types. */
export function SchemaTable({ columns }: { columns: readonly SchemaColumn[] }) {
  return (
    <div className={css.scroller}>
      <table className={css.table}>
        <tbody>
          {columns.map(({ name, type }) => (
            <tr key={name}>
              <th scope="row" className={css.name}>
                {name}
              </th>
              <td className={css.type}>{type}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
