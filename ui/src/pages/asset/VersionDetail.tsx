import type { Version } from "../../api/types";
import { AssetLink } from "../../components/AssetLink";
import { Badge } from "../../components/Badge";
import { CopyButton } from "../../components/CopyButton";
import { Facts } from "../../components/Facts";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { RunLink } from "../../components/RunLink";
import { formatBytes, formatCount } from "../../format/number";
import { shortId } from "../../format/text";
import { formatAbsolute, formatDuration } from "../../format/time";
import { MetadataTable } from "./MetadataTable";
import { SchemaChanges } from "./SchemaChanges";
import css from "./VersionDetail.module.css";

type Props = { version: Version; before: Version | null; home: string | null };

/** One version: who made it, of what, and how its columns differ from those before. */
export function VersionDetail({ version, before, home }: Props) {
  return (
    <>
      <Panel title={formatAbsolute(version.created_at)}>
        <Facts
          of={[
            ["Version", <Id key="v" id={version.id} />],
            ["Run", version.run ? <RunLink key="r" run={version.run} /> : "reported from elsewhere"],
            version.location && version.location !== home
              ? ["Made in", <LocationTag key="l" name={version.location} />]
              : null,
            ["Rows", formatCount(version.rows)],
            ["Size", formatBytes(version.bytes)],
            ["Took", formatDuration(version.duration_us)],
            version.code_version ? ["Code version", <code key="c">{version.code_version}</code>] : null,
            version.data_version ? ["Data version", <Id key="d" id={version.data_version} />] : null,
            ["Inputs", <Inputs key="i" version={version} />],
            version.path ? ["Path", <code key="p">{version.path}</code>] : null,
            version.note ? ["Note", version.note] : null,
          ]}
        />
      </Panel>
      {version.columns && (
        <Panel title="Columns" actions={<Badge>{version.columns.length}</Badge>} flush>
          <SchemaChanges columns={version.columns} before={before?.columns ?? null} />
        </Panel>
      )}
      {version.metadata && Object.keys(version.metadata).length > 0 && (
        <Panel title="Metadata" flush>
          <MetadataTable metadata={version.metadata} />
        </Panel>
      )}
    </>
  );
}

function Id({ id }: { id: string }) {
  return (
    <span className={css.id}>
      <code title={id}>{id}</code>
      <CopyButton text={id} />
    </span>
  );
}

function Inputs({ version: { inputs } }: { version: Version }) {
  if (!inputs || inputs.length === 0) return <span className={css.quiet}>none</span>;
  return (
    <ul>
      {inputs.map((input) => (
        <li key={input.asset} className={css.input}>
          {input.asset && <AssetLink assetKey={input.asset} />}
          {input.version ? (
            <code className={css.quiet} title={input.version}>
              {shortId(input.version)}
            </code>
          ) : (
            <span className={css.quiet}>as it was then</span>
          )}
        </li>
      ))}
    </ul>
  );
}
