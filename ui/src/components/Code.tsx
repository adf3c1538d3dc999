import css from "./Code.module.css";
import { CopyButton } from "./CopyButton";
import { cx } from "./cx";

/** A block of text as it is: a traceback, a command, a file. */
export function Code({ text, wrap = false, label }: { text: string; wrap?: boolean; label?: string }) {
  return (
    <figure className={css.block}>
      {label && <figcaption className={css.label}>{label}</figcaption>}
      <pre className={cx(css.text, wrap && css.wrap)} tabIndex={0}>
        {text}
      </pre>
      <span className={css.copy}>
        <CopyButton text={text} />
      </span>
    </figure>
  );
}
