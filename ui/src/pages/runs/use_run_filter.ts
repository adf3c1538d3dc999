import { useQueryParam } from "../../app/use_query_param";

/** The filters of the list, from the address. */
export function useRunFilter() {
  const [search, setSearch] = useQueryParam("search");
  const [status, setStatus] = useQueryParam("status");
  const [location, setLocation] = useQueryParam("location");
  const [tag, setTag] = useQueryParam("tag");
  const set = { search: setSearch, status: setStatus, location: setLocation, tag: setTag };
  return {
    filter: { search, status, location, tag },
    set,
    clear: () => Object.values(set).forEach((one) => void one("")),
    isFiltered: [search, status, location, tag].some(Boolean),
  };
}
