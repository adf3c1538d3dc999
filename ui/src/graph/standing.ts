// How every item of a scene stands: an asset by its status, a frame by what is in it.  Pure.

import type { AssetStatus, AssetSummary } from "../api/types";
import { framePath } from "./open_frames";
import type { Scene } from "./scene";

/** In the order in which a frame's bar shows them. */
export const SHOWN_STATUSES = ["failed", "running", "stale", "missing", "materialized", "external"] as const;
export type ShownStatus = (typeof SHOWN_STATUSES)[number];
export type Tally = Record<ShownStatus, number>;
export type Assets = ReadonlyMap<string, AssetSummary>;

export type Standing = {
  assets: Assets;
  tallies: ReadonlyMap<string, Tally>; // by path of a frame
  /** Items of assets that are running now. */
  running: readonly number[];
};

export const emptyTally = (): Tally => ({ failed: 0, running: 0, stale: 0, missing: 0, materialized: 0, external: 0 });

/** Stale is told where there is nothing worse to tell. */
export function shownStatus(asset: { status: AssetStatus; stale: boolean | null }): ShownStatus {
  return asset.status === "materialized" && asset.stale ? "stale" : asset.status;
}

export function tallyOf(assets: Iterable<AssetSummary>): Tally {
  const tally = emptyTally();
  for (const asset of assets) tally[shownStatus(asset)]++;
  return tally;
}

/** The paths of the frames that an asset is in, outermost first. */
export function framesOfAsset({ location, group }: Pick<AssetSummary, "location" | "group">): string[] {
  if (location === null) return [];
  return group === null ? [framePath(location)] : [framePath(location), framePath(location, group)];
}

/** `within`: only these count for frames, where less than everything is shown. */
export function standingOf(scene: Scene, assets: Assets, within?: ReadonlySet<string>): Standing {
  const tallies = new Map<string, Tally>();
  const running: number[] = [];
  for (const asset of assets.values()) {
    const box = scene.boxOf.get(asset.key);
    if (box !== undefined && asset.status === "running") running.push(box);
    if (within && !within.has(asset.key)) continue;
    const status = shownStatus(asset);
    for (const path of framesOfAsset(asset)) {
      if (!scene.frameOfPath.has(path)) continue;
      const tally = tallies.get(path) ?? emptyTally();
      tally[status]++;
      tallies.set(path, tally);
    }
  }
  return { assets, tallies, running };
}

/** The item that shows an asset: its box, or the closed frame that it is in; -1: it is not in the picture. */
export function itemOfAsset(scene: Scene, assets: Assets, key: string): number {
  const box = scene.boxOf.get(key);
  if (box !== undefined) return box;
  const asset = assets.get(key);
  if (!asset) return -1;
  for (const path of framesOfAsset(asset)) {
    const item = scene.frameOfPath.get(path);
    if (item === undefined) continue; // too small for a frame
    if (!scene.frames[item - scene.boxes]?.open) return item;
  }
  return -1;
}
