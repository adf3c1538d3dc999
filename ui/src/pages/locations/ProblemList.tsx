import { CircleX, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { AssetLink } from "../../components/AssetLink";
import { Button } from "../../components/Button";
import { cx } from "../../components/cx";
import { LocationTag } from "../../components/LocationTag";
import { formatCount } from "../../format/number";
import css from "./ProblemList.module.css";
import type { Problem } from "./problem";

const LOOKS: Readonly<Record<Problem["severity"], { icon: LucideIcon; word: string }>> = {
  error: { icon: CircleX, word: "Error" },
  warning: { icon: TriangleAlert, word: "Warning" },
  info: { icon: Info, word: "Note" },
};

const SHOWN = 10;

/** What is wrong, where, and what to do about it; the first of many. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const [showsAll, setShowsAll] = useState(problems.length <= SHOWN + 2);
  return (
    <>
      <ul>
        {(showsAll ? problems : problems.slice(0, SHOWN)).map((problem, i) => (
          <Row key={i} problem={problem} />
        ))}
      </ul>
      {!showsAll && (
        <div className={css.rest}>
          <Button look="quiet" onClick={() => setShowsAll(true)}>
            Show all {formatCount(problems.length)}
          </Button>
        </div>
      )}
    </>
  );
}

function Row({ problem }: { problem: Problem }) {
  const { severity, message, hint, place, otherPlace, asset, location, otherLocation } = problem;
  const { icon: Icon, word } = LOOKS[severity];
  return (
    <li className={css.row}>
      <span className={cx(css.severity, css[severity])}>
        <Icon size={15} aria-hidden />
        {word}
      </span>
      <div className={css.body}>
        <p className={css.message}>{message}</p>
        {hint && <p className={css.hint}>{hint}</p>}
        <div className={css.where}>
          {asset && <AssetLink assetKey={asset} />}
          {location && <LocationTag name={location} />}
          {otherLocation && otherLocation !== location && <LocationTag name={otherLocation} />}
          {[place, otherPlace].map((text) => text && <code key={text}>{text}</code>)}
        </div>
      </div>
    </li>
  );
}
