import { useLocation } from "wouter";
import { toast } from "../../components/toast";
import { selectAssets, selectFrame } from "../../format/selection";
import { type Point, type Rect, seen, showing } from "../../graph/camera";
import { boxesIn } from "../../graph/draw_scene";
import { caretRoom } from "../../graph/look";
import { frameAt, rectOf, type Scene } from "../../graph/scene";
import type { GraphView } from "../../graph/view";
import { type Direction, nearestTo, neighbourOf } from "../../graph/walk";
import { paths } from "../../paths";
import { withToggled, writeAssets, writeFrame } from "./chosen";
import type { Address } from "./use_address";

const MOST_CHOSEN = 500;
const ROOM = 60; // kept around what was walked to

type What = { view: GraphView | null; scene: Scene; address: Address; toggle: (path: string) => void };

/** What clicks, a lasso and arrow keys choose. */
export function useChoice({ view, scene, address, toggle }: What) {
  const [, navigate] = useLocation();
  const { chosen, setAt } = address;

  const choose = (keys: readonly string[]) => {
    if (keys.length > MOST_CHOSEN) toast({ tone: "warn", title: `The first ${MOST_CHOSEN} were chosen` });
    setAt(writeAssets(keys.slice(0, MOST_CHOSEN)));
  };
  const chooseItem = (item: number) => {
    const key = scene.keys[item];
    const frame = frameAt(scene, item);
    if (key !== undefined) choose([key]);
    else setAt(frame ? writeFrame(frame.path) : "");
  };
  /** The item that is chosen alone, or was chosen first; -1: none that is in the picture. */
  const chosenItem = (): number =>
    (chosen.frame === null ? scene.boxOf.get(chosen.assets[0] ?? "") : scene.frameOfPath.get(chosen.frame)) ?? -1;

  /** Empty: nothing is chosen. */
  const chosenSelection = (): string => {
    const item = chosenItem();
    const frame = frameAt(scene, item);
    if (!frame) return selectAssets(chosen.assets);
    return selectFrame(
      scene.locations[scene.locationOf[item] ?? -1] ?? "",
      frame.kind === "group" ? frame.name : undefined,
    );
  };

  const onPick = (item: number, more: boolean, at: Point) => {
    const key = scene.keys[item];
    const frame = frameAt(scene, item);
    const place = view?.place(item);
    if (more && key !== undefined) choose(withToggled(chosen.assets, key));
    else if (more && !frame) return;
    else if (frame && view && place && at.x - place.x < caretRoom(view.camera.scale)) toggle(frame.path);
    else chooseItem(item);
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
    if (caught.length > 0) choose([...new Set([...chosen.assets, ...caught])]);
  };
  const walk = (direction: Direction) => {
    if (!view) return;
    const from = chosenItem();
    const item =
      from < 0 ? nearestTo(scene, middleOf(seen(view.target, view.size))) : neighbourOf(scene, from, direction);
    if (item < 0) return;
    chooseItem(item);
    view.moveTo(showing(view.target, rectOf(scene, item), view.size, ROOM), true);
  };
  return { choose, chosenItem, chosenSelection, onPick, onOpen, onLasso, walk };
}

const middleOf = ({ x, y, width, height }: Rect): Point => ({ x: x + width / 2, y: y + height / 2 });
