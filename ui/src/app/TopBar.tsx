import { Monitor, Moon, Search, Sun } from "lucide-react";
import { useHealth } from "../api/queries";
import { IconButton } from "../components/Button";
import { Kbd } from "../components/Kbd";
import { Menu } from "../components/Menu";
import { useIsPhone } from "../components/use_media";
import { MaterializeButton } from "../plan";
import { setTheme, type Theme, useShownTheme, useTheme } from "../theme/theme";
import { LiveIndicator } from "./LiveIndicator";
import { Logo } from "./Logo";
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

export function TopBar({ onSearch }: { onSearch: () => void }) {
  const isPhone = useIsPhone();
  const { data: health } = useHealth();
  return (
    <header className={css.bar}>
      {isPhone && <Logo />}
      {health && !isPhone && (
        <span className={css.workspace} title={health.workspace}>
          {workspaceName(health.workspace)}
        </span>
      )}
      <button type="button" className={css.search} onClick={onSearch}>
        <Search size={15} aria-hidden />
        <span className={css.words}>{isPhone ? "Search" : "Search assets, runs, locations, or do something"}</span>
        {!isPhone && <Kbd keys="/" />}
      </button>
      <LiveIndicator />
      <MaterializeButton label="Materialize all" look="outline" small={isPhone} />
      <ThemeMenu />
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
