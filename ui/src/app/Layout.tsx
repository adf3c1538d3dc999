import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { IconButton } from "../components/Button";
import { cx } from "../components/cx";
import { Tooltip } from "../components/Tooltip";
import { useIsPhone } from "../components/use_media";
import css from "./Layout.module.css";
import { Logo } from "./Logo";
import { useRemembered } from "./remembered";
import { NAVIGATION } from "./routes";
import { TopBar } from "./TopBar";
import { useNavigationKeys } from "./use_navigation_keys";

/** Navigation at the left (on a phone at the bottom), the bar at the top, the page in the middle. */
export function Layout({ children }: { children: ReactNode }) {
  const isPhone = useIsPhone();
  const [folded, fold] = useRemembered("folded", false);
  useNavigationKeys();
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
      <TopBar />
      <main id="main" className={css.main} tabIndex={-1}>
        {children}
      </main>
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
