import { CircleSlash } from "lucide-react";
import type { Plan } from "../api/types";
import { AssetKey } from "../components/AssetKey";
import { LocationTag } from "../components/LocationTag";
import { formatNoun } from "../format/number";
import css from "./PlanLeftOut.module.css";

const SHOWN_MOST = 50;

/** What was chosen and will not be made, each with the reason. */
export function PlanLeftOut({ assets }: { assets: Plan["left_out"] }) {
  return (
    <section className={css.panel} aria-label="Left out" tabIndex={0}>
      <h3 className={css.title}>
        <CircleSlash size={15} aria-hidden />
        {formatNoun(assets.length, "chosen asset")} will not be made
      </h3>
      <ul className={css.list}>
        {assets.slice(0, SHOWN_MOST).map(({ asset, location, reason }) => (
          <li key={asset} className={css.row}>
            <span className={css.name} title={asset}>
              <AssetKey of={asset} />
            </span>
            <LocationTag name={location} link={false} />
            <span className={css.reason}>{reason}</span>
          </li>
        ))}
      </ul>
      {assets.length > SHOWN_MOST && <p className={css.more}>and {assets.length - SHOWN_MOST} more</p>}
    </section>
  );
}
