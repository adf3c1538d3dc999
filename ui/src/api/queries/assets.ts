import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { get } from "../client";
import { type AssetFilter, keys } from "../keys";
import type { AssetSummary } from "../types";

const MOST_ASSETS = 200_000;
const PAGE = 200;
const PAGE_MOST = 4_000;

/** Every asset by key: one request, then kept current by events.  For what needs all statuses at once. */
export function useAssetIndex() {
  return useQuery({
    queryKey: keys.assetIndex,
    queryFn: async ({ signal }) => {
      const page = await get("/api/v1/assets", { query: { limit: MOST_ASSETS } }, signal);
      return new Map<string, AssetSummary>(page.items.map((asset) => [asset.key, asset]));
    },
  });
}

/** The keys that a selection names; not asked for the empty one, which is all. */
export function useSelectedKeys(select: string) {
  return useQuery({
    queryKey: keys.assetKeys(select),
    queryFn: async ({ signal }) => {
      const page = await get("/api/v1/assets", { query: { select, limit: MOST_ASSETS } }, signal);
      return new Set(page.items.map((asset) => asset.key));
    },
    enabled: select !== "",
    retry: false,
  });
}

/** Assets that pass a filter, in pages; `data.pages.flatMap((p) => p.items)`.  Each page is as long as all before it: who scrolls
 *  far gets there in few requests, and the first comes soon. */
export function useAssets(filter: AssetFilter) {
  return useInfiniteQuery({
    queryKey: keys.assetPages(filter),
    queryFn: ({ pageParam, signal }) => get("/api/v1/assets", { query: { ...filter, ...pageParam } }, signal),
    initialPageParam: { limit: PAGE } as { limit: number; cursor?: string },
    getNextPageParam: ({ next }, pages) => {
      const loaded = pages.reduce((sum, page) => sum + page.items.length, 0);
      return next === null ? undefined : { limit: Math.min(Math.max(loaded, PAGE), PAGE_MOST), cursor: next };
    },
    placeholderData: keepPreviousData,
  });
}

export function useAsset(key: string) {
  return useQuery({
    queryKey: keys.asset(key),
    queryFn: ({ signal }) => get("/api/v1/assets/{key}", { path: { key } }, signal),
  });
}

export function useVersions(key: string) {
  return useInfiniteQuery({
    queryKey: keys.versions(key),
    queryFn: ({ pageParam, signal }) =>
      get("/api/v1/assets/{key}/versions", { path: { key }, query: { cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Versions do not change: a preview is asked for once.  `version` is an id. */
export function usePreview(key: string, version: string, enabled = true) {
  return useQuery({
    queryKey: keys.preview(key, version),
    queryFn: ({ signal }) => get("/api/v1/assets/{key}/versions/{version}/preview", { path: { key, version } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

export function useRunsOfAsset(key: string) {
  return useInfiniteQuery({
    queryKey: keys.assetRuns(key),
    queryFn: ({ pageParam, signal }) =>
      get("/api/v1/assets/{key}/runs", { path: { key }, query: { cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function usePartitions(key: string) {
  return useQuery({
    queryKey: keys.partitions(key),
    queryFn: ({ signal }) => get("/api/v1/assets/{key}/partitions", { path: { key } }, signal),
  });
}
