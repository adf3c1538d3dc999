import { type ReactNode, useEffect, useRef } from "react";
import { cx } from "../components/cx";
import css from "./Page.module.css";

type Props = {
  /** Of the window as well. */
  title: string;
  /** In place of the title's text: with a mark before it, in another font. */
  heading?: ReactNode;
  /** Where it belongs, above the title: links. */
  crumbs?: ReactNode;
  /** Beside the title: how it stands, in which location. */
  tags?: ReactNode;
  /** Under the title, in a quiet line. */
  subtitle?: ReactNode;
  /** Buttons at the right. */
  actions?: ReactNode;
  /** A bar under the head: filters. */
  toolbar?: ReactNode;
  /** `flow`: the page scrolls.  `fill`: it has the window's height, and a part of it (a Panel that grows) scrolls.
   *  `bare`: as fill, without head and room around (a canvas); the title is for the window only. */
  fit?: "flow" | "fill" | "bare";
  children: ReactNode;
};

/** The frame of every page. */
export function Page({ title, heading, crumbs, tags, subtitle, actions, toolbar, fit = "flow", children }: Props) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === "plait" ? title : `${title} · plait`;
  }, [title]);
  useEffect(() => head.current?.focus({ preventScroll: true }), []); // who reads with a screen reader hears where they are
  if (fit === "bare") {
    return (
      <div className={css.bare}>
        <h1 ref={head} tabIndex={-1} className={css.hidden}>
          {title}
        </h1>
        {children}
      </div>
    );
  }
  return (
    <div className={cx(css.page, fit === "fill" && css.fill)}>
      <header className={css.head}>
        <div className={css.titles}>
          {crumbs && (
            <nav aria-label="Where this belongs" className={css.crumbs}>
              {crumbs}
            </nav>
          )}
          <div className={css.line}>
            <h1 ref={head} tabIndex={-1} className={css.title}>
              {heading ?? title}
            </h1>
            {tags}
          </div>
          {subtitle && <div className={css.subtitle}>{subtitle}</div>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {toolbar && <div className={css.toolbar}>{toolbar}</div>}
      {children}
    </div>
  );
}
