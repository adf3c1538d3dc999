import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "../client";
import { keys } from "../keys";

export function useOverview() {
  return useQuery({ queryKey: keys.overview, queryFn: ({ signal }) => get("/api/v1/overview", {}, signal) });
}

export function useHealth() {
  return useQuery({ queryKey: keys.health, queryFn: ({ signal }) => get("/api/v1/health", {}, signal) });
}

/** Assets, groups, locations and runs whose names fit; nothing is asked for while there are no words. */
export function useSearchResults(words: string) {
  const q = words.trim();
  return useQuery({
    queryKey: keys.search(q),
    queryFn: ({ signal }) => get("/api/v1/search", { query: { q } }, signal),
    enabled: q !== "",
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}
