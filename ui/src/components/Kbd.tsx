import css from "./Kbd.module.css";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const MAC: Readonly<Record<string, string>> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };

/** `keys` as in `Ctrl K`, one word a key. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className={css.keys}>
      {keys.split(" ").map((key) => (
        <kbd key={key} className={css.key}>
          {isMac ? (MAC[key] ?? key) : key}
        </kbd>
      ))}
    </span>
  );
}
