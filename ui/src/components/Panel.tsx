import type { ReactNode } from "react";
import { cx } from "./cx";
import css from "./Panel.module.css";

type Props = {
  title?: ReactNode;
  /** Beside the title, at the right. */
  actions?: ReactNode;
  /** Without room around what is inside: tables, lists, logs. */
  flush?: boolean;
  /** Takes the height that is left in a Page that fills the window. */
  grow?: boolean;
  children: ReactNode;
};

/** A sheet with an optional head. */
export function Panel({ title, actions, flush = false, grow = false, children }: Props) {
  return (
    <section className={cx(css.panel, grow && css.grow)}>
      {(title || actions) && (
        <header className={css.head}>
          <h2 className={css.title}>{title}</h2>
          {actions && <div className={css.actions}>{actions}</div>}
        </header>
      )}
      <div className={cx(css.body, flush && css.flush)}>{children}</div>
    </section>
  );
}
