// What the mock tells: the two teams of examples/two-teams, in the shapes of openapi.yaml.

const ANALYTICS = "analytics-team";
const ML = "ml-platform";
const START = Date.now() - 40 * 60_000;
export const at = (seconds) => new Date(START + seconds * 1_000).toISOString().replace("Z", "000Z");
export const RUN = "b35826e0-5f0e-7c11-9a3e-2c6d1f7ea001";
export const FAILED_RUN = "a91c04d7-5f0e-7c11-9a3e-2c6d1f7ea002";

const asset = (key, location, group, kinds, deps, rows, bytes, more = {}) => ({
  key,
  location,
  stale_location: false,
  group,
  kinds,
  owners: [location === ML ? "team:ml-platform" : "team:analytics"],
  deps,
  status: "materialized",
  stale: false,
  materialized_at: at(6),
  run: RUN,
  version: `v-${key}`,
  rows,
  bytes,
  path: `data/${key}`,
  ...more,
});
const absent = {
  status: "missing",
  stale: null,
  materialized_at: null,
  run: null,
  version: null,
  rows: null,
  bytes: null,
  path: null,
};

export const ASSETS = [
  asset("customer_churn_model", ML, "models", ["python", "sklearn"], ["customer_features"], null, 48_213, {
    status: "failed",
  }),
  asset("customer_data", ANALYTICS, "raw", ["python", "pandas"], ["crm/customers"], 240, 18_422),
  asset("customer_features", ML, "features", ["pandas"], ["customer_order_summary"], 213, 31_870, { stale: true }),
  asset("customer_order_summary", ANALYTICS, "marts", ["pandas"], ["customer_data", "order_data"], 213, 22_004),
  asset(
    "customer_risk_scores",
    ML,
    "predictions",
    ["pandas"],
    ["customer_churn_model", "customer_features"],
    null,
    null,
    absent,
  ),
  asset("customer_segments", ANALYTICS, "marts", ["pandas"], ["customer_order_summary"], 213, 14_310),
  asset("demand_forecast_model", ML, "models", ["sklearn"], ["synthetic_market_data"], null, 120_552, {
    status: "running",
  }),
  asset("order_data", ANALYTICS, "raw", ["pandas"], ["product_catalog", "customer_data"], 2_600, 214_880),
  asset("product_catalog", ANALYTICS, "raw", ["pandas"], [], 12, 2_944),
  asset(
    "product_demand_forecasts",
    ML,
    "predictions",
    ["pandas"],
    ["demand_forecast_model", "product_features"],
    12,
    3_021,
    { stale: true },
  ),
  asset("product_features", ML, "features", ["pandas"], ["product_performance"], 12, 4_113),
  asset("product_performance", ANALYTICS, "marts", ["pandas"], ["product_catalog", "order_data"], 12, 3_870),
  asset("synthetic_market_data", ML, "features", ["numpy"], [], 104, 9_764),
  asset("crm/customers", null, null, [], [], null, null, { ...absent, status: "external", owners: [] }),
];

const location = (name, assets, health, version) => ({
  name,
  health,
  assets,
  python: { implementation: "CPython", version },
  interpreter: `repo-${name}/.venv/bin/python`,
  loaded_at: at(0),
  manifest: "sha256:5d0b",
  error: null,
  warnings: 0,
});
export const LOCATIONS = [location(ANALYTICS, 6, "ok", "3.11.2"), location(ML, 7, "stale", "3.12.4")];
export const locationDetail = (one) => ({
  ...one,
  declared: { file: "workspace.yaml", line: 2 },
  loader: "python_module",
  target: `${one.name.replace("-", "_")}.definitions`,
  attribute: null,
  working_directory: `repo-${one.name}`,
  project_root: `repo-${one.name}`,
  import_paths: ["src"],
  interpreter_why: "the project's .venv",
  env_file_sets: [],
  code_reads: [],
  definitions: "defs",
  sdk_version: "0.1.0",
  git_commit: "4f9d2c1",
  modules: [],
  problems: [],
});

const run = (id, status, from, to, selection, [steps, succeeded, failed], more = {}) => ({
  id,
  status,
  request: { selection, location: null, most_running: 0 },
  error: null,
  reason: null,
  tags: { "plait/by": "terminal" },
  priority: 0,
  parent: null,
  root: null,
  retry_number: 0,
  created_at: at(from),
  started_at: at(from),
  ended_at: to === null ? null : at(to),
  locations: selection === null ? ["analytics-team", "ml-platform"] : ["ml-platform"],
  steps,
  steps_succeeded: succeeded,
  steps_failed: failed,
  ...more,
});
export const RUNS = [
  run("c7d1e2f3-5f0e-7c11-9a3e-2c6d1f7ea003", "started", 2_360, null, "demand_forecast_model+", [2, 0, 0]),
  run(FAILED_RUN, "failure", 1_500, 1_504.2, "customer_churn_model+", [2, 0, 1], {
    error: "1 of 2 steps failed: customer_churn_model",
    parent: RUN,
    root: RUN,
    retry_number: 1,
  }),
  run(RUN, "success", 0, 10.3, null, [13, 13, 0]),
];

const step = (index, one, from, to, waits_for, more = {}) => ({
  index,
  name: one.key,
  asset: one.key,
  assets: [one.key],
  location: one.location,
  status: "success",
  attempt: 1,
  retries: 0,
  retry_at: null,
  pid: 4_100 + index,
  started_at: at(from),
  ended_at: at(to),
  reason: "selected",
  error: null,
  rows: one.rows,
  outputs: [{ asset: one.key, version: one.version, rows: one.rows, path: one.path }],
  waits_for,
  directory: `.plait/runs/${RUN}/${index}.1`,
  max_rss_kib: 81_244,
  user_us: 140_000,
  system_us: 22_000,
  method: "fork",
  ...more,
});
const made = ASSETS.filter((one) => one.location !== null);
const order = [
  "customer_data",
  "product_catalog",
  "order_data",
  "customer_order_summary",
  "product_performance",
  "customer_segments",
]
  .concat(["synthetic_market_data", "customer_features", "demand_forecast_model", "product_features"])
  .concat(["customer_churn_model", "product_demand_forecasts", "customer_risk_scores"]);
export const STEPS = order.map((key, index) => {
  const one = made.find((other) => other.key === key);
  const waits = one.deps.map((dep) => order.indexOf(dep)).filter((i) => i >= 0);
  return step(index, one, index * 0.7, index * 0.7 + 0.6, waits);
});

export const FAILURE = {
  exception: "ValueError",
  message: "Input contains NaN: 3 of 213 rows have no order_count",
  file: "repo-ml/src/ml_platform/defs/models.py",
  line: 41,
  hint: "customer_features has rows without orders since version v-customer_features",
  cause: null,
  traceback:
    'Traceback (most recent call last):\n  File "models.py", line 41, in customer_churn_model\n    model.fit(x, y)\nValueError: Input contains NaN',
};
