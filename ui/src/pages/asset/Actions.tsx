import { ArrowDownToLine, ArrowUpToLine, ChevronDown, Copy, Workflow } from "lucide-react";
import { useLocation } from "wouter";
import type { Asset } from "../../api/types";
import { IconButton } from "../../components/Button";
import { Menu } from "../../components/Menu";
import { toast } from "../../components/toast";
import { selectAsset, selectDownstream, selectUpstream } from "../../format/selection";
import { paths } from "../../paths";
import { MaterializeButton, usePlanDialog } from "../../plan";

/** What can be done with an asset. */
export function Actions({ asset: { key, kind, consumers } }: { asset: Asset }) {
  const openPlan = usePlanDialog();
  const [, navigate] = useLocation();
  const isMade = kind === "materialization";
  const copy = () =>
    void navigator.clipboard.writeText(key).then(() => toast({ tone: "good", title: `Copied ${key}` }));
  return (
    <>
      <IconButton icon={Copy} label="Copy the key" onClick={copy} />
      <IconButton
        icon={Workflow}
        label="Show in the graph"
        onClick={() => navigate(paths.lineage({ select: `+${selectDownstream(key)}`, focus: key }))}
      />
      {isMade && <MaterializeButton selection={selectAsset(key)} />}
      <Menu
        trigger={<IconButton icon={ChevronDown} label="More to materialize" />}
        items={[
          {
            label: "Materialize with upstream",
            icon: ArrowUpToLine,
            onSelect: () => openPlan({ selection: selectUpstream(key) }),
          },
          {
            label: "Materialize with downstream",
            icon: ArrowDownToLine,
            disabled: consumers.length === 0,
            onSelect: () => openPlan({ selection: selectDownstream(key) }),
          },
        ]}
      />
    </>
  );
}
