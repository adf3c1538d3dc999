import { type KeyboardEvent, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { toast } from "../../components/toast";
import { useIsPhone } from "../../components/use_media";
import { formatNoun } from "../../format/number";
import type { Point, Rect } from "../../graph/camera";
import { boxesIn } from "../../graph/draw_scene";
import { GraphCanvas } from "../../graph/GraphCanvas";
import { caretRoom } from "../../graph/look";
import { Minimap } from "../../graph/Minimap";
import { frameAt, type Scene } from "../../graph/scene";
import { type Assets, standingOf } from "../../graph/standing";
import { useAssetGraph } from "../../graph/use_asset_graph";
import type { GraphView } from "../../graph/view";
import { ZoomButtons } from "../../graph/ZoomButtons";
import { paths } from "../../paths";
import { withToggled, writeAssets, writeFrame } from "./chosen";
import { Outline } from "./Outline";
import css from "./Picture.module.css";
import { SidePanel } from "./SidePanel";
import type { Address } from "./use_address";
import { useCamera } from "./use_camera";
import { useEmphasis } from "./use_emphasis";

const MOST_CHOSEN = 500;

type Props = {
  scene: Scene;
  assets: Assets;
  within: ReadonlySet<string> | undefined;
  select: string;
  address: Address;
};

/** The graph, what is told about what is chosen, and the list that stands for it. */
export function Picture({ scene, assets, within, select, address }: Props) {
  const [view, setView] = useState<GraphView | null>(null);
  const [, navigate] = useLocation();
  const isPhone = useIsPhone();
  const { chosen, setAt } = address;
  const standing = useMemo(() => standingOf(scene, assets, within), [scene, assets, within]);
  const graph = useAssetGraph(assets);
  const { toggle, reveal } = useCamera({ view, scene, assets, select, address });
  const onHover = useEmphasis({ view, scene, standing, graph, chosen, status: address.status });

  const chooseAssets = (keys: readonly string[]) => {
    if (keys.length > MOST_CHOSEN) toast({ tone: "warn", title: `The first ${MOST_CHOSEN} were chosen` });
    setAt(writeAssets(keys.slice(0, MOST_CHOSEN)));
  };
  const onPick = (item: number, more: boolean, at: Point) => {
    const key = scene.keys[item];
    const frame = frameAt(scene, item);
    if (key !== undefined) return chooseAssets(more ? withToggled(chosen.assets, key) : [key]);
    if (!frame) return more ? undefined : setAt("");
    const place = view?.place(item);
    if (view && place && at.x - place.x < caretRoom(view.camera.scale)) toggle(frame.path);
    else setAt(writeFrame(frame.path));
  };
  const onOpen = (item: number) => {
    const key = scene.keys[item];
    const frame = frameAt(scene, item);
    if (key !== undefined) navigate(paths.asset(key));
    else if (frame) toggle(frame.path);
  };
  const onLasso = (rect: Rect | null, done: boolean) => {
    view?.setEmphasis({ lasso: done ? null : rect });
    if (!done || !rect) return;
    const caught = boxesIn(scene, rect).map((item) => scene.keys[item] ?? "");
    if (caught.length > 0) chooseAssets([...new Set([...chosen.assets, ...caught])]);
  };
  const onKey = (event: KeyboardEvent) => {
    const [only] = chosen.assets;
    if (event.key === "Escape") setAt("");
    else if (event.key === "Enter" && chosen.frame !== null) toggle(chosen.frame);
    else if (event.key === "Enter" && only !== undefined) navigate(paths.asset(only));
    else return;
    event.preventDefault();
  };
  return (
    <div className={css.picture}>
      {address.isList && (
        <Outline
          assets={assets}
          within={within}
          graph={graph}
          chosen={chosen}
          onChoose={(key) => {
            chooseAssets([key]);
            reveal(key);
          }}
        />
      )}
      <div className={css.canvas}>
        <GraphCanvas
          scene={scene}
          standing={standing}
          heard={{ onPick, onOpen, onHover, onLasso }}
          label={`${formatNoun(scene.boxes, "asset")} and how they depend on each other. Arrow keys move, plus and minus zoom; the list beside it tells the same.`}
          onView={setView}
          onKey={onKey}
        >
          {view && <ZoomButtons view={view} />}
          {view && !isPhone && <Minimap view={view} scene={scene} />}
        </GraphCanvas>
      </div>
      <SidePanel
        scene={scene}
        standing={standing}
        within={within}
        graph={graph}
        select={select}
        address={address}
        onToggle={toggle}
        onReveal={reveal}
      />
    </div>
  );
}
