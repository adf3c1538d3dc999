import { Monitor, Moon, Search, Sun } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useHealth } from "../api/queries";
import { IconButton } from "../components/Button";
import { Kbd } from "../components/Kbd";
import { Menu } from "../components/Menu";
import { useIsPhone } from "../components/use_media";
import { MaterializeButton } from "../plan";
import { setTheme, type Theme, useShownTheme, useTheme } from "../theme/theme";
import { LiveIndicator } from "./LiveIndicator";
import { Logo } from "./Logo";
import { Palette } from "./Palette";
import css from "./TopBar.module.css";

const THEME_ENTRIES: readonly { theme: Theme; label: string; icon: typeof Sun }[] = [
  { theme: "light", label: "Light", icon: Sun },
  { theme: "dark", label: "Dark", icon: Moon },
  { theme: "system", label: "As the system", icon: Monitor },
];

/** The folder of the workspace file. */
function workspaceName(path: string): string {
  return path.split("/").at(-2) ?? path;
}

export function TopBar() {
  const [searching, setSearching] = useState(false);
  const isPhone = useIsPhone();
  const { data: health } = useHealth();
  const close = useCallback(() => setSearching(false), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      setSearching((open) => !open);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <header className={css.bar}>
      {isPhone && <Logo />}
      {health && !isPhone && (
        <span className={css.workspace} title={health.workspace}>
          {workspaceName(health.workspace)}
        </span>
      )}
      <button type="button" className={css.search} onClick={() => setSearching(true)}>
        <Search size={15} aria-hidden />
        <span className={css.words}>{isPhone ? "Search" : "Search assets, runs, locations, or do something"}</span>
        {!isPhone && <Kbd keys="Ctrl K" />}
      </button>
      <LiveIndicator />
      <MaterializeButton label="Materialize all" look="outline" small={isPhone} />
      <ThemeMenu />
      <Palette open={searching} onClose={close} />
    </header>
  );
}

function ThemeMenu() {
  const chosen = useTheme();
  const shown = useShownTheme();
  return (
    <Menu
      trigger={<IconButton icon={shown === "dark" ? Moon : Sun} label="Theme" />}
      items={THEME_ENTRIES.map(({ theme, label, icon }) => ({
        label,
        icon,
        checked: chosen === theme,
        onSelect: () => setTheme(theme),
      }))}
    />
  );
}
