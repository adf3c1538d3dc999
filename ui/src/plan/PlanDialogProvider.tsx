import { type ReactNode, useCallback, useState } from "react";
import { PlanDialog } from "./PlanDialog";
import { PlanContext, type PlanRequest } from "./plan_context";

/** Holds the one plan dialog of the window. */
export function PlanDialogProvider({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<PlanRequest | null>(null);
  const close = useCallback(() => setRequest(null), []);
  return (
    <PlanContext value={setRequest}>
      {children}
      {request && <PlanDialog request={request} onClose={close} />}
    </PlanContext>
  );
}
