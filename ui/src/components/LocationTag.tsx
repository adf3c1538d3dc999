import { Link } from "wouter";
import { paths } from "../paths";
import { useLocationColor } from "../theme/LocationColors";
import { cx } from "./cx";
import css from "./LocationTag.module.css";

const SHOWN = 2;

/** Some code locations; the first of them in words. */
export function LocationTags({ names }: { names: readonly string[] }) {
  const rest = names.slice(SHOWN);
  return (
    <span className={css.tags} title={names.length > 1 ? names.join(", ") : undefined}>
      {names.slice(0, SHOWN).map((name) => (
        <LocationTag key={name} name={name} />
      ))}
      {rest.length > 0 && <span className={css.rest}>+{rest.length}</span>}
    </span>
  );
}

type Props = { name: string; look?: "filled" | "plain"; link?: boolean };

/** A code location in its colour; a link to its page unless told otherwise. */
export function LocationTag({ name, look = "plain", link = true }: Props) {
  const color = useLocationColor()(name);
  const filled = look === "filled";
  const style = filled ? { color: color.text, background: color.fill } : undefined;
  const inside = (
    <>
      <span className={css.mark} style={{ background: color.line }} aria-hidden />
      <span className={css.name}>{name}</span>
    </>
  );
  const className = cx(css.tag, filled && css.filled);
  return link ? (
    <Link href={paths.location(name)} className={className} style={style}>
      {inside}
    </Link>
  ) : (
    <span className={className} style={style}>
      {inside}
    </span>
  );
}
