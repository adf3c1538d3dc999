// A run of 5,000 steps and 3,000 runs, for the mock: MOCK=large npm run dev.

import { at, LOCATIONS, RUNS } from "./example.mjs";

const STEPS = 5_000;
const WIDE = 40;
export const LARGE_RUN = "f00d0000-5f0e-7c11-9a3e-2c6d1f7ea0ff";

const isFailed = (i) => i === 4_321;
const lasts = (i) => 0.2 + ((i * 7_919) % 97) / 60;

export const LARGE_STEPS = Array.from({ length: STEPS }, (_, index) => {
  const from = Math.floor(index / WIDE) * 2 + (index % WIDE) * 0.01;
  const key = `layer_${Math.floor(index / WIDE)}/table_${index}`;
  return {
    index,
    name: key,
    asset: key,
    assets: [key],
    location: LOCATIONS[index % LOCATIONS.length].name,
    status: isFailed(index) ? "failure" : "success",
    attempt: 1,
    retries: 0,
    retry_at: null,
    pid: 5_000 + index,
    started_at: at(from),
    ended_at: at(from + lasts(index)),
    reason: null,
    error: isFailed(index)
      ? {
          exception: "ValueError",
          message: "no such column: order_count",
          file: "src/tables.py",
          line: 12,
          hint: null,
          cause: null,
          traceback: "  File src/tables.py, line 12",
        }
      : null,
    rows: 100,
    outputs: [],
    waits_for: index < WIDE ? [] : [index - WIDE, index - WIDE + ((index * 31) % WIDE) - (index % WIDE)],
    directory: null,
    max_rss_kib: 80_000,
    user_us: 100_000,
    system_us: 20_000,
    method: "fork",
  };
});

const STATUSES = ["success", "success", "failure", "canceled", "success"];
export const LARGE_RUNS = Array.from({ length: 3_000 }, (_, i) => {
  const status = i === 0 ? "failure" : STATUSES[i % STATUSES.length];
  return {
    ...RUNS[2],
    id: i === 0 ? LARGE_RUN : `${(0xa0000000 + i * 7_919).toString(16)}-5f0e-7c11-9a3e-2c6d1f7ea0ff`,
    status,
    request: { selection: i % 3 ? `layer_${i}/table_${i}+` : null, location: i % 7 ? null : "ml-platform" },
    created_at: at(-i * 613),
    started_at: at(-i * 613),
    ended_at: at(-i * 613 + 250),
    steps: i === 0 ? STEPS : 12 + (i % 300),
    steps_succeeded: i === 0 ? STEPS - 1 : status === "success" ? 12 + (i % 300) : 7,
    steps_failed: status === "failure" ? 1 : 0,
  };
});
