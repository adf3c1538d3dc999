import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from "react";
import { formatCount } from "../../format/number";
import css from "./LogLines.module.css";
import { countOf, type LogText } from "./log_text";

const LINE_HEIGHT = 19;
const AHEAD = 40;
const MOST_LETTERS = 5_000; // of a line; browsers get slow with more
const BACKWARDS: ReadonlySet<string> = new Set(["ArrowUp", "PageUp", "Home"]);

type Props = {
  text: LogText;
  /** Its end stays in sight. */
  follows: boolean;
  onLeaveEnd: () => void;
  /** The last line comes into sight. */
  onEnd: () => void;
};

/** Those lines that are in sight.  Which they are does not change when others come before them or go. */
export function LogLines({ text, follows, onLeaveEnd, onEnd }: Props) {
  const { lines, from, first } = text;
  const count = countOf(text);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (count > 0 && (follows || last >= count - AHEAD)) onEnd();
  }, [follows, last, count, onEnd]);

  const was = useRef(first);
  useLayoutEffect(() => {
    const view = scroller.current;
    // not the virtualizer's scrollToIndex: it goes on aiming at a line when the reader has left it
    if (view) view.scrollTop = follows ? count * LINE_HEIGHT : view.scrollTop + (was.current - first) * LINE_HEIGHT;
    was.current = first;
  }, [first, count, follows]);

  const onKeyDown = (event: KeyboardEvent) => BACKWARDS.has(event.key) && onLeaveEnd();
  return (
    <section
      ref={scroller}
      className={css.scroller}
      aria-label="What it printed"
      tabIndex={0}
      onWheel={(event) => event.deltaY < 0 && onLeaveEnd()}
      onTouchMove={onLeaveEnd}
      onKeyDown={onKeyDown}
    >
      <div className={css.lines} style={{ height: count * LINE_HEIGHT }}>
        {items.map((item) => (
          <div key={item.index + first} className={css.line} style={{ transform: `translateY(${item.start}px)` }}>
            {from === 0 && <span className={css.number}>{item.index + 1}</span>}
            <Line text={lines[item.index] ?? ""} />
          </div>
        ))}
      </div>
    </section>
  );
}

function Line({ text }: { text: string }) {
  if (text.length <= MOST_LETTERS) return text;
  return (
    <>
      {text.slice(0, MOST_LETTERS)}
      <span className={css.rest}>… {formatCount(text.length - MOST_LETTERS)} more letters</span>
    </>
  );
}
