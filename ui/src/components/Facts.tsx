import type { ReactNode } from "react";
import css from "./Facts.module.css";

/** Names and their values, one a line; what is null is left out. */
export function Facts({ of }: { of: readonly (readonly [name: string, value: ReactNode] | null)[] }) {
  return (
    <dl className={css.facts}>
      {of.map(
        (fact) =>
          fact && (
            <div key={fact[0]} className={css.fact}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
