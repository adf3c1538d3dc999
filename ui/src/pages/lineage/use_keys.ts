import type { KeyboardEvent } from "react";
import type { Direction } from "../../graph/walk";
import { usePlanDialog } from "../../plan";
import type { Address } from "./use_address";

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

type What = {
  address: Address;
  select: string;
  chosenItem: () => number;
  chosenSelection: () => string;
  onOpen: (item: number) => void;
  walk: (direction: Direction) => void;
};

/** What keys do in the picture; those that it leaves alone move and zoom. */
export function useKeys({ address, select, chosenItem, chosenSelection, onOpen, walk }: What) {
  const openPlan = usePlanDialog();
  return (event: KeyboardEvent) => {
    const direction = event.shiftKey ? undefined : DIRECTIONS[event.key];
    if (direction) walk(direction);
    else if (event.key === "Escape") address.setAt("");
    else if (event.key === "Enter" && chosenItem() >= 0) onOpen(chosenItem());
    else if (event.key === "m") openPlan({ selection: chosenSelection() || select || null });
    else return;
    event.preventDefault();
  };
}
