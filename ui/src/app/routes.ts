// Every page and its address.  The router is made from this list.

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
};

export const ROUTES: readonly Route[] = [
  { path: "/", page: OverviewPage },
  { path: "/lineage", page: LineagePage },
  { path: "/catalog", page: CatalogPage },
  { path: "/assets/*", page: AssetPage },
  { path: "/runs", page: RunsPage },
  { path: "/runs/:id", page: RunPage },
  { path: "/locations", page: LocationsPage },
  { path: "/locations/:id", page: LocationPage },
];
