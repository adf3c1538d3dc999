import { TextField } from "../components/TextField";
import css from "./PlanOptions.module.css";
import { parseWhole } from "./plan_figures";

/** As typed. */
export type Options = { priority: string; retries: string; mostRunning: string; tags: string };

export const NO_OPTIONS: Options = { priority: "", retries: "", mostRunning: "", tags: "" };

const LEAST_PRIORITY = -1_000_000;

export function optionErrors({ priority, retries, mostRunning }: Options) {
  return {
    priority: priority !== "" && parseWhole(priority, LEAST_PRIORITY) === undefined ? "A whole number" : undefined,
    retries: retries !== "" && parseWhole(retries) === undefined ? "A whole number, 0 or more" : undefined,
    mostRunning:
      mostRunning !== "" && parseWhole(mostRunning, 1) === undefined ? "A whole number, 1 or more" : undefined,
  };
}

type Props = { options: Options; onChange: (options: Options) => void };

export function PlanOptions({ options, onChange }: Props) {
  const errors = optionErrors(options);
  const set = (name: keyof Options) => (value: string) => onChange({ ...options, [name]: value });
  return (
    <details className={css.options}>
      <summary className={css.summary}>Options</summary>
      <div className={css.fields}>
        <TextField
          label="Priority"
          inputMode="numeric"
          placeholder="0"
          value={options.priority}
          error={errors.priority}
          onChange={set("priority")}
        />
        <TextField
          label="Retries of the run"
          inputMode="numeric"
          placeholder="0"
          value={options.retries}
          error={errors.retries}
          onChange={set("retries")}
        />
        <TextField
          label="Steps at once"
          inputMode="numeric"
          placeholder="as many as allowed"
          value={options.mostRunning}
          error={errors.mostRunning}
          onChange={set("mostRunning")}
        />
        <TextField label="Tags" placeholder="team=core, ticket=42" value={options.tags} onChange={set("tags")} />
      </div>
    </details>
  );
}
