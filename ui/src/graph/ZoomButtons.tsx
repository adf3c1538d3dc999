import { Maximize, Minus, Plus } from "lucide-react";
import { IconButton } from "../components/Button";
import type { GraphView } from "./view";
import css from "./ZoomButtons.module.css";

const STEP = 1.5;

export function ZoomButtons({ view }: { view: GraphView }) {
  return (
    <div className={css.buttons} role="group" aria-label="Zoom">
      <IconButton icon={Plus} label="Zoom in" keys="+" onClick={() => view.zoomMiddle(STEP)} />
      <IconButton icon={Minus} label="Zoom out" keys="-" onClick={() => view.zoomMiddle(1 / STEP)} />
      <IconButton icon={Maximize} label="Show everything" keys="0" onClick={() => view.fit()} />
    </div>
  );
}
