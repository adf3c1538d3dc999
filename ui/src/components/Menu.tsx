import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check, type LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import css from "./Menu.module.css";

type MenuEntry = {
  label: string;
  icon?: LucideIcon;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Given: an entry that is on or off. */
  checked?: boolean;
  onSelect: () => void;
};
export type MenuItem = MenuEntry | "separator";

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
              <Entry key={item.label} {...item} />
            ),
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Entry({ label, icon: Icon, keys, danger, disabled = false, checked, onSelect }: MenuEntry) {
  const props = { className: cx(css.item, danger && css.danger), disabled, onSelect };
  const content = (
    <>
      {Icon && <Icon size={15} aria-hidden />}
      <span className={css.label}>{label}</span>
      {keys && <Kbd keys={keys} />}
      {checked && <Check size={15} aria-hidden />}
    </>
  );
  if (checked === undefined) return <Radix.Item {...props}>{content}</Radix.Item>;
  return (
    <Radix.CheckboxItem {...props} checked={checked}>
      {content}
    </Radix.CheckboxItem>
  );
}
