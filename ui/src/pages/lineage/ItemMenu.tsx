import { useLocation } from "wouter";
import { copyText } from "../../components/copy";
import { MenuAt } from "../../components/Menu";
import { toast } from "../../components/toast";
import type { Point } from "../../graph/camera";
import { usePlanDialog } from "../../plan";
import { type Doing, offerOf, type Shown } from "./menu_items";
import type { Address } from "./use_address";

/** `at`: of the window. */
export type MenuPlace = { item: number; at: Point };
type Props = MenuPlace & {
  shown: Shown;
  address: Address;
  onChoose: (keys: readonly string[]) => void;
  onToggle: (path: string) => void;
  onFit: () => void;
  onClose: () => void;
};

async function copy(text: string, what: string) {
  if (await copyText(text)) toast({ tone: "good", title: `${what} copied` });
}

/** The menu of a right click in the picture. */
export function ItemMenu({ item, at, shown, address, onChoose, onToggle, onFit, onClose }: Props) {
  const [, navigate] = useLocation();
  const openPlan = usePlanDialog();
  const doing: Doing = {
    plan: (selection) => openPlan({ selection }),
    go: navigate,
    goInTab: (path) => window.open(path, "_blank"),
    choose: onChoose,
    showOnly: address.showOnly,
    open: (frames) => address.setOpen(frames, { push: true }),
    toggle: onToggle,
    fit: onFit,
    copy: (text, what) => void copy(text, what),
  };
  const { label, items } = offerOf(shown, item, doing);
  return <MenuAt at={at} label={label} items={items} onClose={onClose} />;
}
