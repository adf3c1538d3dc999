import { useMemo } from "react";
import { LocationTag } from "../../components/LocationTag";
import { formatCount, formatNoun } from "../../format/number";
import { framePath } from "../../graph/open_frames";
import { tallyOf } from "../../graph/standing";
import { writeFrame } from "./chosen";
import { Materialize } from "./Materialize";
import css from "./parts.module.css";
import type { SideProps } from "./SidePanel";
import { TallyList } from "./TallyList";

/** Nothing is chosen: what is shown as a whole, and whose colour is whose. */
export function OfAll({ standing, within, select, address }: SideProps) {
  const assets = useMemo(
    () => [...standing.assets.values()].filter(({ key }) => within?.has(key) ?? true),
    [standing.assets, within],
  );
  const locations = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { location } of assets) if (location !== null) counts.set(location, (counts.get(location) ?? 0) + 1);
    return [...counts].sort(([a], [b]) => a.localeCompare(b));
  }, [assets]);
  return (
    <>
      <div className={css.head}>
        <h2 className={css.name}>{select === "" ? "All assets" : "Selected assets"}</h2>
        <p className={css.line}>
          {formatNoun(assets.length, "asset")} of {formatNoun(locations.length, "code location")}
        </p>
      </div>
      <div className={css.actions}>
        <Materialize
          selection={select === "" ? null : select}
          label={select === "" ? "Materialize all" : "Materialize these"}
          look={select === "" ? "outline" : "solid"}
        />
      </div>
      <section className={css.section}>
        <h3>How they stand</h3>
        <TallyList tally={tallyOf(assets)} address={address} />
      </section>
      <section className={css.section}>
        <h3>Whose they are</h3>
        <ul className={css.rows}>
          {locations.map(([name, count]) => (
            <li key={name}>
              <button type="button" className={css.row} onClick={() => address.setAt(writeFrame(framePath(name)))}>
                <span className={css.grow}>
                  <LocationTag name={name} link={false} />
                </span>
                <span className={css.number}>{formatCount(count)}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
