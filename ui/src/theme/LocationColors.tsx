import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useLocations } from "../api/queries";
import { assignLocationColors, type LocationColor, locationColor } from "./location_color";

const Colors = createContext<ReadonlyMap<string, LocationColor>>(new Map());

/** Gives every code location of the workspace its colour. */
export function LocationColors({ children }: { children: ReactNode }) {
  const { data } = useLocations();
  const names = data?.map((location) => location.name).join("\n") ?? "";
  const colors = useMemo(() => assignLocationColors(names === "" ? [] : names.split("\n")), [names]);
  return <Colors value={colors}>{children}</Colors>;
}

/** `const colorOf = useLocationColor(); colorOf("analytics-team").line` */
export function useLocationColor(): (name: string) => LocationColor {
  const colors = useContext(Colors);
  return (name) => colors.get(name) ?? locationColor(name);
}
