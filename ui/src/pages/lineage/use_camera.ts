import { useCallback, useEffect, useRef } from "react";
import { centered, type Point, showing } from "../../graph/camera";
import { opened, toggled } from "../../graph/open_frames";
import { rectOf, type Scene } from "../../graph/scene";
import { type Assets, framesOfAsset } from "../../graph/standing";
import type { GraphView } from "../../graph/view";
import { writeCamera } from "./camera_text";
import type { Address } from "./use_address";
import { useSeen } from "./use_seen";

const READABLE = 0.9;

type What = { view: GraphView | null; scene: Scene; assets: Assets; select: string; address: Address };
/** What the next picture is to show where: a frame that was opened or closed stays in its place, an asset comes into sight. */
type Wish = { frame: string; at: Point } | { asset: string };

export function useCamera({ view, scene, assets, select, address }: What) {
  const wish = useRef<Wish | null>(null);
  const shown = useRef<{ scene: Scene; select: string; view: GraphView } | null>(null);
  const latest = useRef(address);
  const seen = useSeen(view, address.setView);
  const { setOpen } = address;
  useEffect(() => {
    latest.current = address;
  });

  const toggle = useCallback(
    (path: string) => {
      const item = scene.frameOfPath.get(path);
      const at = view?.place(item ?? -1);
      if (at) wish.current = { frame: path, at };
      setOpen(toggled(scene.frames, path), { push: true });
    },
    [scene, view, setOpen],
  );

  const reveal = useCallback(
    (key: string) => {
      const box = scene.boxOf.get(key);
      if (view && box !== undefined) return approach(view, scene, box);
      const asset = assets.get(key);
      if (!asset) return;
      const paths = framesOfAsset(asset).filter((path) => scene.frameOfPath.has(path));
      if (paths.length === 0) return;
      wish.current = { asset: key };
      setOpen(opened(scene.frames, ...framesOfAsset(asset)), { push: true });
    },
    [scene, view, assets, setOpen],
  );

  useEffect(() => {
    if (!view) return;
    const before = shown.current;
    shown.current = { scene, select, view };
    if (before?.scene === scene && before.view === view) return;
    const wanted = wish.current;
    wish.current = null;
    if (wanted && "asset" in wanted) {
      const box = scene.boxOf.get(wanted.asset);
      if (box !== undefined) return approach(view, scene, box);
    }
    if (wanted && "frame" in wanted && keep(view, scene, wanted.frame, wanted.at)) return;
    const box = scene.boxOf.get(latest.current.chosen.assets[0] ?? "");
    const home = box === undefined ? view.first : showing(view.first, rectOf(scene, box), view.size);
    seen.home = writeCamera(home, view.size);
    if (!seen.restore(view, latest.current.view)) view.moveTo(home, before?.view === view);
  }, [view, scene, select, seen]);

  const focused = useRef("");
  useEffect(() => {
    if (!view || address.focus === "" || focused.current === address.focus || assets.size === 0) return;
    focused.current = address.focus;
    reveal(address.focus);
  }, [view, address.focus, assets, reveal]);

  return { toggle, reveal };
}

function approach(view: GraphView, scene: Scene, item: number) {
  const rect = rectOf(scene, item);
  const { camera, size } = view;
  if (camera.scale >= READABLE * 0.7) view.moveTo(showing(camera, rect, size, 90), true);
  else view.moveTo(centered(rect, size, READABLE), true);
}

/** The frame's upper left corner stays where it is on the screen, then as much of the frame as fits comes into sight. */
function keep(view: GraphView, scene: Scene, path: string, at: Point): boolean {
  const item = scene.frameOfPath.get(path);
  if (item === undefined) return false;
  const rect = rectOf(scene, item);
  const { scale } = view.camera;
  view.moveTo({ x: rect.x - at.x / scale, y: rect.y - at.y / scale, scale });
  if (rect.width * scale > view.size.width * 0.9 || rect.height * scale > view.size.height * 0.9) view.fit(rect, true);
  else view.moveTo(showing(view.camera, rect, view.size, 24), true);
  return true;
}
