import { X } from "lucide-react";
import { useLocations } from "../../api/queries";
import { Button } from "../../components/Button";
import { MultiSelectField } from "../../components/MultiSelectField";
import { SearchField } from "../../components/SearchField";
import { SelectField } from "../../components/SelectField";
import { STATUSES } from "../../components/status";
import { withChosen } from "../../format/text";
import css from "./RunFilters.module.css";
import { SINCE } from "./run_times";
import type { useRunFilter } from "./use_run_filter";

const STATUS_OPTIONS = [
  { value: "open", label: "Open: waiting or running" },
  ...(["queued", "started", "canceling", "success", "failure", "canceled", "interrupted"] as const).map((status) => ({
    value: status,
    label: STATUSES[status].label,
  })),
];

/** Which runs the list shows; all of it is in the address. */
export function RunFilters({ values, set, clear, isFiltered }: ReturnType<typeof useRunFilter>) {
  const { data: locations } = useLocations();
  const names = (locations ?? []).map(({ name }) => name);
  const since = withChosen(
    SINCE.map(({ value }) => value),
    values.since,
  );
  return (
    <div className={css.filters}>
      <SearchField label="Search runs" placeholder="Id or selection" value={values.search} onChange={set.search} />
      <MultiSelectField
        label="Any status"
        values={values.status.split(",").filter(Boolean)}
        options={STATUS_OPTIONS}
        onChange={(statuses) => set.status(statuses.join(","))}
      />
      <SelectField
        label="Any location"
        value={values.location}
        options={withChosen(names, values.location).map((name) => ({ value: name, label: name }))}
        onChange={(value) => set.location(value)}
      />
      <SelectField
        label="Any time"
        value={values.since}
        options={since.map((value) => ({
          value,
          label: SINCE.find((one) => one.value === value)?.label ?? `Since ${value}`,
        }))}
        onChange={(value) => set.since(value)}
      />
      <SearchField label="Asset" placeholder="Asset: its whole key" value={values.asset} onChange={set.asset} />
      <SearchField label="Tag" placeholder="Tag: name=value" value={values.tag} onChange={set.tag} />
      {isFiltered && (
        <Button look="quiet" icon={X} onClick={clear}>
          Clear
        </Button>
      )}
    </div>
  );
}
