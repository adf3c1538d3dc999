import { ListFilter } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { asProblem } from "../api/client";
import { cx } from "./cx";
import css from "./Field.module.css";

type Props = {
  value: string;
  /** Called on Enter and when the field is left. */
  onCommit: (selection: string) => void;
  /** What the server said of `value`; shown under the field. */
  error?: unknown;
  placeholder?: string;
};

/** A selection in plait's language. */
export function SelectionInput({ value, onCommit, error, placeholder = "customer_orders+ or group:sales" }: Props) {
  const [text, setText] = useState(value);
  const hint = useId();
  useEffect(() => setText(value), [value]);
  const problem = error ? asProblem(error) : undefined;
  return (
    <div className={css.stack}>
      <span className={cx(css.field, css.mono, problem && css.wrong)}>
        <ListFilter size={15} className={css.icon} aria-hidden />
        <input
          type="text"
          className={css.input}
          aria-label="Selection of assets"
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? hint : undefined}
          placeholder={placeholder}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
          onBlur={() => text !== value && onCommit(text.trim())}
          onKeyDown={(event) => {
            if (event.key === "Enter") onCommit(text.trim());
            if (event.key === "Escape") setText(value);
          }}
        />
      </span>
      {problem && (
        <p id={hint} className={css.error} role="alert">
          {problem.message}
          {problem.hint && <span className={css.hint}> {problem.hint}</span>}
        </p>
      )}
    </div>
  );
}
