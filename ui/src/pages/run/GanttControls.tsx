import { Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { IconButton } from "../../components/Button";
import css from "./Gantt.module.css";
import type { useGanttView } from "./use_gantt_view";

export function GanttControls({ control }: { control: ReturnType<typeof useGanttView> }) {
  return (
    <div className={css.controls}>
      <IconButton icon={ZoomIn} label="Closer" keys="+" onClick={control.closer} />
      <IconButton icon={ZoomOut} label="Further" keys="-" disabled={!control.isZoomed} onClick={control.further} />
      <IconButton icon={Maximize2} label="All of it" keys="0" disabled={!control.isZoomed} onClick={control.fit} />
    </div>
  );
}
