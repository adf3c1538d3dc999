import { ChevronDown } from "lucide-react";
import { cx } from "./cx";
import css from "./Field.module.css";

type Option = { value: string; label: string };
type Props = { label: string; value: string; options: readonly Option[]; onChange: (value: string) => void };

/** One of a few; the browser's own list.  The empty value stands for no choice and shows `label`. */
export function SelectField({ label, value, options, onChange }: Props) {
  return (
    <span className={cx(css.field, css.select, value !== "" && css.chosen)}>
      <select className={css.input} aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{label}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown size={14} className={css.chevron} aria-hidden />
    </span>
  );
}
