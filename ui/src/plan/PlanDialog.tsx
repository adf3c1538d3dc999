import { Play } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { useLocation } from "wouter";
import { asProblem } from "../api/client";
import { useLaunchRun, usePlan } from "../api/queries";
import type { RunRequest } from "../api/types";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { LocationTag } from "../components/LocationTag";
import { SelectionInput } from "../components/SelectionInput";
import { Loaded } from "../components/States";
import { toast, toastError } from "../components/toast";
import { formatNoun } from "../format/number";
import { shortId } from "../format/text";
import { paths } from "../paths";
import css from "./PlanDialog.module.css";
import { PlanLeftOut } from "./PlanLeftOut";
import { NO_OPTIONS, type Options, optionErrors, PlanOptions } from "./PlanOptions";
import { PlanSteps } from "./PlanSteps";
import { PlanSummary } from "./PlanSummary";
import type { PlanRequest } from "./plan_context";
import { parseTags, parseWhole } from "./plan_figures";

function requestOf(selection: string, location: string | null, options: Options): RunRequest {
  return {
    selection: selection === "" ? null : selection,
    location,
    tags: parseTags(options.tags),
    priority: parseWhole(options.priority, Number.MIN_SAFE_INTEGER) ?? 0,
    retries: parseWhole(options.retries) ?? 0,
    most_running: parseWhole(options.mostRunning) ?? 0,
  };
}

/** Enter launches as soon as the dialog is there. */
const takeFocus = (button: HTMLButtonElement | null) => button?.focus();

/** What would run, where, why and about how long; launches it. */
export function PlanDialog({ request, onClose }: { request: PlanRequest; onClose: () => void }) {
  const [, navigate] = useLocation();
  const [selection, setSelection] = useState(request.selection ?? "");
  const [options, setOptions] = useState(NO_OPTIONS);
  const location = request.location ?? null;
  const plan = usePlan({ selection: selection === "" ? null : selection, location });
  const launch = useLaunchRun();

  const steps = plan.data?.steps.length ?? 0;
  const isReady = steps > 0 && !plan.isPlaceholderData && !Object.values(optionErrors(options)).some(Boolean);
  const onLaunch = () => {
    if (!isReady || launch.isPending) return;
    launch.mutate(requestOf(selection, location, options), {
      onSuccess: ({ run }) => {
        onClose();
        toast({ tone: "good", title: `Run ${shortId(run)} was started` });
        navigate(paths.run(run));
      },
      onError: toastError,
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const inField = event.target instanceof HTMLElement && event.target.closest("button, summary, a, [data-own-enter]");
    if (event.key === "Enter" && (!inField || event.ctrlKey || event.metaKey)) onLaunch();
  };
  const problem = plan.error ? asProblem(plan.error) : undefined;
  const isSelectionWrong = problem?.kind === "invalid" || problem?.kind === "not_found";

  return (
    <Dialog
      open
      onClose={onClose}
      look="wide"
      title={request.selection ? "Materialize" : location ? "Materialize a code location" : "Materialize all"}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            ref={takeFocus}
            look="solid"
            icon={Play}
            busy={launch.isPending}
            aria-disabled={!isReady}
            className={isReady ? undefined : css.notReady}
            onClick={onLaunch}
          >
            {isReady ? `Launch ${formatNoun(steps, "step")}` : "Launch"}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys that bubble up from the fields */}
      <div className={css.content} onKeyDown={onKeyDown}>
        <div className={css.asked} data-own-enter>
          <SelectionInput
            value={selection}
            placeholder="every asset that can be made; or customer_orders+, group:sales"
            error={isSelectionWrong ? problem : undefined}
            onCommit={(next) => (next === selection ? onLaunch() : setSelection(next))}
          />
          {location && (
            <span className={css.where}>
              in <LocationTag name={location} link={false} />
            </span>
          )}
        </div>
        {!isSelectionWrong && (
          <Loaded query={plan} lines={6}>
            {({ steps, warnings, left_out }) => (
              <div className={css.plan} aria-busy={plan.isPlaceholderData}>
                <PlanSummary steps={steps} warnings={warnings} />
                {left_out.length > 0 && <PlanLeftOut assets={left_out} />}
                <PlanSteps steps={steps} />
              </div>
            )}
          </Loaded>
        )}
        <PlanOptions options={options} onChange={setOptions} />
      </div>
    </Dialog>
  );
}
