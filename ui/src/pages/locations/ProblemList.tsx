import { CircleX, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import { AssetLink } from "../../components/AssetLink";
import { cx } from "../../components/cx";
import { LocationTag } from "../../components/LocationTag";
import css from "./ProblemList.module.css";
import type { Problem } from "./problem";

const LOOKS: Readonly<Record<Problem["severity"], { icon: LucideIcon; word: string }>> = {
  error: { icon: CircleX, word: "Error" },
  warning: { icon: TriangleAlert, word: "Warning" },
  info: { icon: Info, word: "Note" },
};

/** What is wrong, where, and what to do about it. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  return (
    <ul className={css.list}>
      {problems.map((problem, i) => (
        <Row key={i} problem={problem} />
      ))}
    </ul>
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
