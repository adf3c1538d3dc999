import { Search, X } from "lucide-react";
import css from "./Field.module.css";

type Props = { value: string; onChange: (value: string) => void; label: string; placeholder?: string };

export function SearchField({ value, onChange, label, placeholder = label }: Props) {
  return (
    <span className={css.field}>
      <Search size={15} className={css.icon} aria-hidden />
      <input
        type="text"
        className={css.input}
        aria-label={label}
        placeholder={placeholder}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && value !== "" && onChange("")}
      />
      {value !== "" && (
        <button type="button" className={css.clear} aria-label="Clear" onClick={() => onChange("")}>
          <X size={14} aria-hidden />
        </button>
      )}
    </span>
  );
}
