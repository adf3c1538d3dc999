import { AssetLink } from "../../components/AssetLink";
import { LocationTag } from "../../components/LocationTag";
import css from "./KeyList.module.css";

type Neighbour = { key: string; location: string | null };

/** Assets, a line each; those of another code location say whose they are. */
export function KeyList({ of, home }: { of: readonly Neighbour[]; home: string | null }) {
  return (
    <ul className={css.list}>
      {of.map(({ key, location }) => (
        <li key={key} className={css.item}>
          <AssetLink assetKey={key} />
          {location && location !== home && <LocationTag name={location} look="filled" />}
        </li>
      ))}
    </ul>
  );
}
