// What can be done with an item of the picture, with all that is chosen where it is among them, or with the whole.

import {
  ArrowDownFromLine,
  ArrowUpFromLine,
  Copy,
  ExternalLink,
  FolderClosed,
  FolderOpen,
  Link2,
  Maximize,
  Play,
  SquareArrowOutUpRight,
  Workflow,
} from "lucide-react";
import type { AssetSummary } from "../../api/types";
import type { MenuItem } from "../../components/Menu";
import { formatCount } from "../../format/number";
import {
  selectAround,
  selectAsset,
  selectAssets,
  selectDownstream,
  selectFrame,
  selectUpstream,
} from "../../format/selection";
import { type AssetGraph, reach, reached } from "../../graph/asset_graph";
import { ALL_OPEN, NONE_OPEN } from "../../graph/open_frames";
import { type Frame, frameAt, type Scene } from "../../graph/scene";
import { framesOfAsset, type Standing, shownStatus } from "../../graph/standing";
import { paths } from "../../paths";

const MOST_NAMED = 200; // keys that a selection still names well

export type Shown = {
  scene: Scene;
  standing: Standing;
  graph: AssetGraph;
  /** Of the assets, those that are shown; undefined: all. */
  within: ReadonlySet<string> | undefined;
  /** As a selection; empty: all. */
  select: string;
  chosen: readonly string[];
};

export type Doing = {
  /** Null: everything. */
  plan: (selection: string | null) => void;
  go: (path: string) => void;
  goInTab: (path: string) => void;
  choose: (keys: readonly string[]) => void;
  showOnly: (selection: string) => void;
  open: (frames: string) => void;
  toggle: (path: string) => void;
  fit: () => void;
  copy: (text: string, what: string) => void;
};

export type Offer = { label: string; items: readonly MenuItem[] };

const counted = (label: string, count: number) => `${label} (${formatCount(count)})`;

export function offerOf(shown: Shown, item: number, doing: Doing): Offer {
  const key = shown.scene.keys[item];
  const frame = frameAt(shown.scene, item);
  const asset = key === undefined ? undefined : shown.standing.assets.get(key);
  if (asset && shown.chosen.length > 1 && shown.chosen.includes(asset.key)) return ofChosen(shown.chosen, doing);
  if (asset) return ofAsset(shown, asset, doing);
  if (frame) return ofFrame(shown, frame, doing);
  return ofWhole(shown, doing);
}

function ofAsset({ graph }: Shown, asset: AssetSummary, doing: Doing): Offer {
  const { key, run } = asset;
  const page = paths.asset(key);
  const up = reached(graph, reach(graph, [key], "up"));
  const down = reached(graph, reach(graph, [key], "down"));
  const plan = (label: string, selection: string): MenuItem => ({
    ...{ label, icon: Play, disabled: asset.location === null },
    onSelect: () => doing.plan(selection),
  });
  return {
    label: key,
    items: [
      { label: "View asset details", icon: ExternalLink, keys: "Enter", onSelect: () => doing.go(page) },
      { label: "Open in a new tab", icon: SquareArrowOutUpRight, onSelect: () => doing.goInTab(page) },
      {
        ...{ label: "View latest run", icon: ExternalLink, disabled: run === null },
        onSelect: () => run !== null && doing.go(paths.run(run)),
      },
      "separator",
      plan("Materialize", selectAsset(key)),
      ...(up.length > 0 ? [plan("Materialize with upstream", selectUpstream(key))] : []),
      ...(down.length > 0 ? [plan("Materialize with downstream", selectDownstream(key))] : []),
      "separator",
      {
        ...{ label: counted("Select upstream", up.length), icon: ArrowUpFromLine, disabled: up.length === 0 },
        onSelect: () => doing.choose([key, ...up]),
      },
      {
        ...{ label: counted("Select downstream", down.length), icon: ArrowDownFromLine, disabled: down.length === 0 },
        onSelect: () => doing.choose([key, ...down]),
      },
      {
        label: "Show only its lineage",
        icon: Workflow,
        onSelect: () => doing.showOnly(selectAround([key], "both")),
      },
      "separator",
      { label: "Copy asset key", icon: Copy, onSelect: () => doing.copy(key, "The key was") },
    ],
  };
}

function ofChosen(keys: readonly string[], doing: Doing): Offer {
  return {
    label: `${formatCount(keys.length)} assets chosen`,
    items: [
      {
        label: counted("Materialize selected", keys.length),
        icon: Play,
        onSelect: () => doing.plan(selectAssets(keys)),
      },
      {
        label: "Show only their lineage",
        icon: Workflow,
        onSelect: () => doing.showOnly(selectAround(keys, "both")),
      },
      "separator",
      { label: "Copy asset keys", icon: Copy, onSelect: () => doing.copy(keys.join("\n"), "The keys were") },
      { label: "Select none", onSelect: () => doing.choose([]) },
    ],
  };
}

/** Those that a run would bring up to date; nothing where they are too many to be named. */
function unsynced(assets: readonly AssetSummary[], doing: Doing): MenuItem[] {
  const keys = assets
    .filter((asset) => asset.location !== null && ["stale", "missing", "failed"].includes(shownStatus(asset)))
    .map(({ key }) => key);
  if (keys.length === 0 || keys.length > MOST_NAMED || keys.length === assets.length) return [];
  return [
    {
      label: counted("Materialize stale and missing", keys.length),
      icon: Play,
      onSelect: () => doing.plan(selectAssets(keys)),
    },
  ];
}

const shownOf = ({ standing, within }: Shown): AssetSummary[] =>
  [...standing.assets.values()].filter(({ key }) => within?.has(key) ?? true);

function ofFrame(shown: Shown, frame: Frame, doing: Doing): Offer {
  const inside = shownOf(shown).filter((asset) => framesOfAsset(asset).includes(frame.path));
  const location = inside[0]?.location ?? frame.name;
  const selection = selectFrame(location, frame.kind === "group" ? frame.name : undefined);
  return {
    label: frame.name,
    items: [
      {
        ...{ label: frame.open ? "Collapse" : "Expand", icon: frame.open ? FolderClosed : FolderOpen, keys: "Enter" },
        onSelect: () => doing.toggle(frame.path),
      },
      {
        label: `Filter to this ${frame.kind === "group" ? "group" : "code location"}`,
        icon: Workflow,
        onSelect: () => doing.showOnly(selection),
      },
      { label: "View code location", icon: ExternalLink, onSelect: () => doing.go(paths.location(location)) },
      "separator",
      { label: counted("Materialize", inside.length), icon: Play, onSelect: () => doing.plan(selection) },
      ...unsynced(inside, doing),
      "separator",
      {
        label: "Select its assets",
        disabled: inside.length > MOST_NAMED,
        onSelect: () => doing.choose(inside.map(({ key }) => key)),
      },
      { label: "Copy name", icon: Copy, onSelect: () => doing.copy(frame.name, "The name was") },
    ],
  };
}

function ofWhole(shown: Shown, doing: Doing): Offer {
  const assets = shownOf(shown);
  return {
    label: shown.select === "" ? "All assets" : "Selected assets",
    items: [
      { label: "Show everything", icon: Maximize, keys: "0", onSelect: doing.fit },
      { label: "Expand all", icon: FolderOpen, onSelect: () => doing.open(ALL_OPEN) },
      { label: "Collapse all", icon: FolderClosed, onSelect: () => doing.open(NONE_OPEN) },
      "separator",
      {
        label: shown.select === "" ? "Materialize all" : counted("Materialize", assets.length),
        icon: Play,
        onSelect: () => doing.plan(shown.select || null),
      },
      ...unsynced(assets, doing),
      "separator",
      {
        label: "Copy a link to this view",
        icon: Link2,
        onSelect: () => doing.copy(window.location.href, "The link was"),
      },
    ],
  };
}
