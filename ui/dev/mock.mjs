// Answers the API with the example, so that the UI can be worked on without a plait.  Reads only; runs pretend.

import { ASSETS, at, FAILED_RUN, FAILURE, LOCATIONS, locationDetail, STEPS } from "./example.mjs";
import { events, listRuns, RUNS, runDocument, stepLog } from "./runs.mjs";

const page = (items) => ({ items, total: items.length, next: null });
const neighbour = ({ key, location }) => ({ key, location });
const problem = (status, detail, hint = null) => ({
  status,
  body: {
    type: "about:blank",
    title: status === 404 ? "Not found" : "Invalid",
    status,
    detail,
    kind: status === 404 ? "not_found" : "invalid",
    hint,
  },
});

function version(asset) {
  return {
    id: asset.version,
    created_at: asset.materialized_at,
    run: asset.run,
    location: asset.location,
    rows: asset.rows,
    bytes: asset.bytes,
    duration_us: 193_000,
    columns: [
      { name: "customer_id", type: "int64" },
      { name: "orders", type: "int64" },
    ],
    storage: null,
    views: null,
    files: null,
    inputs: asset.deps.map((dep) => ({ asset: dep, version: `v-${dep}`, pinned: true })),
    metadata: { "dagster/row_count": { type: "int", raw_value: asset.rows } },
    code_version: "3",
    data_version: "9f31",
    path: asset.path,
    versioned: true,
    note: null,
  };
}

function assetDocument(asset) {
  const current = asset.version ? version(asset) : null;
  return {
    ...asset,
    kind: asset.status === "external" ? "external" : "materialization",
    description: "One row a customer, from the CRM's nightly export.",
    tags: {},
    metadata: {},
    code_version: "3",
    io_manager: "io_manager",
    source: { file: "src/defs/assets.py", line: 24 },
    also_in: [],
    checks: [],
    partitions: null,
    deps: asset.deps.map((dep) => neighbour(ASSETS.find((one) => one.key === dep))),
    consumers: ASSETS.filter((one) => one.deps.includes(asset.key)).map(neighbour),
    stale_reasons: asset.stale
      ? [{ category: "data", reason: `${asset.deps[0]} has a newer version`, asset: asset.deps[0] }]
      : [],
    current,
    versions: current ? [current] : [],
    failed_run: asset.status === "failed" ? FAILED_RUN : null,
    error: asset.status === "failed" ? FAILURE : null,
  };
}

function distances(key, next) {
  const found = new Map([[key, 0]]);
  for (const [at, distance] of found)
    for (const other of next(at)) if (!found.has(other)) found.set(other, distance + 1);
  found.delete(key);
  return found;
}
const depsOf = (key) => ASSETS.find((one) => one.key === key)?.deps ?? [];
const consumersOf = (key) => ASSETS.filter((one) => one.deps.includes(key)).map((one) => one.key);
const distant = (found) =>
  [...found].map(([key, distance]) => ({ ...neighbour(ASSETS.find((one) => one.key === key)), distance }));

function lineage(key) {
  const upstream = distant(distances(key, depsOf));
  const downstream = distant(distances(key, consumersOf));
  const all = new Set([key, ...upstream.map((one) => one.key), ...downstream.map((one) => one.key)]);
  const edges = [...all].flatMap((to) =>
    depsOf(to)
      .filter((from) => all.has(from))
      .map((from) => ({ from, to })),
  );
  return { ...neighbour(ASSETS.find((one) => one.key === key)), upstream, downstream, edges };
}

function impact(keys) {
  const found = new Map(keys.flatMap((key) => [...distances(key, consumersOf)]));
  const hit = [...found].map(([key, distance]) => ({ key, distance, through: depsOf(key)[0], loaded: true }));
  const of = (name) => hit.filter((one) => ASSETS.find((asset) => asset.key === one.key).location === name);
  return {
    assets: keys,
    locations: LOCATIONS.map(({ name }) => ({ location: name, assets: of(name) })).filter(
      (one) => one.assets.length > 0,
    ),
  };
}

// Places as a server would compute them: a column a level, a row an asset.
function graph() {
  const levels = new Map();
  const level = (key) => {
    if (!levels.has(key)) levels.set(key, Math.max(-1, ...depsOf(key).map(level)) + 1);
    return levels.get(key);
  };
  const rows = [];
  const boxes = ASSETS.map((one) => {
    const column = level(one.key);
    rows[column] = (rows[column] ?? -1) + 1;
    return [
      one.key,
      LOCATIONS.findIndex(({ name }) => name === one.location),
      -1,
      40 + column * 280,
      40 + rows[column] * 90,
      220,
      56,
    ];
  });
  const box = (key) => boxes.findIndex(([name]) => name === key);
  const edges = ASSETS.flatMap((one) =>
    one.deps.map((dep) => {
      const [a, b] = [boxes[box(dep)], boxes[box(one.key)]];
      return [box(dep), box(one.key), 1, [a[3] + 220, a[4] + 28, b[3], b[4] + 28]];
    }),
  );
  return {
    hash: "mock",
    width: 80 + rows.length * 280,
    height: 80 + (Math.max(...rows) + 1) * 90,
    locations: LOCATIONS.map(({ name }) => name),
    frames: [],
    boxes,
    edges,
  };
}

function overview() {
  const teams = LOCATIONS.map(({ name, health }) => {
    const own = ASSETS.filter((one) => one.location === name);
    const by_status = {};
    for (const one of own) by_status[one.status] = (by_status[one.status] ?? 0) + 1;
    return {
      location: name,
      health,
      owners: [...new Set(own.flatMap((one) => one.owners))],
      groups: [...new Set(own.map((one) => one.group))],
      kinds: [...new Set(own.flatMap((one) => one.kinds))],
      assets: own.length,
      by_status,
      stale: own.filter((one) => one.stale).length,
      last_materialized_at: at(6),
    };
  });
  const edges = [
    { from: "analytics-team", to: "ml-platform", edges: 2, assets: ["customer_order_summary", "product_performance"] },
  ];
  return {
    teams,
    edges,
    failures: ASSETS.filter((one) => one.status === "failed").map((one) => ({
      ...neighbour(one),
      run: FAILED_RUN,
      at: at(1_504),
    })),
  };
}

function search(query) {
  const q = (query.get("q") ?? "").toLowerCase();
  const groups = [
    ...new Map(
      ASSETS.filter((one) => one.group).map((one) => [
        `${one.location}/${one.group}`,
        { kind: "group", name: one.group, location: one.location },
      ]),
    ).values(),
  ];
  const all = [
    ...ASSETS.map((one) => ({ kind: "asset", name: one.key, location: one.location })),
    ...groups,
    ...LOCATIONS.map(({ name }) => ({ kind: "location", name, location: name })),
    ...RUNS.map(({ id }) => ({ kind: "run", name: id, location: null })),
  ];
  return { items: all.filter((one) => one.name.toLowerCase().includes(q)).slice(0, 20) };
}

function listAssets(query) {
  const words = (query.get("search") ?? "").toLowerCase();
  const by = query.get("sort") ?? "key";
  const fits = (one) =>
    ["location", "group", "status"].every((name) => !query.get(name) || one[name] === query.get(name)) &&
    (!query.get("stale") || String(one.stale === true) === query.get("stale")) &&
    `${one.key} ${one.location} ${one.group}`.toLowerCase().includes(words);
  const sorted = ASSETS.filter(fits).sort((a, b) => String(a[by] ?? "").localeCompare(String(b[by] ?? "")));
  return page(query.get("order") === "desc" ? sorted.reverse() : sorted);
}

const levelOf = (index) => Math.max(-1, ...STEPS[index].waits_for.map(levelOf)) + 1;

const plan = ({ selection, location }) =>
  selection && !ASSETS.some((one) => selection.includes(one.key)) && !/[:*]/.test(selection)
    ? problem(400, `The selection "${selection}" names no asset`, "Did you mean customer_data?")
    : {
        steps: STEPS.filter((one) => !location || one.location === location).map((one) => ({
          index: one.index,
          name: one.name,
          asset: one.asset,
          assets: one.assets,
          location: one.location,
          level: levelOf(one.index),
          waits_for: one.waits_for,
          inputs: [],
          reason: selection ? `selected by ${selection}` : "selected",
          last_duration_us: one.index === 8 ? null : 180_000 + ((one.index * 7_919) % 13) * 90_000,
        })),
        left_out: [],
        warnings: location ? [`${location} reads customer_order_summary of another location as it stands`] : [],
      };

const HEALTH = {
  status: "ok",
  version: "0.1.0",
  pid: 4_000,
  started_at: at(0),
  workspace: "/home/me/plait/examples/two-teams/workspace.yaml",
  assets: 13,
  locations: { ok: 1, stale: 1, broken: 0 },
  runs: { queued: 0, started: 1 },
};
const withAsset = (key, fn) => {
  const found = ASSETS.find((one) => one.key === key);
  return found && fn(found);
};

const ROUTES = [
  ["GET", "assets", (_, query) => listAssets(query)],
  ["GET", "assets/:", ([key]) => withAsset(key, assetDocument)],
  ["GET", "assets/:/versions", ([key]) => withAsset(key, (one) => page(one.version ? [version(one)] : []))],
  [
    "GET",
    "assets/:/versions/:/preview",
    ([, id]) => ({
      version: id,
      format: "table",
      columns: [
        { name: "customer_id", type: "int64" },
        { name: "name", type: "string" },
      ],
      rows: [
        [1, "Ada"],
        [2, "Grace"],
      ],
      text: null,
      total_rows: 213,
      note: "the first 2 of 213 rows",
    }),
  ],
  ["GET", "assets/:/runs", () => page(RUNS.slice(0, 50))],
  ["GET", "assets/:/partitions", () => ({ definition: null })],
  ["GET", "assets/:/lineage", ([key]) => withAsset(key, () => lineage(key))],
  ["GET", "assets/:/impact", ([key]) => withAsset(key, () => impact([key]))],
  ["GET", "graph", graph],
  ["POST", "plan", (_, __, body) => plan(body)],
  ["GET", "runs", (_, query) => listRuns(query)],
  ["POST", "runs", () => ({ run: RUNS[0].id })],
  ["GET", "runs/:", ([id]) => runDocument(id)],
  ["POST", "runs/:/cancel", ([run]) => ({ run })],
  ["POST", "runs/:/retry", () => ({ run: RUNS[0].id })],
  ["GET", "runs/:/events", ([id]) => events(id)],
  ["GET", "runs/:/steps/:/logs/:", stepLog],
  ["GET", "locations", () => LOCATIONS],
  [
    "GET",
    "locations/:",
    ([name]) => {
      const one = LOCATIONS.find((other) => other.name === name);
      return one && locationDetail(one);
    },
  ],
  [
    "GET",
    "locations/:/impact",
    ([name]) => impact(ASSETS.filter((one) => one.location === name).map((one) => one.key)),
  ],
  ["POST", "locations/:/reload", ([name]) => locationDetail(LOCATIONS.find((one) => one.name === name))],
  ["POST", "reload", () => LOCATIONS],
  ["GET", "findings", () => ({ errors: 0, warnings: 0, findings: [] })],
  ["GET", "overview", overview],
  ["GET", "search", (_, query) => search(query)],
  ["GET", "pools", () => [{ name: "warehouse", limit: 2, own: true, steps: 0 }]],
  ["GET", "health", () => HEALTH],
].map(([method, path, answer]) => ({
  method,
  pattern: new RegExp(`^/api/v1/${path.replaceAll(":", "([^/]+)")}$`),
  answer,
}));

function stream(request, response, first) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const send = (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (first) send("hello", {});
  else if (pathname.includes("/logs/")) {
    const { text } = stepLog(["", "", pathname.split("/")[8]], searchParams);
    response.write(`event: text\nid: ${text.length}\ndata: ${JSON.stringify({ offset: 0, text })}\n\n`);
    send("end", { offset: text.length });
  } else {
    const run = runDocument(request.url.split("/")[4]);
    for (const event of events(run?.id ?? "")?.items ?? [])
      response.write(`event: event\nid: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
    if (run?.ended_at) send("end", { status: run.status });
  }
  const beat = setInterval(() => send("asset", ASSETS[6]), 5_000);
  request.on("close", () => clearInterval(beat));
}

async function readBody(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text === "" ? {} : JSON.parse(text);
}

/** A handler for node:http. */
export async function mock(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname.endsWith("/stream")) return stream(request, response, pathname === "/api/v1/events/stream");
  const body = request.method === "POST" ? await readBody(request) : {};
  for (const { method, pattern, answer } of ROUTES) {
    const match = request.method === method && pattern.exec(pathname);
    if (!match) continue;
    const found =
      answer(match.slice(1).map(decodeURIComponent), searchParams, body) ??
      problem(404, `There is no ${decodeURIComponent(match[1] ?? pathname)}`);
    const refused = typeof found.status === "number";
    response.writeHead(refused ? found.status : 200, {
      ...found.headers,
      "content-type": refused
        ? "application/problem+json"
        : found.text !== undefined && !found.format && !("version" in found)
          ? "text/plain"
          : "application/json",
    });
    return response.end(typeof found.text === "string" ? found.text : JSON.stringify(refused ? found.body : found));
  }
  const none = problem(404, `There is no ${pathname}`);
  response.writeHead(404, { "content-type": "application/problem+json" });
  response.end(JSON.stringify(none.body));
}
