import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { AssetKey } from "../../components/AssetKey";
import { cx } from "../../components/cx";
import { StatusIcon } from "../../components/StatusTag";
import { type AssetGraph, neighbours } from "../../graph/asset_graph";
import { type Assets, shownStatus } from "../../graph/standing";
import type { Chosen } from "./chosen";
import css from "./Outline.module.css";
import { tell } from "./tell";

const ROW = 30;
const BEYOND = 8;

type Props = {
  assets: Assets;
  within: ReadonlySet<string> | undefined;
  graph: AssetGraph;
  chosen: Chosen;
  onChoose: (key: string) => void;
};

/** The graph as a list.  Up and down go through it, left to what an asset is made from, right to what is made from it. */
export function Outline({ assets, within, graph, chosen, onChoose }: Props) {
  const keys = useMemo(() => [...assets.keys()].filter((key) => within?.has(key) ?? true), [assets, within]);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [told, setTold] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const current = chosen.assets[0] ?? null;
  const at = current === null ? -1 : keys.indexOf(current);

  useEffect(() => {
    const box = list.current;
    if (!box) return;
    const observer = new ResizeObserver(() => setHeight(box.clientHeight));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const box = list.current;
    if (!box || at < 0) return;
    if (at * ROW < box.scrollTop) box.scrollTop = at * ROW;
    else if ((at + 1) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (at + 1) * ROW - box.clientHeight;
  }, [at]);

  const go = (key: string | undefined, missing: string) => {
    if (key === undefined) return setTold(missing);
    setTold(tell(assets, graph, key));
    onChoose(key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -keys.length, End: keys.length }[
      event.key
    ];
    if (step !== undefined) go(keys[Math.min(Math.max(at + step, 0), keys.length - 1)], "There are no assets");
    else if (event.key === "ArrowLeft" && current !== null)
      go(neighbours(graph, current, "up")[0], `${current} is made from nothing`);
    else if (event.key === "ArrowRight" && current !== null)
      go(neighbours(graph, current, "down")[0], `Nothing is made from ${current}`);
    else return;
    event.preventDefault();
  };
  const first = Math.max(Math.floor(top / ROW) - BEYOND, 0);
  const shown = keys.slice(first, first + Math.ceil(height / ROW) + 2 * BEYOND);
  return (
    <div className={css.outline}>
      <div
        ref={list}
        className={css.list}
        role="listbox"
        tabIndex={0}
        aria-label="Assets. Left: what it is made from; right: what is made from it"
        aria-activedescendant={at >= 0 ? `outline-${at}` : undefined}
        onKeyDown={onKeyDown}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div style={{ height: keys.length * ROW }}>
          {shown.map((key, i) => (
            <Row
              key={key}
              id={first + i}
              asset={key}
              assets={assets}
              chosen={chosen.assets.includes(key)}
              total={keys.length}
              onChoose={onChoose}
            />
          ))}
        </div>
      </div>
      <p className={css.told} aria-live="polite">
        {told}
      </p>
    </div>
  );
}

type RowProps = {
  id: number;
  asset: string;
  assets: Assets;
  chosen: boolean;
  total: number;
  onChoose: (key: string) => void;
};

function Row({ id, asset: key, assets, chosen, total, onChoose }: RowProps) {
  const asset = assets.get(key);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around it takes the keys
    <div
      id={`outline-${id}`}
      role="option"
      aria-selected={chosen}
      aria-posinset={id + 1}
      aria-setsize={total}
      className={cx(css.row, chosen && css.chosen)}
      style={{ top: id * ROW }}
      onClick={() => onChoose(key)}
    >
      {asset && <StatusIcon status={shownStatus(asset)} />}
      <AssetKey of={key} />
    </div>
  );
}
