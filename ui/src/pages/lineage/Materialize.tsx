import { MaterializeButton } from "../../plan";

type Props = { selection: string | null; label: string; look?: "solid" | "outline" };

export function Materialize({ selection, label, look = "solid" }: Props) {
  return <MaterializeButton selection={selection} label={label} look={look} />;
}
