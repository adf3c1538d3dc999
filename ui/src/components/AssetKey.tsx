import { partsOfKey } from "../format/text";
import css from "./AssetKey.module.css";

/** An asset's key on one line, its last part standing out.  Where it is too long, what stands before the last part goes first,
 *  then that part's middle: names of one family begin alike and differ at their end. */
export function AssetKey({ of }: { of: string }) {
  const { prefix, begin, end } = partsOfKey(of);
  if (begin === of) return <span className={css.whole}>{of}</span>;
  return (
    <span className={css.key}>
      <span className={css.unseen}>{of}</span>
      <span className={css.prefix} aria-hidden>
        {prefix}
      </span>
      <span className={css.name} aria-hidden>
        <span className={css.begin}>{begin}</span>
        <span className={css.end}>{end}</span>
      </span>
    </span>
  );
}
