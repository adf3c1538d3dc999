import { Link } from "wouter";
import { LocationTag } from "../../components/LocationTag";
import { formatNoun, formatShort } from "../../format/number";
import { paths } from "../../paths";
import css from "./BorderMatrix.module.css";
import { type Border, matrixOf, selectBorder } from "./between";

/** Rows give, columns take; a darker field stands for more. */
export function BorderMatrix({ borders }: { borders: readonly Border[] }) {
  const { names, at, most } = matrixOf(borders);
  return (
    <div className={css.scroller}>
      <table className={css.table}>
        <caption className={css.caption}>Rows feed columns; a number leads to what is between them</caption>
        <thead>
          <tr>
            <td />
            {names.map((to) => (
              <th key={to} scope="col" className={css.column}>
                <span>
                  <LocationTag name={to} />
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((from) => (
            <tr key={from}>
              <th scope="row" className={css.name}>
                <LocationTag name={from} />
              </th>
              {names.map((to) => (
                <td key={to} className={css.cell} data-own={from === to || undefined}>
                  <Cell border={at(from, to)} most={most} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ border, most }: { border: Border | undefined; most: number }) {
  if (!border) return null;
  const share = Math.round(18 + 54 * (border.edges / most));
  const words = `${border.to} takes ${formatNoun(border.edges, "time")} from ${border.from}: ${border.assets.join(", ")}`;
  return (
    <Link
      className={css.field}
      style={{ background: `color-mix(in srgb, var(--accent) ${share}%, var(--surface))` }}
      href={paths.lineage({ select: selectBorder(border) })}
      title={words}
      aria-label={words}
    >
      {formatShort(border.edges)}
    </Link>
  );
}
