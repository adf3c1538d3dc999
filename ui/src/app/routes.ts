// Every page: its address, title, icon and component.  Navigation, palette and router are made from this list.

import { FolderGit2, LayoutGrid, type LucideIcon, Play, Table2, Workflow } from "lucide-react";
import type { ComponentType } from "react";
import { AssetPage } from "../pages/asset";
import { CatalogPage } from "../pages/catalog";
import { LineagePage } from "../pages/lineage";
import { LocationPage, LocationsPage } from "../pages/locations";
import { OverviewPage } from "../pages/overview";
import { RunPage } from "../pages/run";
import { RunsPage } from "../pages/runs";

export type Route = {
  /** wouter's pattern; `:name` or `*` is handed to the page as the property `id`, decoded. */
  path: string;
  page: ComponentType<{ id: string }>;
  /** Given: it stands in the navigation and in the palette. */
  nav?: { title: string; short?: string; icon: LucideIcon; keys: string; words: string };
};

export const ROUTES: readonly Route[] = [
  {
    path: "/",
    page: OverviewPage,
    nav: { title: "Overview", icon: LayoutGrid, keys: "g o", words: "home teams health" },
  },
  {
    path: "/lineage",
    page: LineagePage,
    nav: { title: "Lineage", icon: Workflow, keys: "g l", words: "graph dependencies dag" },
  },
  {
    path: "/catalog",
    page: CatalogPage,
    nav: { title: "Catalog", icon: Table2, keys: "g c", words: "assets list tables" },
  },
  { path: "/runs", page: RunsPage, nav: { title: "Runs", icon: Play, keys: "g r", words: "history queue log" } },
  {
    path: "/locations",
    page: LocationsPage,
    nav: { title: "Code locations", short: "Code", icon: FolderGit2, keys: "g k", words: "repositories environments" },
  },
  { path: "/assets/*", page: AssetPage },
  { path: "/runs/:id", page: RunPage },
  { path: "/locations/:id", page: LocationPage },
];

export const NAVIGATION = ROUTES.flatMap((route) => (route.nav ? [{ path: route.path, ...route.nav }] : []));
