import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import css from "./Button.module.css";
import { cx } from "./cx";
import { Spinner } from "./Spinner";
import { Tooltip } from "./Tooltip";

type ButtonProps = ComponentProps<"button"> & {
  look?: "solid" | "outline" | "quiet" | "danger";
  icon?: LucideIcon;
  /** Shows that it is at work, and takes no further click. */
  busy?: boolean;
  children: ReactNode;
};

export function Button({ look = "outline", icon: Icon, busy = false, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" className={cx(css.button, css[look], className)} disabled={busy} aria-busy={busy} {...rest}>
      {busy ? <Spinner /> : Icon && <Icon size={15} aria-hidden />}
      <span>{children}</span>
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & {
  icon: LucideIcon;
  /** What it does: the tooltip, and its name for who does not see it. */
  label: string;
  keys?: string;
};

export function IconButton({ icon: Icon, label, keys, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(keys ? { keys } : {})}>
      <button type="button" aria-label={label} className={cx(css.button, css.quiet, css.square, className)} {...rest}>
        <Icon size={16} aria-hidden />
      </button>
    </Tooltip>
  );
}

type IconLinkProps = Pick<IconButtonProps, "icon" | "label"> & { href: string; download: string };

/** Looks like a button and is a link: the browser keeps what is there as the file `download`. */
export function IconLink({ icon: Icon, label, href, download }: IconLinkProps) {
  return (
    <Tooltip text={label}>
      <a aria-label={label} href={href} download={download} className={cx(css.button, css.quiet, css.square)}>
        <Icon size={16} aria-hidden />
      </a>
    </Tooltip>
  );
}
