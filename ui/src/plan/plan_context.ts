import { createContext, useContext } from "react";

/** What to materialize: a selection (null or empty: everything), in one code location or in all. */
export type PlanRequest = { selection?: string | null | undefined; location?: string | null | undefined };

export const PlanContext = createContext<(request: PlanRequest) => void>(() => {
  throw new Error("usePlanDialog is for what is inside PlanDialogProvider");
});

/** `const openPlan = usePlanDialog(); openPlan({ selection: "customer_orders+" })`: shows what would run, to be launched from there. */
export const usePlanDialog = () => useContext(PlanContext);
