import { useEffect, useState } from "react";
import type { GraphView } from "../../graph/view";
import { readCamera, writeCamera } from "./camera_text";

const RESTS_MS = 300;

/** `home`: what is seen when nobody moved.  `written`: what the URL holds because of us. */
class Seen {
  home = "";
  written = "";

  /** Shows what the URL asks for, if that is not what it was told here: a link, or a step back. */
  restore(view: GraphView, text: string): boolean {
    const camera = text === this.written ? null : readCamera(text, view.size);
    this.written = text;
    if (camera) view.moveTo(camera);
    return camera !== null;
  }
}

/** Writes where the camera rests into the URL. */
export function useSeen(view: GraphView | null, setView: (text: string) => void): Seen {
  const [seen] = useState(() => new Seen());
  useEffect(() => {
    if (!view) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = () => {
      const text = writeCamera(view.camera, view.size);
      const wanted = text === seen.home ? "" : text;
      if (wanted === seen.written) return;
      seen.written = wanted;
      setView(wanted);
    };
    const stop = view.watch(() => {
      clearTimeout(timer);
      timer = setTimeout(write, RESTS_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [view, seen, setView]);
  return seen;
}
