import type { Version } from "../../api/types";
import { Badge } from "../../components/Badge";
import { cx } from "../../components/cx";
import { Time } from "../../components/Time";
import { formatBytes, formatCount } from "../../format/number";
import { diffSchema } from "./schema_diff";
import { changeOf } from "./trend";
import css from "./VersionList.module.css";

type Props = {
  versions: readonly Version[];
  current: string | null;
  chosen: string | null;
  onChoose: (id: string) => void;
};

/** Newest first; each says what is new about it. */
export function VersionList({ versions, current, chosen, onChoose }: Props) {
  return (
    <ul className={css.list}>
      {versions.map((version, i) => (
        <li key={version.id}>
          <button
            type="button"
            className={cx(css.item, version.id === chosen && css.chosen)}
            aria-pressed={version.id === chosen}
            onClick={() => onChoose(version.id)}
          >
            <span className={css.when}>
              <Time at={version.created_at} />
              {version.id === current && <Badge tone="good">current</Badge>}
              <SchemaChanged version={version} before={versions[i + 1]} />
            </span>
            <span className={css.figures}>
              <Change now={version.rows} before={versions[i + 1]?.rows} />
              {version.rows === null ? formatBytes(version.bytes) : `${formatCount(version.rows)} rows`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Change({ now, before }: { now: number | null; before: number | null | undefined }) {
  const change = changeOf(now, before);
  return change && <span className={css.change}>{change}</span>;
}

function SchemaChanged({ version, before }: { version: Version; before: Version | undefined }) {
  if (!version.columns || !before?.columns) return null;
  return diffSchema(before.columns, version.columns).length > 0 && <Badge tone="warn">other columns</Badge>;
}
