import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Link } from "wouter";
import type { Tone } from "./status";
import css from "./Toasts.module.css";
import { currentToasts, dismissToast, watchToasts } from "./toast";

const ICONS: Readonly<Record<Tone, LucideIcon>> = {
  good: CircleCheck,
  bad: CircleAlert,
  busy: Info,
  warn: TriangleAlert,
  calm: Info,
  outer: Info,
};

export function Toasts() {
  const toasts = useSyncExternalStore(watchToasts, currentToasts);
  return (
    <div className={css.toasts} role="status" aria-live="polite">
      {toasts.map(({ id, tone, title, text, link }) => {
        const Icon = ICONS[tone];
        return (
          <div key={id} className={css.toast}>
            <Icon size={16} className={css.icon} style={{ color: `var(--${tone}-line)` }} aria-hidden />
            <div className={css.body}>
              <p className={css.title}>{title}</p>
              {text && <p className={css.text}>{text}</p>}
              {link && <Link href={link.href}>{link.label}</Link>}
            </div>
            <button type="button" className={css.close} aria-label="Dismiss" onClick={() => dismissToast(id)}>
              <X size={14} aria-hidden />
            </button>
          </div>
        );
      })}
    </div>
  );
}
