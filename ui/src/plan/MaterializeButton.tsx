import { Play } from "lucide-react";
import { Button, IconButton } from "../components/Button";
import { type PlanRequest, usePlanDialog } from "./plan_context";

type Props = PlanRequest & {
  label?: string;
  look?: "solid" | "outline" | "quiet";
  /** Icon only; the label is its tooltip. */
  small?: boolean;
};

/** Opens the plan of a selection; nothing runs before it is launched there. */
export function MaterializeButton({
  selection,
  location,
  label = "Materialize",
  look = "solid",
  small = false,
}: Props) {
  const openPlan = usePlanDialog();
  const onClick = () => openPlan({ selection, location });
  if (small) return <IconButton icon={Play} label={label} onClick={onClick} />;
  return (
    <Button look={look} icon={Play} onClick={onClick}>
      {label}
    </Button>
  );
}
