// One event stream for the whole page.  What it tells goes into the query cache, so that pages need not know of it.

import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { keys } from "./keys";
import type { AssetSummary, Location, Run, RunSummary } from "./types";

export type LiveState = "connecting" | "live" | "lost";

const GATHER_MS = 120; // what comes within this time is taken in at once: a large run tells of many assets
const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 15_000;

let state: LiveState = "connecting";
const watchers = new Set<() => void>();

function setState(next: LiveState) {
  if (next === state) return;
  state = next;
  for (const watcher of watchers) watcher();
}

/** How the connection to the server stands. */
export function useLive(): LiveState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
}

type Pages<T> = InfiniteData<{ items: T[] }>;

function replaceIn<T>(pages: Pages<T>, idOf: (item: T) => string, fresh: ReadonlyMap<string, T>): Pages<T> {
  return {
    ...pages,
    pages: pages.pages.map((page) =>
      page.items.some((item) => fresh.has(idOf(item)))
        ? { ...page, items: page.items.map((item) => fresh.get(idOf(item)) ?? item) }
        : page,
    ),
  };
}

function takeAssets(cache: QueryClient, fresh: ReadonlyMap<string, AssetSummary>) {
  cache.setQueryData<Map<string, AssetSummary>>(keys.assetIndex, (old) => old && new Map([...old, ...fresh]));
  cache.setQueriesData<Pages<AssetSummary>>(
    { queryKey: ["assets", "pages"] },
    (old) => old && replaceIn(old, (asset) => asset.key, fresh),
  );
  for (const key of fresh.keys()) void cache.invalidateQueries({ queryKey: keys.asset(key) });
  void cache.invalidateQueries({ queryKey: keys.overview });
}

type RunPages = Pages<RunSummary>;

function withRuns(pages: RunPages, fresh: ReadonlyMap<string, RunSummary>): RunPages {
  const replaced = replaceIn(pages, (run) => run.id, fresh);
  const known = new Set(pages.pages.flatMap((page) => page.items.map((run) => run.id)));
  const unknown = [...fresh.values()].filter((run) => !known.has(run.id) && isNewest(run, pages));
  const [first, ...rest] = replaced.pages;
  if (first === undefined || unknown.length === 0) return replaced;
  unknown.sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return { ...replaced, pages: [{ ...first, items: [...unknown, ...first.items] }, ...rest] };
}

/** An old run that is not loaded yet stays so. */
function isNewest(run: RunSummary, pages: RunPages): boolean {
  const newest = pages.pages[0]?.items[0];
  return newest === undefined || run.created_at > newest.created_at;
}

/** `news`: those of them that stand otherwise than when they were last heard of; the others have only come further. */
function takeRuns(cache: QueryClient, fresh: ReadonlyMap<string, RunSummary>, news: ReadonlySet<string>) {
  for (const [key] of cache.getQueriesData<RunPages>({ queryKey: ["runs", "pages"] })) {
    const isFiltered = Object.values(key[2] ?? {}).some(Boolean); // then only the server knows what passes
    cache.setQueryData<RunPages>(
      key,
      (old) => old && (isFiltered ? replaceIn(old, (run) => run.id, fresh) : withRuns(old, fresh)),
    );
    if (isFiltered && news.size > 0) void cache.invalidateQueries({ queryKey: key });
  }
  if (news.size === 0) return;
  void cache.invalidateQueries({
    // asked for under a piece of its id as well, or as `latest`
    predicate: ({ queryKey, state: { data } }) =>
      queryKey[0] === "run" && (queryKey[1] === "latest" || news.has((data as Run | undefined)?.id ?? "")),
  });
  void cache.invalidateQueries({ queryKey: keys.health });
}

function takeCode(cache: QueryClient, locations: Location[]) {
  cache.setQueryData(keys.locations, locations);
  for (const noun of ["assets", "asset", "graph", "overview", "plan", "search", "locations"]) {
    void cache.invalidateQueries({ queryKey: [noun] });
  }
}

/** Follows the server until the function it returns is called. */
export function followServer(cache: QueryClient, url = "/api/v1/events/stream"): () => void {
  const assets = new Map<string, AssetSummary>();
  const runs = new Map<string, RunSummary>();
  const statuses = new Map<string, RunSummary["status"]>(); // as heard last
  const news = new Set<string>();
  let source: EventSource | undefined;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let retrying: ReturnType<typeof setTimeout> | undefined;
  let wait = RETRY_FIRST_MS;
  let wasLost = false;
  let greeted = false;

  function take() {
    gathering = undefined;
    if (assets.size > 0) takeAssets(cache, new Map(assets));
    if (runs.size > 0) takeRuns(cache, new Map(runs), new Set(news));
    assets.clear();
    runs.clear();
    news.clear();
  }

  function gather() {
    gathering ??= setTimeout(take, GATHER_MS);
  }

  function onHello() {
    wait = RETRY_FIRST_MS;
    if (wasLost || greeted) void cache.invalidateQueries(); // some of what happened was not heard
    wasLost = false;
    greeted = true;
    setState("live");
  }

  function onLost() {
    source?.close();
    wasLost = true;
    setState("lost");
    clearTimeout(retrying);
    retrying = setTimeout(open, wait);
    wait = Math.min(wait * 2, RETRY_MOST_MS);
  }

  function open() {
    greeted = false;
    source = new EventSource(url);
    source.addEventListener("hello", onHello);
    source.addEventListener("run", (event: MessageEvent<string>) => {
      const run = JSON.parse(event.data) as RunSummary;
      if (statuses.get(run.id) !== run.status) news.add(run.id);
      statuses.set(run.id, run.status);
      runs.set(run.id, run);
      gather();
    });
    source.addEventListener("asset", (event: MessageEvent<string>) => {
      const asset = JSON.parse(event.data) as AssetSummary;
      assets.set(asset.key, asset);
      gather();
    });
    source.addEventListener("code", (event: MessageEvent<string>) => {
      takeCode(cache, (JSON.parse(event.data) as { locations: Location[] }).locations);
    });
    source.addEventListener("error", onLost);
  }

  open();
  return () => {
    source?.close();
    clearTimeout(gathering);
    clearTimeout(retrying);
  };
}
