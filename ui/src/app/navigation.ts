// What stands in the navigation, and in the palette: knows no page.

import { FolderGit2, LayoutGrid, type LucideIcon, Play, Table2, Workflow } from "lucide-react";

export type NavigationEntry = {
  path: string;
  title: string;
  /** On a phone. */
  short?: string;
  icon: LucideIcon;
  /** `g o`: one key after the other. */
  keys: string;
  /** The letter that goes there with Alt. */
  alt: string;
  /** What it is found by, beside its title. */
  words: string;
};

export const NAVIGATION: readonly NavigationEntry[] = [
  { path: "/", title: "Overview", icon: LayoutGrid, keys: "g o", alt: "O", words: "home teams health" },
  { path: "/lineage", title: "Lineage", icon: Workflow, keys: "g l", alt: "L", words: "graph dependencies dag" },
  { path: "/catalog", title: "Catalog", icon: Table2, keys: "g c", alt: "C", words: "assets list tables" },
  { path: "/runs", title: "Runs", icon: Play, keys: "g r", alt: "R", words: "history queue log" },
  {
    ...{ path: "/locations", title: "Code locations", short: "Code", icon: FolderGit2 },
    ...{ keys: "g k", alt: "D", words: "repositories environments deployment" },
  },
];
