import { useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { useAssetIndex, useGraph } from "../api/queries";
import type { AssetSummary, Graph } from "../api/types";
import { Loaded } from "../components/States";
import { selectAround } from "../format/selection";
import { paths } from "../paths";
import { centered } from "./camera";
import { GraphCanvas } from "./GraphCanvas";
import css from "./LineageView.module.css";
import { ALL_OPEN } from "./open_frames";
import { relationOf } from "./relation";
import { rectOf, sceneOf } from "./scene";
import { itemOfAsset, standingOf } from "./standing";
import { useAssetGraph } from "./use_asset_graph";
import type { GraphView } from "./view";
import { ZoomButtons } from "./ZoomButtons";

const DEPTH = 2;
const READABLE = 0.72;
const NO_ASSETS: ReadonlyMap<string, AssetSummary> = new Map();

/** What is near an asset, as a picture; a click on another goes to its page. */
export function LineageView({ assetKey }: { assetKey: string }) {
  const graph = useGraph({ select: selectAround([assetKey], "both", DEPTH), open: ALL_OPEN });
  return (
    <div className={css.view}>
      <Loaded query={graph}>{(data) => <Near assetKey={assetKey} graph={data} />}</Loaded>
    </div>
  );
}

function Near({ assetKey, graph }: { assetKey: string; graph: Graph }) {
  const [view, setView] = useState<GraphView | null>(null);
  const [, navigate] = useLocation();
  const assets = useAssetIndex().data ?? NO_ASSETS;
  const scene = useMemo(() => sceneOf(graph), [graph]);
  const standing = useMemo(() => standingOf(scene, assets), [scene, assets]);
  const lineage = useAssetGraph(assets);
  const own = scene.boxOf.get(assetKey) ?? -1;

  useEffect(() => {
    if (!view || own < 0) return;
    view.fit(null, false);
    if (view.camera.scale < READABLE) view.moveTo(centered(rectOf(scene, own), view.size, READABLE));
  }, [view, scene, own]);
  useEffect(() => {
    const relation = relationOf(scene, lineage, [assetKey], (key) => itemOfAsset(scene, assets, key));
    view?.setEmphasis({ relation, selected: new Set([own]) });
  }, [view, scene, assets, lineage, assetKey, own]);

  const go = (item: number) => {
    const key = scene.keys[item];
    if (key !== undefined && key !== assetKey) navigate(paths.asset(key));
  };
  const heard = { onPick: go, onOpen: go, onHover: (hover: number) => view?.setEmphasis({ hover }), onLasso: () => {} };
  return (
    <GraphCanvas
      scene={scene}
      standing={standing}
      heard={heard}
      label={`What ${assetKey} is made from and what is made from it; the lists below tell the same`}
      onView={setView}
      within
    >
      {view && <ZoomButtons view={view} />}
    </GraphCanvas>
  );
}
