import type { Event } from "../../api/types";
import { AssetLink } from "../../components/AssetLink";
import { Facts } from "../../components/Facts";
import { FailureNote } from "../../components/FailureNote";
import { formatBytes } from "../../format/number";
import { formatAbsolute, formatDuration } from "../../format/time";
import { asText, metadataOf } from "./attempts";
import css from "./EventDetail.module.css";
import { bodyOf, failureIn, textIn } from "./event_body";

/** Members that are shown in a way of their own, or say what is known already. */
const TOLD = new Set(["metadata", "error", "plait", "steps", "asset_key", "message", "level"]);

function textOf(name: string, value: unknown): string {
  if (typeof value === "number" && name.endsWith("_us")) return formatDuration(value);
  if (typeof value === "number" && name.endsWith("_kib")) return formatBytes(value * 1024);
  return asText(value);
}

/** All that an event holds. */
export function EventDetail({ event }: { event: Event }) {
  const body = bodyOf(event);
  const failure = failureIn(body);
  const message = textIn(body, "message");
  const rest = Object.entries(body).filter(([name, value]) => !TOLD.has(name) && value !== null && value !== "");
  const metadata = metadataOf(body);
  return (
    <div className={css.detail}>
      {failure && <FailureNote title="What went wrong" failure={failure} />}
      {!failure && message && <p className={css.message}>{message}</p>}
      <Facts
        of={[
          ["Time", formatAbsolute(event.at)],
          event.asset ? ["Asset", <AssetLink key="asset" assetKey={event.asset} />] : null,
          ...rest.map(
            ([name, value]) => [name.replace(/_(us|kib)$/, "").replaceAll("_", " "), textOf(name, value)] as const,
          ),
        ]}
      />
      {metadata.length > 0 && (
        <table className={css.metadata}>
          <caption>Metadata</caption>
          <tbody>
            {metadata.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
