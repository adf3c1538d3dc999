import { StatusIcon } from "../../components/StatusTag";
import { STATUSES } from "../../components/status";
import { formatCount } from "../../format/number";
import { SHOWN_STATUSES, type Tally } from "../../graph/standing";
import css from "./parts.module.css";
import type { Address } from "./use_address";

/** How many stand how: a bar, and a line each that makes those stand out in the picture. */
export function TallyList({ tally, address }: { tally: Tally; address: Address }) {
  const statuses = SHOWN_STATUSES.filter((status) => tally[status] > 0);
  return (
    <>
      <div className={css.bar} aria-hidden>
        {statuses.map((status) => (
          <span key={status} style={{ flexGrow: tally[status], background: `var(--${STATUSES[status].tone}-line)` }} />
        ))}
      </div>
      <ul className={css.rows}>
        {statuses.map((status) => (
          <li key={status}>
            <button
              type="button"
              className={css.row}
              aria-pressed={address.status === status}
              onClick={() => address.setStatus(address.status === status ? "" : status)}
            >
              <StatusIcon status={status} />
              <span className={css.grow}>{STATUSES[status].label}</span>
              <span className={css.number}>{formatCount(tally[status])}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
