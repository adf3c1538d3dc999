import { useLocationColor } from "../../theme/LocationColors";
import css from "./GanttLinks.module.css";

/** A line from where one bar ends to where another begins. */
export type GanttLink = { from: { x: number; y: number }; to: { x: number; y: number }; location: string };

/** Lines between the step that is pointed at and those it waits for or that wait for it. */
export function GanttLinks({ links, width, height }: { links: readonly GanttLink[]; width: number; height: number }) {
  const colorOf = useLocationColor();
  if (links.length === 0 || width <= 0) return null;
  return (
    <svg className={css.links} width={width} height={height} aria-hidden="true">
      {links.map(({ from, to, location }) => {
        const bend = Math.max(16, Math.abs(to.x - from.x) / 2);
        return (
          <path
            key={`${from.x},${from.y},${to.x},${to.y}`}
            d={`M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`}
            stroke={colorOf(location).line}
          />
        );
      })}
    </svg>
  );
}
