import * as Radix from "@radix-ui/react-popover";
import type { ReactElement, ReactNode } from "react";
import css from "./Popover.module.css";

type Props = { trigger: ReactElement; align?: "start" | "center" | "end"; children: ReactNode };

/** A small sheet at a button. */
export function Popover({ trigger, align = "start", children }: Props) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} sideOffset={6} collisionPadding={8} className={css.popover}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
