import { useMemo, useState } from "react";
import { useIsPhone } from "../../components/use_media";
import { formatNoun } from "../../format/number";
import type { Point } from "../../graph/camera";
import { GraphCanvas } from "../../graph/GraphCanvas";
import { Minimap } from "../../graph/Minimap";
import type { Scene } from "../../graph/scene";
import { type Assets, standingOf } from "../../graph/standing";
import { useAssetGraph } from "../../graph/use_asset_graph";
import type { GraphView } from "../../graph/view";
import { ZoomButtons } from "../../graph/ZoomButtons";
import { ItemMenu, type MenuPlace } from "./ItemMenu";
import { Outline } from "./Outline";
import css from "./Picture.module.css";
import { SidePanel } from "./SidePanel";
import { tell } from "./tell";
import type { Address } from "./use_address";
import { useCamera } from "./use_camera";
import { useChoice } from "./use_choice";
import { useEmphasis } from "./use_emphasis";
import { useKeys } from "./use_keys";

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
  const isPhone = useIsPhone();
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const { chosen } = address;
  const standing = useMemo(() => standingOf(scene, assets, within), [scene, assets, within]);
  const graph = useAssetGraph(assets);
  const { toggle, reveal } = useCamera({ view, scene, assets, select, address });
  const onHover = useEmphasis({ view, scene, standing, graph, chosen, status: address.status });
  const choice = useChoice({ view, scene, address, toggle });
  const { choose, chosenItem, onPick, onOpen, onLasso } = choice;
  const onKey = useKeys({ ...choice, address, select });
  const onMenu = (item: number | null, { x, y }: Point) => {
    const place = item === null ? view?.place(chosenItem()) : null;
    setMenu({ item: item ?? chosenItem(), at: { x: x + (place?.x ?? 0), y: y + (place?.y ?? 0) } });
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
            choose([key]);
            reveal(key);
          }}
        />
      )}
      <div className={css.canvas}>
        <GraphCanvas
          scene={scene}
          standing={standing}
          heard={{ onPick, onOpen, onHover, onLasso, onMenu }}
          label={`${formatNoun(scene.boxes, "asset")} and how they depend on each other. Arrow keys go from one to the next, Shift and F10 tells what can be done; the list tells the same.`}
          onView={setView}
          onKey={onKey}
        >
          {view && <ZoomButtons view={view} />}
          {view && !isPhone && <Minimap view={view} scene={scene} />}
        </GraphCanvas>
        {!address.isList && (
          <p className={css.told} aria-live="polite">
            {chosen.frame ?? chosen.assets.map((key) => tell(assets, graph, key)).slice(0, 1)}
          </p>
        )}
        {menu && (
          <ItemMenu
            {...menu}
            shown={{ scene, standing, graph, within, select, chosen: chosen.assets }}
            address={address}
            onChoose={choose}
            onToggle={toggle}
            onFit={() => view?.fit()}
            onClose={() => setMenu(null)}
          />
        )}
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
