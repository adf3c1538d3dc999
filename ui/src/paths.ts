// Where things have their page.  The one place that knows how addresses look.

type Value = string | undefined | null;

function withQuery(path: string, query: Readonly<Record<string, Value>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value);
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

export const paths = {
  overview: () => "/",
  /** `select`: selection language; `focus`: the asset to show in the middle. */
  lineage: (query: { select?: Value; focus?: Value; location?: Value; group?: Value } = {}) =>
    withQuery("/lineage", query),
  catalog: (
    query: { location?: Value; group?: Value; status?: Value; stale?: Value; search?: Value; select?: Value } = {},
  ) => withQuery("/catalog", query),
  /** The parts of a key are segments: `/assets/raw/orders`. */
  asset: (key: string, query: { tab?: Value } = {}) =>
    withQuery(`/assets/${key.split("/").map(encodeURIComponent).join("/")}`, query),
  runs: (query: { status?: Value; location?: Value; tag?: Value } = {}) => withQuery("/runs", query),
  run: (run: string, query: { step?: Value; tab?: Value } = {}) => withQuery(`/runs/${encodeURIComponent(run)}`, query),
  locations: () => "/locations",
  location: (name: string) => `/locations/${encodeURIComponent(name)}`,
};
