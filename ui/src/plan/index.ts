// What would run, and launching it: `<MaterializeButton selection location>` or `usePlanDialog()`.

export { MaterializeButton } from "./MaterializeButton";
export { PlanDialogProvider } from "./PlanDialogProvider";
export { type PlanRequest, usePlanDialog } from "./plan_context";
