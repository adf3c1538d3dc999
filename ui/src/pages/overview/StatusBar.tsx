import { Link } from "wouter";
import type { AssetStatus } from "../../api/types";
import { StatusIcon } from "../../components/StatusTag";
import { STATUSES } from "../../components/status";
import { formatCount } from "../../format/number";
import { paths } from "../../paths";
import css from "./StatusBar.module.css";

const ORDER: readonly AssetStatus[] = ["failed", "running", "materialized", "missing", "external"];

type Props = { counts: Readonly<Record<string, number>>; location: string };

/** How the assets of a team stand: a bar, and the same in words. */
export function StatusBar({ counts, location }: Props) {
  const parts = ORDER.map((status) => ({ status, count: counts[status] ?? 0 })).filter(({ count }) => count > 0);
  return (
    <div className={css.stack}>
      <div className={css.bar} aria-hidden>
        {parts.map(({ status, count }) => (
          <span key={status} style={{ flexGrow: count, background: `var(--${STATUSES[status].tone}-line)` }} />
        ))}
      </div>
      <ul className={css.words}>
        {parts.map(({ status, count }) => (
          <li key={status}>
            <Link className={css.word} href={paths.catalog({ location, status })}>
              <StatusIcon status={status} size={13} />
              {formatCount(count)} {STATUSES[status].label.toLowerCase()}
            </Link>
          </li>
        ))}
        {parts.length === 0 && <li>no assets</li>}
      </ul>
    </div>
  );
}
