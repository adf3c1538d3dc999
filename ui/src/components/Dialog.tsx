import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./Button";
import { cx } from "./cx";
import css from "./Dialog.module.css";

type Props = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  /** `side`: a sheet at the right edge. */
  look?: "normal" | "wide" | "side";
  /** Buttons, at the lower right. */
  actions?: ReactNode;
  children: ReactNode;
};

/** Not its first button, whose tooltip would take the first Escape. */
function focusItself(event: Event) {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}

export function Dialog({ open, onClose, title, description, look = "normal", actions, children }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={css.overlay} />
        <Radix.Content
          className={cx(css.dialog, css[look])}
          onOpenAutoFocus={focusItself}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <header className={css.head}>
            <Radix.Title className={css.title}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label="Close" />
            </Radix.Close>
          </header>
          <div className={css.body}>
            {description && <Radix.Description className={css.description}>{description}</Radix.Description>}
            {children}
          </div>
          {actions && <footer className={css.actions}>{actions}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
