import { X } from "lucide-react";
import { useOverview } from "../../api/queries";
import type { Overview } from "../../api/types";
import { Button } from "../../components/Button";
import { SearchField } from "../../components/SearchField";
import { SelectField } from "../../components/SelectField";
import { SelectionInput } from "../../components/SelectionInput";
import { STATUSES } from "../../components/status";
import { withChosen } from "../../format/text";
import css from "./Filters.module.css";
import { ASSET_STATUSES, type CatalogFilter, type FilterName } from "./use_catalog_filter";
import { useTyped } from "./use_typed";

const STALE = [
  { value: "true", label: "Stale" },
  { value: "false", label: "Not stale" },
];

type Props = { filter: CatalogFilter; selectionProblem: unknown };

export function Filters({ filter, selectionProblem }: Props) {
  const { values, set } = filter;
  const [typed, type] = useTyped(values.search, (text) => set("search", text));
  const teams = useOverview().data?.teams ?? [];
  const here = values.location === "" ? teams : teams.filter((team) => team.location === values.location);
  const choice = (name: FilterName, label: string, words: readonly string[]) => (
    <SelectField
      label={label}
      value={values[name]}
      options={withChosen(words, values[name]).map((word) => ({ value: word, label: word }))}
      onChange={(value) => set(name, value)}
    />
  );
  return (
    <div className={css.filters}>
      <div className={css.search}>
        <SearchField label="Search assets" value={typed} onChange={type} />
      </div>
      <div className={css.select}>
        <SelectionInput
          value={values.select}
          onCommit={(text) => set("select", text)}
          error={selectionProblem}
          placeholder="+order_data or group:raw_data"
        />
      </div>
      {choice(
        "location",
        "Any location",
        allOf(teams, (team) => [team.location]),
      )}
      {choice(
        "group",
        "Any group",
        allOf(here, (team) => team.groups),
      )}
      {choice(
        "kind",
        "Any kind",
        allOf(here, (team) => team.kinds),
      )}
      {choice(
        "owner",
        "Any owner",
        allOf(here, (team) => team.owners),
      )}
      <SelectField
        label="Any status"
        value={values.status}
        options={ASSET_STATUSES.map((status) => ({ value: status, label: STATUSES[status].label }))}
        onChange={(value) => set("status", value)}
      />
      <SelectField
        label="Stale or not"
        value={values.stale}
        options={STALE}
        onChange={(value) => set("stale", value)}
      />
      {filter.isActive && (
        <Button look="quiet" icon={X} onClick={filter.clear}>
          Clear
        </Button>
      )}
    </div>
  );
}

function allOf(teams: Overview["teams"], wordsOf: (team: Overview["teams"][number]) => readonly string[]) {
  return [...new Set(teams.flatMap(wordsOf))].sort();
}
