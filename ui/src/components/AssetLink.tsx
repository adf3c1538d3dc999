import { Link } from "wouter";
import { splitKey } from "../format/text";
import { paths } from "../paths";
import css from "./AssetLink.module.css";

/** An asset's key, its last part standing out. */
export function AssetLink({ assetKey }: { assetKey: string }) {
  const { prefix, name } = splitKey(assetKey);
  return (
    <Link href={paths.asset(assetKey)} className={css.link} title={assetKey}>
      <span className={css.prefix}>{prefix}</span>
      {name}
    </Link>
  );
}
