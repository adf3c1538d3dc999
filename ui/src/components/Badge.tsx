import type { ReactNode } from "react";
import css from "./Badge.module.css";
import { cx } from "./cx";
import type { Tone } from "./status";

/** A word or number that tells a property: a kind, an owner, a count. */
export function Badge({ tone = "calm", mono = false, children }: { tone?: Tone; mono?: boolean; children: ReactNode }) {
  return <span className={cx(css.badge, css[tone], mono && css.mono)}>{children}</span>;
}
