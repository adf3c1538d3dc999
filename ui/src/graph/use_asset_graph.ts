import { useRef } from "react";
import { type AssetGraph, assetGraphOf, sameShape } from "./asset_graph";
import type { Assets } from "./standing";

type Kept = { assets: Assets; graph: AssetGraph };

/** Who depends on whom; made anew when that changed, not when a status did. */
export function useAssetGraph(assets: Assets): AssetGraph {
  const kept = useRef<Kept | null>(null);
  if (kept.current && sameShape(kept.current.assets, assets)) kept.current.assets = assets;
  else kept.current = { assets, graph: assetGraphOf(assets) };
  return kept.current.graph;
}
