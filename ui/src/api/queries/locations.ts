import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../client";
import { keys } from "../keys";

export function useLocations() {
  return useQuery({ queryKey: keys.locations, queryFn: ({ signal }) => get("/api/v1/locations", {}, signal) });
}

export function useLocation(location: string) {
  return useQuery({
    queryKey: keys.location(location),
    queryFn: ({ signal }) => get("/api/v1/locations/{location}", { path: { location } }, signal),
  });
}

/** What is wrong in and between locations. */
export function useFindings() {
  return useQuery({ queryKey: keys.findings, queryFn: ({ signal }) => get("/api/v1/findings", {}, signal) });
}

/** Compiles one location again; answers how it stands then, broken or not. */
export function useReloadLocation() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (location: string) => post("/api/v1/locations/{location}/reload", { path: { location } }),
    onSuccess: (detail, location) => {
      cache.setQueryData(keys.location(location), detail);
      return cache.invalidateQueries({ queryKey: keys.locations });
    },
  });
}

/** Reads the workspace and compiles every location again. */
export function useReloadAll() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => post("/api/v1/reload", {}),
    onSuccess: (all) => {
      cache.setQueryData(keys.locations, all);
    },
  });
}
