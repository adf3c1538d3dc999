// Addresses that Dagster's users have in their bookmarks, wikis and alerts, and what shows the same here.  Pure.

import { paths } from "../paths";

const TABS: Readonly<Record<string, string>> = {
  events: "versions",
  partitions: "versions",
  lineage: "lineage",
  checks: "checks",
};
const RUN_STATUSES: Readonly<Record<string, string>> = {
  QUEUED: "queued",
  STARTING: "started",
  STARTED: "started",
  CANCELING: "canceling",
  SUCCESS: "success",
  FAILURE: "failure",
  CANCELED: "canceled",
};

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `__repository__@analytics` is the code location `analytics`. */
const locationOf = (segment: string) => decode(segment).replace(/^.*@/, "");

function ofLocation(name: string, rest: readonly string[]): string | null {
  const location = locationOf(name);
  const [what, group, view] = rest.map(decode);
  if (what === "asset-groups" && group)
    return view === "list" ? paths.catalog({ location, group }) : paths.lineage({ location, group });
  if (what === "assets") return paths.catalog({ location });
  return what || location !== decode(name) ? paths.location(location) : null;
}

function ofAsset(rest: readonly string[], query: URLSearchParams): string | null {
  if (rest.length === 0) return paths.catalog({ select: query.get("asset-selection") });
  const view = query.get("view");
  if (view === null || query.has("tab")) return null;
  return paths.asset(rest.map(decode).join("/"), { tab: TABS[view] });
}

function ofRuns(query: URLSearchParams): string | null {
  const words = query.getAll("q[]").concat(query.getAll("q[0]"));
  if (words.length === 0) return null;
  const status = words.find((word) => word.startsWith("status:"))?.slice("status:".length);
  return paths.runs({ status: RUN_STATUSES[status ?? ""] });
}

/** Where an address leads that is another's; null: it is ours, or nobody's. */
export function formerAddress(path: string, search: string): string | null {
  const query = new URLSearchParams(search);
  const [first = "", ...rest] = path.split("/").filter(Boolean);
  switch (first) {
    case "asset-groups":
      return paths.lineage({ select: query.get("asset-selection"), focus: rest.map(decode).at(-1) });
    case "assets":
      return ofAsset(rest, query);
    case "selection":
      return paths.catalog({ select: decode(rest[0] ?? "") });
    case "locations":
      return rest[0] ? ofLocation(rest[0], rest.slice(1)) : null;
    case "deployment":
    case "code-locations":
    case "workspace":
      return paths.locations();
    case "overview":
    case "instance":
      return paths.overview();
    case "runs":
      return rest.length === 0 ? ofRuns(query) : null;
    default:
      return null;
  }
}
