import { Dialog } from "../components/Dialog";
import { Kbd } from "../components/Kbd";
import { SHORTCUTS } from "./keyboard";
import css from "./Shortcuts.module.css";

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts" look="wide">
      <div className={css.columns}>
        {SHORTCUTS.map(({ where, shortcuts }) => (
          <section key={where}>
            <h3 className={css.where}>{where}</h3>
            <dl className={css.list}>
              {shortcuts.map(({ what, keys }) => (
                <div key={what} className={css.row}>
                  <dt>{what}</dt>
                  <dd className={css.keys}>
                    {keys.map((one) => (
                      <Kbd key={one} keys={one} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
