// Runs test/*.test.ts under node's own runner, through esbuild.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const made = mkdtempSync(join(tmpdir(), "plait-ui-test-"));
try {
  await build({
    entryPoints: readdirSync(here)
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => join(here, name)),
    bundle: true,
    platform: "node",
    format: "esm",
    outdir: made,
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
  });
  const files = readdirSync(made).map((name) => join(made, name));
  const done = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...files], {
    stdio: "inherit",
    cwd: dirname(here),
    env: { ...process.env, TZ: "UTC" },
  });
  process.exitCode = done.status ?? 1;
} finally {
  rmSync(made, { recursive: true, force: true });
}
