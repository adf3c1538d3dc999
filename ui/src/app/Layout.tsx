import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { Link, useLocation } from "wouter";
import { IconButton } from "../components/Button";
import { cx } from "../components/cx";
import { Tooltip } from "../components/Tooltip";
import { useIsPhone } from "../components/use_media";
import type { Command } from "./keyboard";
import css from "./Layout.module.css";
import { Logo } from "./Logo";
import { NAVIGATION } from "./navigation";
import { Palette } from "./Palette";
import { useRemembered } from "./remembered";
import { Shortcuts } from "./Shortcuts";
import { TopBar } from "./TopBar";
import { useKeyboard } from "./use_keyboard";

/** Navigation at the left (on a phone at the bottom), the bar at the top, the page in the middle. */
export function Layout({ children }: { children: ReactNode }) {
  const isPhone = useIsPhone();
  const [folded, fold] = useRemembered("folded", false);
  const [, navigate] = useLocation();
  const [over, setOver] = useState<"palette" | "shortcuts" | null>(null);
  const close = useCallback(() => setOver(null), []);
  useKeyboard((command: Command) => {
    if (command.do === "go") navigate(command.path);
    else if (command.do === "fold") fold(!folded);
    else if (command.do === "palette") setOver(over === "palette" ? null : "palette");
    else setOver(command.do === "search" ? "palette" : "shortcuts");
  });
  const narrow = folded && !isPhone;
  return (
    <div className={cx(css.window, narrow && css.narrow)}>
      <a href="#main" className={css.skip}>
        Skip to content
      </a>
      <nav className={css.rail} aria-label="Pages">
        <Link href="/" className={css.brand} aria-label="plait: overview">
          <Logo />
          <span className={css.name}>plait</span>
        </Link>
        <ul className={css.entries}>
          {NAVIGATION.map((entry) => (
            <Entry key={entry.path} {...entry} narrow={narrow} isPhone={isPhone} />
          ))}
        </ul>
        <div className={css.fold}>
          <IconButton
            icon={folded ? PanelLeftOpen : PanelLeftClose}
            label={folded ? "Unfold the navigation" : "Fold the navigation"}
            onClick={() => fold(!folded)}
          />
        </div>
      </nav>
      <TopBar onSearch={() => setOver("palette")} />
      <main id="main" className={css.main} tabIndex={-1}>
        {children}
      </main>
      <Palette open={over === "palette"} onClose={close} onShortcuts={() => setOver("shortcuts")} />
      {over === "shortcuts" && <Shortcuts onClose={close} />}
    </div>
  );
}

type EntryProps = (typeof NAVIGATION)[number] & { narrow: boolean; isPhone: boolean };

/** An asset's page belongs to the catalog. */
const BELONGS: Readonly<Record<string, string>> = { "/assets": "/catalog" };

function isWithin(location: string, path: string): boolean {
  const first = `/${location.split("/")[1] ?? ""}`;
  return (BELONGS[first] ?? first) === path;
}

function Entry({ path, title, short, icon: Icon, keys, narrow, isPhone }: EntryProps) {
  const [location] = useLocation();
  const here = isWithin(location, path);
  const link = (
    <Link href={path} className={cx(css.entry, here && css.here)} aria-current={here ? "page" : undefined}>
      <Icon size={17} aria-hidden />
      <span className={css.name}>{isPhone ? (short ?? title) : title}</span>
    </Link>
  );
  return (
    <li>
      {narrow ? (
        <Tooltip text={title} keys={keys} side="right">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}
