import * as Radix from "@radix-ui/react-tooltip";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "./Kbd";
import css from "./Tooltip.module.css";

export const TooltipProvider = Radix.Provider;

type Props = { text: ReactNode; keys?: string; side?: "top" | "right" | "bottom" | "left"; children: ReactElement };

/** `children` is one element that takes a ref. */
export function Tooltip({ text, keys, side = "top", children }: Props) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content side={side} sideOffset={6} collisionPadding={8} className={css.tooltip}>
          {text}
          {keys && <Kbd keys={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
