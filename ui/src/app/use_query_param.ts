import { useCallback } from "react";
import { navigate, useSearch } from "wouter/use-browser-location";

type Options = {
  /** A step of its own in the browser's history; else the present one is replaced. */
  push?: boolean;
};

/** What a view shows is in its URL, so that it can be linked.  The empty text takes the parameter away. */
export function useQueryParam(name: string, absent = ""): [string, (value: string, options?: Options) => void] {
  const search = useSearch();
  const set = useCallback(
    (value: string, { push = false }: Options = {}) => {
      const next = new URLSearchParams(window.location.search); // as it is now: several may be set at once
      if (value === "" || value === absent) next.delete(name);
      else next.set(name, value);
      const text = next.toString();
      navigate(window.location.pathname + (text === "" ? "" : `?${text}`), { replace: !push });
    },
    [name, absent],
  );
  return [new URLSearchParams(search).get(name) ?? absent, set];
}
