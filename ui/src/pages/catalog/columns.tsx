import type { AssetSummary } from "../../api/types";
import { AssetLink } from "../../components/AssetLink";
import { Badge } from "../../components/Badge";
import { LocationTag } from "../../components/LocationTag";
import { StatusIcon, StatusTag } from "../../components/StatusTag";
import type { Status } from "../../components/status";
import type { Column } from "../../components/Table";
import { Time } from "../../components/Time";
import { formatCount } from "../../format/number";
import css from "./columns.module.css";
import type { Marks } from "./use_marks";

const KINDS_SHOWN = 2;

const COLUMNS: readonly Column<AssetSummary>[] = [
  {
    id: "status",
    header: "Status",
    width: "116px",
    sortable: true,
    cell: (asset) => <StatusTag status={asset.status} look="plain" />,
  },
  {
    id: "key",
    header: "Asset",
    width: "minmax(0, 3fr)",
    sortable: true,
    cell: (asset) => <AssetLink assetKey={asset.key} />,
  },
  {
    id: "location",
    header: "Code location",
    width: "minmax(0, 1.5fr)",
    sortable: true,
    wideOnly: true,
    cell: (asset) => asset.location && <LocationTag name={asset.location} />,
  },
  {
    id: "group",
    header: "Group",
    width: "minmax(0, 1.1fr)",
    sortable: true,
    wideOnly: true,
    cell: (asset) => <span title={asset.group ?? ""}>{asset.group}</span>,
  },
  {
    id: "kinds",
    header: "Kinds",
    width: "minmax(122px, 0.9fr)",
    wideOnly: true,
    cell: (asset) => <Kinds kinds={asset.kinds} />,
  },
  {
    id: "owners",
    header: "Owners",
    width: "minmax(0, 1fr)",
    wideOnly: true,
    cell: (asset) => (
      <span className={css.quiet} title={asset.owners.join(", ")}>
        {asset.owners.join(", ")}
      </span>
    ),
  },
  {
    id: "rows",
    header: "Rows",
    width: "64px",
    align: "right",
    wideOnly: true,
    cell: (asset) => formatCount(asset.rows),
  },
  {
    id: "materialized_at",
    header: "Materialized",
    width: "96px",
    sortable: true,
    wideOnly: true,
    cell: (asset) => <Time at={asset.materialized_at} />,
  },
  {
    id: "stale",
    header: "",
    label: "Stale",
    width: "52px",
    align: "right",
    cell: (asset) => asset.stale && <StatusTag status="stale" look="plain" />,
  },
];

/** On a phone: how it stands as icons, so that the key has the room. */
const NARROW: readonly Column<AssetSummary>[] = COLUMNS.flatMap((column) => {
  if (column.wideOnly) return [];
  if (column.id === "status") {
    return {
      id: "status",
      header: "",
      label: "Status",
      width: "14px",
      cell: (asset) => <Icon status={asset.status} />,
    };
  }
  if (column.id === "stale") {
    return {
      id: "stale",
      header: "",
      label: "Stale",
      width: "14px",
      cell: (asset) => asset.stale && <Icon status="stale" />,
    };
  }
  return column;
});

/** The columns, behind one that marks rows. */
export function columnsWith(marks: Marks, rows: readonly AssetSummary[], isPhone: boolean) {
  const all = rows.map((asset) => asset.key);
  const isFull = all.length > 0 && all.every((key) => marks.keys.has(key));
  const mark: Column<AssetSummary> = {
    id: "mark",
    header: (
      <input
        type="checkbox"
        className={css.mark}
        aria-label="Mark all rows that are loaded"
        checked={isFull}
        onChange={() => marks.toggleAll(all)}
      />
    ),
    width: "16px",
    cell: (asset) => (
      <input
        type="checkbox"
        className={css.mark}
        tabIndex={-1}
        aria-label={`Mark ${asset.key}`}
        checked={marks.keys.has(asset.key)}
        onChange={() => marks.toggle(asset.key)}
      />
    ),
  };
  return [mark, ...(isPhone ? NARROW : COLUMNS)];
}

function Icon({ status }: { status: Status }) {
  return (
    <span className={css.icon}>
      <StatusIcon status={status} />
    </span>
  );
}

function Kinds({ kinds }: { kinds: readonly string[] }) {
  const rest = kinds.length - KINDS_SHOWN;
  return (
    <span className={css.kinds} title={kinds.join(", ")}>
      {kinds.slice(0, KINDS_SHOWN).map((kind) => (
        <Badge key={kind}>{kind}</Badge>
      ))}
      {rest > 0 && <span className={css.quiet}>+{rest}</span>}
    </span>
  );
}
