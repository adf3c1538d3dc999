import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "../client";
import { type GraphQuestion, keys } from "../keys";

/** The laid out graph; the last one stays in sight while the next is on its way. */
export function useGraph(question: GraphQuestion) {
  return useQuery({
    queryKey: keys.graph(question),
    queryFn: ({ signal }) => get("/api/v1/graph", { query: question }, signal),
    placeholderData: keepPreviousData,
  });
}

/** Levels up and down; absent, all. */
export function useLineage(key: string, up?: number, down?: number) {
  return useQuery({
    queryKey: keys.lineage(key, up, down),
    queryFn: ({ signal }) => get("/api/v1/assets/{key}/lineage", { path: { key }, query: { up, down } }, signal),
    placeholderData: keepPreviousData,
  });
}

export function useImpact(key: string) {
  return useQuery({
    queryKey: keys.impact(key),
    queryFn: ({ signal }) => get("/api/v1/assets/{key}/impact", { path: { key } }, signal),
  });
}

export function useLocationImpact(location: string) {
  return useQuery({
    queryKey: keys.locationImpact(location),
    queryFn: ({ signal }) => get("/api/v1/locations/{location}/impact", { path: { location } }, signal),
  });
}
