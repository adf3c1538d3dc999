import { Link } from "wouter";
import { paths } from "../paths";
import { AssetKey } from "./AssetKey";
import css from "./AssetLink.module.css";

/** To the page of an asset; its key on one line. */
export function AssetLink({ assetKey }: { assetKey: string }) {
  return (
    <Link href={paths.asset(assetKey)} className={css.link} title={assetKey}>
      <AssetKey of={assetKey} />
    </Link>
  );
}
