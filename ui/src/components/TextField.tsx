import { useId } from "react";
import { cx } from "./cx";
import css from "./Field.module.css";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  /** What is wrong with the value. */
  error?: string | undefined;
  inputMode?: "text" | "numeric";
};

/** A line of text or a number under its label. */
export function TextField({ label, value, onChange, placeholder, error, inputMode = "text" }: Props) {
  const hint = useId();
  return (
    <label className={css.stack}>
      <span className={css.label}>{label}</span>
      <span className={cx(css.field, error && css.wrong)}>
        <input
          type="text"
          className={css.input}
          inputMode={inputMode}
          placeholder={placeholder}
          value={value}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={error !== undefined}
          aria-describedby={error ? hint : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      </span>
      {error && (
        <span id={hint} className={css.error}>
          {error}
        </span>
      )}
    </label>
  );
}
