import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check, ChevronDown } from "lucide-react";
import { cx } from "./cx";
import css from "./Field.module.css";
import menu from "./Menu.module.css";

type Option = { value: string; label: string };
type Props = {
  label: string;
  values: readonly string[];
  options: readonly Option[];
  onChange: (values: readonly string[]) => void;
};

/** Any number of a few; none stands for no choice and shows `label`. */
export function MultiSelectField({ label, values, options, onChange }: Props) {
  const toggle = (value: string) =>
    onChange(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger className={cx(css.field, css.opener, values.length > 0 && css.chosen)}>
        <span className={css.words}>{wordsOf(label, values, options)}</span>
        <ChevronDown size={14} className={css.chevron} aria-hidden />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align="start" sideOffset={4} collisionPadding={8} className={menu.menu} aria-label={label}>
          {options.map((option) => (
            <Radix.CheckboxItem
              key={option.value}
              className={menu.item}
              checked={values.includes(option.value)}
              onSelect={(event) => event.preventDefault()} // it stays open: there may be more to pick
              onCheckedChange={() => toggle(option.value)}
            >
              <span className={menu.label}>{option.label}</span>
              {values.includes(option.value) && <Check size={15} aria-hidden />}
            </Radix.CheckboxItem>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** `Failed`, `Failed or Canceled`, `Failed or 2 more`; what no option names is shown as it is. */
function wordsOf(label: string, values: readonly string[], options: readonly Option[]): string {
  const words = values.map((value) => options.find((option) => option.value === value)?.label ?? value);
  if (words.length === 0) return label;
  return words.length <= 2 ? words.join(" or ") : `${words[0]} or ${words.length - 1} more`;
}
