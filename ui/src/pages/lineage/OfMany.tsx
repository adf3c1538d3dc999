import type { AssetSummary } from "../../api/types";
import { StatusIcon } from "../../components/StatusTag";
import { formatNoun } from "../../format/number";
import { selectAssets } from "../../format/selection";
import { shownStatus, tallyOf } from "../../graph/standing";
import { writeAssets } from "./chosen";
import { Focus } from "./Focus";
import { Materialize } from "./Materialize";
import css from "./parts.module.css";
import type { SideProps } from "./SidePanel";
import { TallyList } from "./TallyList";

const MOST_LISTED = 60;

/** Several assets. */
export function OfMany({ standing, address, onReveal }: SideProps) {
  const keys = address.chosen.assets;
  const assets = keys.flatMap((key): AssetSummary[] => {
    const asset = standing.assets.get(key);
    return asset ? [asset] : [];
  });
  const choose = (key: string) => {
    address.setAt(writeAssets([key]));
    onReveal(key);
  };
  return (
    <>
      <div className={css.head}>
        <h2 className={css.name}>{formatNoun(keys.length, "asset")} chosen</h2>
      </div>
      <div className={css.actions}>
        <Materialize selection={selectAssets(keys)} label="Materialize" />
      </div>
      <Focus keys={keys} address={address} />
      <section className={css.section}>
        <h3>How they stand</h3>
        <TallyList tally={tallyOf(assets)} address={address} />
      </section>
      <section className={css.section}>
        <h3>Which they are</h3>
        <ul className={css.rows}>
          {assets.slice(0, MOST_LISTED).map((asset) => (
            <li key={asset.key}>
              <button type="button" className={css.row} onClick={() => choose(asset.key)}>
                <StatusIcon status={shownStatus(asset)} />
                <span className={css.grow}>{asset.key}</span>
              </button>
            </li>
          ))}
        </ul>
        {assets.length > MOST_LISTED && <p className={css.number}>and {assets.length - MOST_LISTED} more</p>}
      </section>
    </>
  );
}
