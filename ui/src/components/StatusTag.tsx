import { cx } from "./cx";
import css from "./StatusTag.module.css";
import { STATUSES, type Status } from "./status";

type Props = {
  status: Status;
  /** `plain`: icon and word without a fill, for tables. */
  look?: "filled" | "plain";
};

/** How an asset, run, step or location stands: an icon, a word and a colour. */
export function StatusTag({ status, look = "filled" }: Props) {
  const { label, tone } = STATUSES[status];
  return (
    <span className={cx(css.tag, css[tone], look === "filled" && css.filled)}>
      <StatusIcon status={status} />
      {label}
    </span>
  );
}

/** The icon alone; it has the word as its name. */
export function StatusIcon({ status, size = 14 }: { status: Status; size?: number }) {
  const { icon: Icon, label, tone, turns } = STATUSES[status];
  return <Icon size={size} className={cx(css.icon, css[tone], turns && css.turns)} aria-label={label} role="img" />;
}
