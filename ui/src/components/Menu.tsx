import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check, type LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import css from "./Menu.module.css";

export type MenuItem =
  | {
      label: string;
      icon?: LucideIcon;
      keys?: string;
      danger?: boolean;
      disabled?: boolean;
      /** Given: an entry that is on or off. */
      checked?: boolean;
      onSelect: () => void;
    }
  | "separator";

type Props = { trigger: ReactElement; items: readonly MenuItem[]; align?: "start" | "end" };

/** `trigger` is a button. */
export function Menu({ trigger, items, align = "end" }: Props) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} sideOffset={4} collisionPadding={8} className={css.menu}>
          {items.map((item, i) =>
            item === "separator" ? (
              <Radix.Separator key={i} className={css.separator} />
            ) : (
              <Radix.Item
                key={item.label}
                className={cx(css.item, item.danger && css.danger)}
                disabled={item.disabled ?? false}
                onSelect={item.onSelect}
              >
                {item.icon && <item.icon size={15} aria-hidden />}
                <span className={css.label}>{item.label}</span>
                {item.keys && <Kbd keys={item.keys} />}
                {item.checked && <Check size={15} aria-label="chosen" />}
              </Radix.Item>
            ),
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
