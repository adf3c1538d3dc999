import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../client";
import { keys, type RunFilter } from "../keys";
import type { RunRequest } from "../types";

/** Runs, newest first, in pages; `data.pages.flatMap((p) => p.items)`. */
export function useRuns(filter: RunFilter) {
  return useInfiniteQuery({
    queryKey: keys.runPages(filter),
    queryFn: ({ pageParam, signal }) =>
      get("/api/v1/runs", { query: { ...filter, limit: 100, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** An id, a piece of one, or `latest`. */
export function useRun(run: string) {
  return useQuery({
    queryKey: keys.run(run),
    queryFn: ({ signal }) => get("/api/v1/runs/{run}", { path: { run } }, signal),
  });
}

/** The whole record of a run, page after page; of one step when `step` is given (-1: of the run itself). */
export function useRunEvents(run: string, step?: number) {
  return useInfiniteQuery({
    queryKey: keys.runEvents(run, step),
    queryFn: ({ pageParam, signal }) =>
      get("/api/v1/runs/{run}/events", { path: { run }, query: { step, after: pageParam } }, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** What would run; asked for as long as `enabled`, errors of the selection included. */
export function usePlan(request: RunRequest, enabled = true) {
  return useQuery({
    queryKey: keys.plan(request),
    queryFn: () => post("/api/v1/plan", {}, request),
    placeholderData: keepPreviousData,
    retry: false,
    enabled,
  });
}

export function useLaunchRun() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (request: RunRequest) => post("/api/v1/runs", {}, request),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.runs }),
  });
}

export function useCancelRun() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ run, hard = false }: { run: string; hard?: boolean }) =>
      post("/api/v1/runs/{run}/cancel", { path: { run } }, { hard }),
    onSuccess: (_, { run }) => cache.invalidateQueries({ queryKey: keys.run(run) }),
  });
}

/** From what failed; with `all` every step.  Answers the new run. */
export function useRetryRun() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ run, all = false }: { run: string; all?: boolean }) =>
      post("/api/v1/runs/{run}/retry", { path: { run } }, { all }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.runs }),
  });
}

export function usePools() {
  return useQuery({ queryKey: keys.pools, queryFn: ({ signal }) => get("/api/v1/pools", {}, signal) });
}
