import { useMemo, useRef, useState } from "react";
import { asProblem } from "../../api/client";
import { useAssetIndex, useGraph, useSelectedKeys } from "../../api/queries";
import type { Graph } from "../../api/types";
import { Page } from "../../app/Page";
import { Spinner } from "../../components/Spinner";
import { ErrorState } from "../../components/States";
import { useIsPhone } from "../../components/use_media";
import { narrowed } from "../../format/selection";
import { type Scene, sceneOf } from "../../graph/scene";
import type { Assets } from "../../graph/standing";
import css from "./index.module.css";
import { Nothing, Refused } from "./Nothing";
import { Picture } from "./Picture";
import { Toolbar } from "./Toolbar";
import { useAddress } from "./use_address";

const NOTHING: Assets = new Map();
const BESIDE = 540; // navigation and panel
const ABOVE = 100;

/** The last picture stays while the next is made, and when what was asked for is refused. */
function useScene(graph: Graph | undefined): Scene | null {
  const last = useRef<{ graph: Graph; scene: Scene } | null>(null);
  if (graph && last.current?.graph.hash !== graph.hash) last.current = { graph, scene: sceneOf(graph) };
  return last.current?.scene ?? null;
}

/** Of the room for the picture, in hundredths: one of a few, as it was when the page was opened. */
function useAspect(): number {
  const isPhone = useIsPhone();
  const [aspect] = useState(() => {
    const room = isPhone ? window.innerWidth : window.innerWidth - BESIDE;
    return Math.min(Math.max(Math.round((room / (window.innerHeight - ABOVE)) * 4) * 25, 50), 200);
  });
  return aspect;
}

/** All repositories as one graph. */
export function LineagePage() {
  const address = useAddress();
  const select = narrowed(address.select, address);
  const graph = useGraph({ select: select || undefined, open: address.open || undefined, aspect: useAspect() });
  const index = useAssetIndex();
  const selected = useSelectedKeys(select);
  const scene = useScene(graph.data);
  const within = useMemo(() => (select === "" ? undefined : selected.data), [select, selected.data]);
  const refused = graph.error && isOfSelection(graph.error) ? graph.error : undefined;
  return (
    <Page title="Lineage" fit="bare">
      <div className={css.page}>
        <Toolbar
          address={address}
          assets={index.data ?? NOTHING}
          scene={scene}
          shown={within?.size}
          error={refused}
          busy={graph.isFetching}
        />
        <div className={css.body}>
          {graph.error && !refused ? (
            <ErrorState error={graph.error} onRetry={() => void graph.refetch()} />
          ) : !scene ? (
            <div className={css.waiting}>{refused ? <Refused address={address} /> : <Spinner />}</div>
          ) : scene.items === 0 ? (
            <Nothing address={address} select={select} assets={index.data ?? NOTHING} />
          ) : (
            <Picture scene={scene} assets={index.data ?? NOTHING} within={within} select={select} address={address} />
          )}
        </div>
      </div>
    </Page>
  );
}

function isOfSelection(error: unknown): boolean {
  return ["invalid", "not_found"].includes(asProblem(error).kind);
}
