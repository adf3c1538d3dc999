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
          <Entries items={items} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type AtProps = {
  /** Of the window. */
  at: { x: number; y: number };
  /** What the menu is about. */
  label: string;
  items: readonly MenuItem[];
  onClose: () => void;
};

/** The menu of a right click: it is there until it is closed. */
export function MenuAt({ at, label, items, onClose }: AtProps) {
  return (
    <Radix.Root modal={false} open onOpenChange={(open) => !open && onClose()}>
      <Radix.Trigger asChild>
        <span className={css.point} style={{ left: at.x, top: at.y }} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="start"
          sideOffset={2}
          collisionPadding={8}
          className={css.menu}
          aria-label={label}
          aria-labelledby={undefined}
          onContextMenu={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <Radix.Label className={css.title}>{label}</Radix.Label>
          <Entries items={items} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Entries({ items }: { items: readonly MenuItem[] }) {
  return items.map((item, i) =>
    item === "separator" ? <Radix.Separator key={i} className={css.separator} /> : <Entry key={item.label} {...item} />,
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
