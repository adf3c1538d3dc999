import { Boxes, SearchX } from "lucide-react";
import { Button } from "../../components/Button";
import { EmptyState } from "../../components/States";
import { WorkspaceLesson } from "../../components/WorkspaceLesson";

export function NoneFits({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState icon={SearchX} title="No asset fits" action={<Button onClick={onClear}>Clear all filters</Button>}>
      The filters together leave nothing over.
    </EmptyState>
  );
}

export function WrongSelection({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="The selection cannot be read"
      action={<Button onClick={onClear}>Clear it</Button>}
    >
      Some that can: <code>order_data</code>, <code>+order_data</code> with all it is made from,{" "}
      <code>order_data+</code> with all made from it, <code>group:raw_data and not kind:csv</code>,{" "}
      <code>key:"raw/*"</code>.
    </EmptyState>
  );
}

export function NoAssets() {
  return (
    <EmptyState icon={Boxes} title="No assets yet">
      <WorkspaceLesson />
    </EmptyState>
  );
}
