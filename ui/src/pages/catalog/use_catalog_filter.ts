import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import type { AssetFilter } from "../../api/keys";
import type { AssetStatus } from "../../api/types";
import type { Sort } from "../../components/Table";

export const FILTERS = ["search", "select", "location", "group", "kind", "owner", "status", "stale"] as const;
export type FilterName = (typeof FILTERS)[number];
export const SORTABLE = ["key", "location", "group", "status", "materialized_at"] as const;
export type Sortable = (typeof SORTABLE)[number];
export const ASSET_STATUSES: readonly AssetStatus[] = ["materialized", "missing", "failed", "running", "external"];

export type CatalogFilter = {
  values: Readonly<Record<FilterName, string>>;
  question: AssetFilter;
  isActive: boolean;
  set: (name: FilterName, value: string) => void;
  clear: () => void;
  sort: Sort<string>;
  setSort: (sort: Sort<string>) => void;
};

/** What the catalog shows, and in which order: all of it is in the URL. */
export function useCatalogFilter(): CatalogFilter {
  const search = useSearch();
  const [, navigate] = useLocation();
  return useMemo(() => {
    const params = new URLSearchParams(search);
    const values = Object.fromEntries(FILTERS.map((name) => [name, params.get(name) ?? ""])) as CatalogFilter["values"];
    const by = SORTABLE.find((id) => id === params.get("sort")) ?? "key";
    const order = params.get("order") === "desc" ? "desc" : "asc";
    const change = (entries: Readonly<Record<string, string>>) => {
      const next = new URLSearchParams(window.location.search); // as it is now: a late answer must not undo the rest
      for (const [name, value] of Object.entries(entries)) {
        if (value === "") next.delete(name);
        else next.set(name, value);
      }
      const text = next.toString();
      navigate(window.location.pathname + (text === "" ? "" : `?${text}`), { replace: true });
    };
    return {
      values,
      question: {
        ...values,
        status: ASSET_STATUSES.find((one) => one === values.status),
        stale: values.stale === "" ? undefined : values.stale === "true",
        sort: by,
        order,
      },
      isActive: FILTERS.some((name) => values[name] !== ""),
      set: (name, value) => change(name === "location" ? { location: value, group: "" } : { [name]: value }),
      clear: () => change(Object.fromEntries(FILTERS.map((name) => [name, ""]))),
      sort: { by, order },
      setSort: (sort) => change({ sort: sort.by === "key" ? "" : sort.by, order: sort.order === "asc" ? "" : "desc" }),
    };
  }, [search, navigate]);
}
