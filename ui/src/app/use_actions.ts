// What can be done from anywhere, through the palette.

import { Keyboard, type LucideIcon, Play, RefreshCw, SunMoon } from "lucide-react";
import { useReloadAll } from "../api/queries";
import { toast, toastError } from "../components/toast";
import { formatNoun } from "../format/number";
import { usePlanDialog } from "../plan";
import { toggleTheme } from "../theme/theme";

export type Action = { title: string; words: string; icon: LucideIcon; run: () => void };

export function useActions(onShortcuts: () => void): readonly Action[] {
  const openPlan = usePlanDialog();
  const reload = useReloadAll();
  return [
    {
      title: "Materialize all assets",
      words: "run launch everything",
      icon: Play,
      run: () => openPlan({}),
    },
    {
      title: "Reload definitions",
      words: "code refresh workspace locations compile",
      icon: RefreshCw,
      run: () =>
        reload.mutate(undefined, {
          onSuccess: (all) => {
            const broken = all.filter((location) => location.health !== "ok").length;
            if (broken > 0) toast({ tone: "warn", title: `${formatNoun(broken, "location")} did not load` });
            else toast({ tone: "good", title: `${formatNoun(all.length, "location")} reloaded` });
          },
          onError: toastError,
        }),
    },
    { title: "Switch between light and dark", words: "theme color", icon: SunMoon, run: toggleTheme },
    { title: "Keyboard shortcuts", words: "keys help", icon: Keyboard, run: onShortcuts },
  ];
}
