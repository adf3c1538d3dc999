import { ListTree, Maximize2, Minimize2, SlidersHorizontal } from "lucide-react";
import { useMemo, useState } from "react";
import { IconButton } from "../../components/Button";
import { cx } from "../../components/cx";
import { SelectField } from "../../components/SelectField";
import { SelectionInput } from "../../components/SelectionInput";
import { Spinner } from "../../components/Spinner";
import { STATUSES } from "../../components/status";
import { formatCount } from "../../format/number";
import { ALL_OPEN, NONE_OPEN } from "../../graph/open_frames";
import type { Scene } from "../../graph/scene";
import { type Assets, SHOWN_STATUSES } from "../../graph/standing";
import css from "./Toolbar.module.css";
import type { Address } from "./use_address";

type Props = {
  address: Address;
  assets: Assets;
  scene: Scene | null;
  /** How many assets the selection names; undefined: all. */
  shown: number | undefined;
  error: unknown;
  busy: boolean;
};

/** What is shown: a selection, filters beside it, which frames are open. */
export function Toolbar({ address, assets, scene, shown, error, busy }: Props) {
  const [filters, showFilters] = useState(false);
  const some = address.location || address.group || address.kind || address.status;
  return (
    <div className={css.bar}>
      <div className={css.selection}>
        <SelectionInput
          value={address.select}
          onCommit={(text) => address.setSelect(text, { push: true })}
          error={error}
          placeholder="All assets: +customer_data, group:features and not kind:sql …"
        />
      </div>
      <IconButton
        icon={SlidersHorizontal}
        label="Filters"
        className={cx(css.more, some && css.some)}
        aria-expanded={filters}
        onClick={() => showFilters(!filters)}
      />
      <div className={cx(css.filters, filters && css.shown)}>
        <Filters address={address} assets={assets} />
      </div>
      <span className={css.count} aria-live="polite">
        {busy && <Spinner />}
        {shown === undefined ? formatCount(assets.size) : `${formatCount(shown)} of ${formatCount(assets.size)}`}
        <span className={css.word}> assets</span>
      </span>
      <div className={css.views}>
        {(scene?.frames.length ?? 0) > 0 && (
          <>
            <IconButton icon={Maximize2} label="Open all" onClick={() => address.setOpen(ALL_OPEN, { push: true })} />
            <IconButton icon={Minimize2} label="Close all" onClick={() => address.setOpen(NONE_OPEN, { push: true })} />
          </>
        )}
        <IconButton
          icon={ListTree}
          label={address.isList ? "Hide the list" : "As a list"}
          aria-pressed={address.isList}
          className={cx(address.isList && css.some)}
          onClick={() => address.setList(address.isList ? "" : "1")}
        />
      </div>
    </div>
  );
}

const named = (values: Iterable<string | null>) =>
  [...new Set(values)]
    .filter((value) => value !== null && value !== "")
    .sort()
    .map((value) => ({ value: value ?? "", label: value ?? "" }));

function Filters({ address, assets }: { address: Address; assets: Assets }) {
  const all = useMemo(() => [...assets.values()], [assets]);
  const locations = useMemo(() => named(all.map((asset) => asset.location)), [all]);
  const groups = useMemo(
    () =>
      named(all.filter(({ location }) => !address.location || location === address.location).map(({ group }) => group)),
    [all, address.location],
  );
  const kinds = useMemo(() => named(all.flatMap((asset) => asset.kinds)), [all]);
  const statuses = SHOWN_STATUSES.map((value) => ({ value, label: STATUSES[value].label }));
  return (
    <>
      <SelectField label="Location" value={address.location} options={locations} onChange={address.setLocation} />
      <SelectField label="Group" value={address.group} options={groups} onChange={address.setGroup} />
      <SelectField label="Kind" value={address.kind} options={kinds} onChange={address.setKind} />
      <SelectField label="Status" value={address.status} options={statuses} onChange={address.setStatus} />
    </>
  );
}
