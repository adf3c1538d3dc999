import { ChevronDown, ChevronUp } from "lucide-react";
import { useEffect, useState } from "react";
import { cx } from "../../components/cx";
import { useIsPhone } from "../../components/use_media";
import { formatNoun } from "../../format/number";
import type { AssetGraph } from "../../graph/asset_graph";
import type { Scene } from "../../graph/scene";
import type { Standing } from "../../graph/standing";
import { OfAll } from "./OfAll";
import { OfAsset } from "./OfAsset";
import { OfFrame } from "./OfFrame";
import { OfMany } from "./OfMany";
import css from "./SidePanel.module.css";
import type { Address } from "./use_address";

export type SideProps = {
  scene: Scene;
  standing: Standing;
  within: ReadonlySet<string> | undefined;
  graph: AssetGraph;
  /** What is shown, as a selection; empty: all. */
  select: string;
  address: Address;
  onToggle: (path: string) => void;
  onReveal: (key: string) => void;
};

/** What is told of what is chosen: at the right, on a phone a sheet at the bottom. */
export function SidePanel(props: SideProps) {
  const { chosen } = props.address;
  const isPhone = useIsPhone();
  const [open, setOpen] = useState(false);
  const name = chosen.frame ?? chosen.assets.join(" ");
  useEffect(() => setOpen(name !== ""), [name]);
  const Chevron = open ? ChevronDown : ChevronUp;
  return (
    <aside className={cx(css.panel, isPhone && !open && css.shut)} aria-label="About what is chosen">
      {isPhone && (
        <button type="button" className={css.handle} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Chevron size={16} aria-hidden />
          {name === "" ? formatNoun(props.within?.size ?? props.standing.assets.size, "asset") : titleOf(props)}
        </button>
      )}
      {(!isPhone || open) && (
        <div className={css.content}>
          <Content {...props} />
        </div>
      )}
    </aside>
  );
}

function titleOf({ address: { chosen } }: SideProps): string {
  if (chosen.frame !== null) return chosen.frame;
  return chosen.assets.length === 1 ? (chosen.assets[0] ?? "") : formatNoun(chosen.assets.length, "asset");
}

function Content(props: SideProps) {
  const { chosen } = props.address;
  const [only] = chosen.assets;
  const frame = chosen.frame === null ? undefined : props.scene.frameOfPath.get(chosen.frame);
  if (frame !== undefined) return <OfFrame {...props} item={frame} />;
  if (chosen.assets.length > 1) return <OfMany {...props} />;
  if (only !== undefined && props.standing.assets.has(only)) return <OfAsset key={only} {...props} assetKey={only} />;
  return <OfAll {...props} />;
}
