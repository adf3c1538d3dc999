import { RefreshCw } from "lucide-react";
import { useReloadAll, useReloadLocation } from "../../api/queries";
import type { Location } from "../../api/types";
import { Button } from "../../components/Button";
import { toast, toastError } from "../../components/toast";
import { formatNoun } from "../../format/number";

/** Compiles one location's code again, and says what came of it. */
export function ReloadButton({ name }: { name: string }) {
  const reload = useReloadLocation();
  const tell = ({ health, assets }: Location) =>
    toast(
      health === "ok"
        ? { tone: "good", title: `${name} reloaded`, text: `It defines ${formatNoun(assets ?? 0, "asset")}.` }
        : { tone: "warn", title: `The code of ${name} does not load` },
    );
  return (
    <Button
      icon={RefreshCw}
      busy={reload.isPending}
      onClick={() => reload.mutate(name, { onSuccess: tell, onError: toastError })}
    >
      {reload.isPending ? "Reloading" : "Reload"}
    </Button>
  );
}

export function ReloadAllButton() {
  const reload = useReloadAll();
  const tell = (all: readonly Location[]) => {
    const broken = all.filter((location) => location.health !== "ok");
    if (broken.length === 0) toast({ tone: "good", title: `${formatNoun(all.length, "location")} reloaded` });
    else
      toast({
        tone: "warn",
        title: `${formatNoun(broken.length, "location")} did not load`,
        text: broken.map((location) => location.name).join(", "),
      });
  };
  return (
    <Button
      icon={RefreshCw}
      busy={reload.isPending}
      onClick={() => reload.mutate(undefined, { onSuccess: tell, onError: toastError })}
    >
      {reload.isPending ? "Reloading" : "Reload all"}
    </Button>
  );
}
