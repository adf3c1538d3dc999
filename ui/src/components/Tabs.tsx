import * as Radix from "@radix-ui/react-tabs";
import type { ReactNode } from "react";
import { cx } from "./cx";
import css from "./Tabs.module.css";

export type Tab = { id: string; label: string; count?: number; content: ReactNode };
type Props = {
  label: string;
  tabs: readonly Tab[];
  value: string;
  onChange: (id: string) => void;
  /** Takes the height of what it stands in, without room around the content: lists and logs that scroll by themselves. */
  fill?: boolean;
};

/** `value` usually comes from the URL: `useQueryParam("tab")`. */
export function Tabs({ label, tabs, value, onChange, fill = false }: Props) {
  return (
    <Radix.Root value={value} onValueChange={onChange} className={cx(css.tabs, fill && css.fill)}>
      <Radix.List className={css.list} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.id} value={tab.id} className={css.trigger}>
            {tab.label}
            {tab.count !== undefined && <span className={css.count}>{tab.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className={css.content}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
