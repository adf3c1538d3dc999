import { useMemo } from "react";
import { useQueryParam } from "../../app/use_query_param";
import { sinceTime } from "./run_times";

/** The filters of the list, from the address. */
export function useRunFilter() {
  const [search, setSearch] = useQueryParam("search");
  const [status, setStatus] = useQueryParam("status");
  const [location, setLocation] = useQueryParam("location");
  const [asset, setAsset] = useQueryParam("asset");
  const [tag, setTag] = useQueryParam("tag");
  const [since, setSince] = useQueryParam("since");
  const sought = useMemo(() => sinceTime(since, Date.now()), [since]);
  const set = {
    search: setSearch,
    status: setStatus,
    location: setLocation,
    asset: setAsset,
    tag: setTag,
    since: setSince,
  };
  return {
    values: { search, status, location, asset, tag, since },
    question: useMemo(
      () => ({ search, status, location, asset, tag, since: sought }),
      [search, status, location, asset, tag, sought],
    ),
    set,
    clear: () => Object.values(set).forEach((one) => void one("")),
    isFiltered: [search, status, location, asset, tag, since].some(Boolean),
  };
}
