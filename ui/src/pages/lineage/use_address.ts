import { useMemo } from "react";
import { useQueryParam } from "../../app/use_query_param";
import { readChosen } from "./chosen";

/** Everything that the page shows, as its URL says. */
export function useAddress() {
  const [select, setSelect] = useQueryParam("select");
  const [location, setLocation] = useQueryParam("location");
  const [group, setGroup] = useQueryParam("group");
  const [kind, setKind] = useQueryParam("kind");
  const [status, setStatus] = useQueryParam("status");
  const [open, setOpen] = useQueryParam("open");
  const [focus, setFocus] = useQueryParam("focus");
  const [view, setView] = useQueryParam("view");
  const [at, setAt] = useQueryParam("at");
  const [list, setList] = useQueryParam("list");
  const chosen = useMemo(() => readChosen(at), [at]);
  /** This and nothing else, whatever the filters said. */
  const showOnly = (selection: string) => {
    for (const set of [setLocation, setGroup, setKind]) set("");
    setSelect(selection, { push: true });
  };
  return {
    ...{ select, setSelect, location, setLocation, group, setGroup, kind, setKind, status, setStatus, showOnly },
    ...{ open, setOpen, focus, setFocus, view, setView, chosen, setAt, isList: list !== "", setList },
  };
}
export type Address = ReturnType<typeof useAddress>;
