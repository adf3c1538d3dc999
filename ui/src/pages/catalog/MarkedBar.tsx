import { Button } from "../../components/Button";
import { formatNoun } from "../../format/number";
import { selectAssets } from "../../format/selection";
import { MaterializeButton } from "../../plan";
import css from "./MarkedBar.module.css";
import type { Marks } from "./use_marks";

/** What can be done with the marked assets; nothing while there are none. */
export function MarkedBar({ marks }: { marks: Marks }) {
  if (marks.keys.size === 0) return null;
  return (
    <div className={css.bar} role="region" aria-label="Marked assets">
      <span className={css.count}>{formatNoun(marks.keys.size, "asset")} marked</span>
      <Button look="quiet" onClick={marks.clear}>
        Clear
      </Button>
      <MaterializeButton selection={selectAssets([...marks.keys])} label="Materialize marked" />
    </div>
  );
}
