// The documents of the API, by short names.

import type { Schema } from "./client";

export type Asset = Schema["Asset"];
export type AssetStatus = Schema["AssetStatus"];
export type AssetSummary = Schema["AssetSummary"];
export type Event = Schema["Event"];
export type Failure = Schema["Failure"];
export type Graph = Schema["Graph"];
export type Health = Schema["Health"];
export type Impact = Schema["Impact"];
export type Lineage = Schema["Lineage"];
export type Location = Schema["Location"];
export type LocationDetail = Schema["LocationDetail"];
export type LocationHealth = Location["health"];
export type Overview = Schema["Overview"];
export type Plan = Schema["Plan"];
export type Preview = Schema["Preview"];
export type Run = Schema["Run"];
export type RunRequest = Schema["RunRequest"];
export type RunStatus = Schema["RunStatus"];
export type RunSummary = Schema["RunSummary"];
export type SearchResult = Schema["SearchResults"]["items"][number];
export type StaleReason = Schema["StaleReason"];
export type Step = Schema["Step"];
export type StepStatus = Schema["StepStatus"];
export type Version = Schema["Version"];
