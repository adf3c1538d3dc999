import { STATUSES } from "../../components/status";
import { formatNoun } from "../../format/number";
import { type AssetGraph, neighbours } from "../../graph/asset_graph";
import { type Assets, shownStatus } from "../../graph/standing";

/** An asset in a sentence, for who hears it. */
export function tell(assets: Assets, graph: AssetGraph, key: string): string {
  const asset = assets.get(key);
  const up = neighbours(graph, key, "up").length;
  const down = neighbours(graph, key, "down").length;
  const parts = [key, asset?.location, asset && STATUSES[shownStatus(asset)].label];
  return [...parts, `made from ${formatNoun(up, "asset")}`, `used by ${down}`].filter(Boolean).join(", ");
}
