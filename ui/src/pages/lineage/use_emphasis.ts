import { useCallback, useEffect, useMemo, useRef } from "react";
import type { AssetGraph } from "../../graph/asset_graph";
import { type Relation, relationOf, relationOfItem } from "../../graph/relation";
import type { Scene } from "../../graph/scene";
import { framesOfAsset, itemOfAsset, type Standing, shownStatus } from "../../graph/standing";
import type { GraphView } from "../../graph/view";
import type { Chosen } from "./chosen";

const POINTED_MS = 70; // a mouse on its way elsewhere changes nothing

type What = {
  view: GraphView | null;
  scene: Scene;
  standing: Standing;
  graph: AssetGraph;
  chosen: Chosen;
  status: string;
};

/** What stands out in the picture: what is chosen and its relations, what a status filter wants.  Answers what to call on hover. */
export function useEmphasis({ view, scene, standing, graph, chosen, status }: What): (item: number) => void {
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const { assets } = standing;
  const hovering = useRef(false);
  const related = useCallback(
    (keys: readonly string[]) => relationOf(scene, graph, keys, (key) => itemOfAsset(scene, assets, key)),
    [scene, graph, assets],
  );
  const resting = useMemo((): { relation: Relation | null; selected: ReadonlySet<number> } => {
    if (chosen.frame !== null) {
      const item = scene.frameOfPath.get(chosen.frame);
      return item === undefined
        ? { relation: null, selected: new Set() }
        : { relation: relationOfItem(scene, item), selected: new Set([item]) };
    }
    if (chosen.assets.length === 0) return { relation: null, selected: new Set() };
    const items = chosen.assets.map((key) => itemOfAsset(scene, assets, key)).filter((item) => item >= 0);
    return { relation: related(chosen.assets), selected: new Set(items) };
  }, [scene, chosen, related, assets]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: in another scene the same item is something else
  useEffect(() => {
    hovering.current = false;
    view?.setEmphasis({ hover: -1, veiled: false });
  }, [view, scene]);
  useEffect(() => {
    if (hovering.current) view?.setEmphasis({ selected: resting.selected });
    else view?.setEmphasis(resting);
  }, [view, resting]);
  useEffect(() => view?.setEmphasis({ lit: litBy(scene, standing, status) }), [view, scene, standing, status]);
  useEffect(() => () => clearTimeout(waiting.current), []);

  return (item) => {
    clearTimeout(waiting.current);
    hovering.current = item >= 0;
    if (item < 0) return view?.setEmphasis({ relation: resting.relation, hover: -1, veiled: false });
    view?.setEmphasis({ hover: item });
    waiting.current = setTimeout(() => {
      const key = scene.keys[item];
      const relation = key === undefined ? relationOfItem(scene, item) : related([key]);
      const open = scene.frames[item - scene.boxes]?.open ?? false;
      view?.setEmphasis({ relation: open ? resting.relation : relation, hover: item, veiled: !open });
    }, POINTED_MS);
  };
}

/** The items that stand as `status` says; null: no filter. */
function litBy(scene: Scene, { assets }: Standing, status: string): Uint8Array | null {
  if (status === "") return null;
  const lit = new Uint8Array(scene.items);
  for (const asset of assets.values()) {
    if (shownStatus(asset) !== status) continue;
    const box = scene.boxOf.get(asset.key);
    if (box !== undefined) lit[box] = 1;
    for (const path of framesOfAsset(asset)) {
      const frame = scene.frameOfPath.get(path);
      if (frame !== undefined) lit[frame] = 1;
    }
  }
  return lit;
}
