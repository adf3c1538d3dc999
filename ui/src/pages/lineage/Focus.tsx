import { useState } from "react";
import { Button } from "../../components/Button";
import { SelectField } from "../../components/SelectField";
import { selectAround, type Way } from "../../format/selection";
import css from "./Focus.module.css";
import parts from "./parts.module.css";
import type { Address } from "./use_address";

const DEPTHS = [1, 2, 3, 5, 10].map((depth) => ({
  value: String(depth),
  label: depth === 1 ? "1 level" : `${depth} levels`,
}));
const WAYS = [
  { way: "upstream", label: "Upstream" },
  { way: "both", label: "Both" },
  { way: "downstream", label: "Downstream" },
] as const;

/** Shows only what is chosen and what is above or below it: writes the selection. */
export function Focus({ keys, address }: { keys: readonly string[]; address: Address }) {
  const [depth, setDepth] = useState("");
  const show = (way: Way) => address.showOnly(selectAround(keys, way, Number(depth)));
  return (
    <section className={parts.section}>
      <h3>
        Show only
        <SelectField label="All levels" value={depth} options={DEPTHS} onChange={setDepth} />
      </h3>
      <div className={css.ways}>
        {WAYS.map(({ way, label }) => (
          <Button key={way} onClick={() => show(way)}>
            {label}
          </Button>
        ))}
      </div>
    </section>
  );
}
