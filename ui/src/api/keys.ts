// Keys of the query cache: the first word is the noun, so that live.ts can renew all of one.

import type { operations } from "./schema";

type QueryOf<O extends keyof operations> = Exclude<operations[O]["parameters"]["query"], undefined>;
type Loose<T> = { [K in keyof T]?: T[K] | undefined };
export type AssetFilter = Omit<Loose<QueryOf<"listAssets">>, "cursor" | "limit">;
export type RunFilter = Omit<Loose<QueryOf<"listRuns">>, "cursor" | "limit">;
export type GraphQuestion = Loose<QueryOf<"getGraph">>;

export const keys = {
  assets: ["assets"] as const,
  assetIndex: ["assets", "index"] as const,
  assetKeys: (select: string) => ["assets", "keys", select] as const,
  assetPages: (filter: AssetFilter) => ["assets", "pages", filter] as const,
  asset: (key: string) => ["asset", key] as const,
  versions: (key: string) => ["asset", key, "versions"] as const,
  preview: (key: string, version: string) => ["preview", key, version] as const,
  assetRuns: (key: string) => ["asset", key, "runs"] as const,
  partitions: (key: string) => ["asset", key, "partitions"] as const,
  lineage: (key: string, up?: number, down?: number) => ["graph", "lineage", key, up, down] as const,
  impact: (key: string) => ["graph", "impact", key] as const,
  graph: (question: GraphQuestion) => ["graph", "layout", question] as const,
  runs: ["runs"] as const,
  runPages: (filter: RunFilter) => ["runs", "pages", filter] as const,
  run: (run: string) => ["run", run] as const,
  runEvents: (run: string, step?: number) => ["run", run, "events", step] as const,
  plan: (request: object) => ["plan", request] as const,
  locations: ["locations"] as const,
  location: (location: string) => ["locations", location] as const,
  locationImpact: (location: string) => ["graph", "locationImpact", location] as const,
  findings: ["locations", "findings"] as const,
  overview: ["overview"] as const,
  search: (words: string) => ["search", words] as const,
  pools: ["pools"] as const,
  health: ["health"] as const,
};
