import { CircleStop, Copy, Ellipsis, OctagonX, RotateCcw } from "lucide-react";
import { useLocation } from "wouter";
import { useCancelRun, useRetryRun } from "../../api/queries";
import type { RunStatus, RunSummary } from "../../api/types";
import { IconButton } from "../../components/Button";
import { Menu, type MenuItem } from "../../components/Menu";
import { toast, toastError } from "../../components/toast";
import { shortId } from "../../format/text";
import { paths } from "../../paths";

const OPEN: ReadonlySet<RunStatus> = new Set(["queued", "started", "canceling"]);

/** What can be done with a run of the list. */
export function RunMenu({ run }: { run: RunSummary }) {
  const [, navigate] = useLocation();
  const cancel = useCancelRun();
  const retry = useRetryRun();
  const onCancel = (hard: boolean) =>
    cancel.mutate(
      { run: run.id, hard },
      {
        onSuccess: () => toast({ tone: "calm", title: `Run ${shortId(run.id)} was told to end` }),
        onError: toastError,
      },
    );
  const onRetry = (all: boolean) =>
    retry.mutate({ run: run.id, all }, { onSuccess: (next) => navigate(paths.run(next.run)), onError: toastError });

  const isOpen = OPEN.has(run.status);
  const hasUnmade = run.steps_succeeded < run.steps;
  const items: MenuItem[] = isOpen
    ? [
        { label: "Cancel", icon: CircleStop, disabled: run.status === "canceling", onSelect: () => onCancel(false) },
        { label: "End its steps now", icon: OctagonX, danger: true, onSelect: () => onCancel(true) },
      ]
    : [
        { label: "Retry from failure", icon: RotateCcw, disabled: !hasUnmade, onSelect: () => onRetry(false) },
        { label: "Run all again", icon: RotateCcw, onSelect: () => onRetry(true) },
      ];
  const copy: MenuItem = {
    label: "Copy its id",
    icon: Copy,
    onSelect: () => void navigator.clipboard.writeText(run.id),
  };
  return (
    <Menu
      trigger={<IconButton icon={Ellipsis} label={`Run ${shortId(run.id)}: actions`} />}
      items={[...items, "separator", copy]}
    />
  );
}
