import { X } from "lucide-react";
import { useLocations } from "../../api/queries";
import { Button } from "../../components/Button";
import { SearchField } from "../../components/SearchField";
import { SelectField } from "../../components/SelectField";
import { STATUSES } from "../../components/status";
import type { useRunFilter } from "./use_run_filter";

const STATUS_OPTIONS = [
  { value: "open", label: "Open: waiting or running" },
  ...(["queued", "started", "success", "failure", "canceled", "interrupted"] as const).map((status) => ({
    value: status,
    label: STATUSES[status].label,
  })),
];

/** Which runs the list shows; all of it is in the address. */
export function RunFilters({ filter, set, clear, isFiltered }: ReturnType<typeof useRunFilter>) {
  const { data: locations } = useLocations();
  return (
    <>
      <SearchField
        label="Search runs"
        placeholder="Id or selection"
        value={filter.search}
        onChange={(value) => set.search(value)}
      />
      <SelectField
        label="Any status"
        value={filter.status}
        options={STATUS_OPTIONS}
        onChange={(value) => set.status(value)}
      />
      <SelectField
        label="Every location"
        value={filter.location}
        options={(locations ?? []).map(({ name }) => ({ value: name, label: name }))}
        onChange={(value) => set.location(value)}
      />
      <SearchField label="Tag" placeholder="Tag: name=value" value={filter.tag} onChange={set.tag} />
      {isFiltered && (
        <Button look="quiet" icon={X} onClick={clear}>
          Clear
        </Button>
      )}
    </>
  );
}
