import { ArrowRight, Unplug } from "lucide-react";
import { Link } from "wouter";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { EmptyState } from "../../components/States";
import { formatCount, formatNoun } from "../../format/number";
import { paths } from "../../paths";
import { BorderMatrix } from "./BorderMatrix";
import css from "./Borders.module.css";
import { type Border, selectBorder } from "./between";

const LISTED_MOST = 6;
const NAMED_MOST = 3;

/** Who feeds whom across repositories: a list while they are few, else a matrix. */
export function Borders({ borders }: { borders: readonly Border[] }) {
  const edges = borders.reduce((sum, border) => sum + border.edges, 0);
  return (
    <Panel
      title="Between repositories"
      actions={
        borders.length > 0 && <span className={css.quiet}>{formatNoun(edges, "dependency", "dependencies")}</span>
      }
      flush
    >
      {borders.length === 0 ? (
        <EmptyState icon={Unplug} title="No repository depends on another">
          Name an asset of another repository in <code>deps</code>, and it shows here.
        </EmptyState>
      ) : borders.length <= LISTED_MOST ? (
        <ul>
          {borders.map((border) => (
            <Row key={`${border.from} ${border.to}`} border={border} />
          ))}
        </ul>
      ) : (
        <BorderMatrix borders={borders} />
      )}
    </Panel>
  );
}

function Row({ border }: { border: Border }) {
  const { from, to, edges, assets } = border;
  const rest = assets.length - NAMED_MOST;
  return (
    <li>
      <Link className={css.row} href={paths.lineage({ select: selectBorder(border) })}>
        <span className={css.flow}>
          <LocationTag name={from} look="filled" link={false} />
          <span className={css.count} title={formatNoun(edges, "dependency", "dependencies")}>
            {formatCount(edges)}
            <ArrowRight size={14} aria-label="to" />
          </span>
          <LocationTag name={to} look="filled" link={false} />
        </span>
        <span className={css.assets}>
          {assets.slice(0, NAMED_MOST).join(", ")}
          {rest > 0 && ` and ${rest} more`}
        </span>
      </Link>
    </li>
  );
}
