import { CircleStop, OctagonX, RotateCcw } from "lucide-react";
import { useLocation } from "wouter";
import { useCancelRun, useRetryRun } from "../../api/queries";
import type { Run } from "../../api/types";
import { Button } from "../../components/Button";
import { toast, toastError } from "../../components/toast";
import { shortId } from "../../format/text";
import { paths } from "../../paths";
import { ENDED_RUN } from "./attempts";

/** Ends a run, or runs it again. */
export function RunActions({ run }: { run: Run }) {
  const [, navigate] = useLocation();
  const cancel = useCancelRun();
  const retry = useRetryRun();

  const onRetry = (all: boolean) =>
    retry.mutate(
      { run: run.id, all },
      {
        onSuccess: (launched) => {
          toast({ tone: "good", title: `Run ${shortId(launched.run)} was started` });
          navigate(paths.run(launched.run));
        },
        onError: toastError,
      },
    );
  const onCancel = (hard: boolean) => cancel.mutate({ run: run.id, hard }, { onError: toastError });

  if (!ENDED_RUN.has(run.status)) {
    return run.status === "canceling" ? (
      <Button look="danger" icon={OctagonX} busy={cancel.isPending} onClick={() => onCancel(true)}>
        End its steps now
      </Button>
    ) : (
      <Button look="danger" icon={CircleStop} busy={cancel.isPending} onClick={() => onCancel(false)}>
        Cancel
      </Button>
    );
  }
  const hasUnmade = run.steps.some((step) => step.status !== "success");
  return (
    <>
      <Button icon={RotateCcw} busy={retry.isPending && retry.variables.all === true} onClick={() => onRetry(true)}>
        {hasUnmade ? "Run all again" : "Run again"}
      </Button>
      {hasUnmade && (
        <Button
          look="solid"
          icon={RotateCcw}
          busy={retry.isPending && retry.variables.all === false}
          onClick={() => onRetry(false)}
        >
          Retry from failure
        </Button>
      )}
    </>
  );
}
