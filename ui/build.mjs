// Makes dist/: one script, one style sheet, both named by what they hold, and the page that loads them.

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const TOP = dirname(fileURLToPath(import.meta.url));

export const OPTIONS = {
  absWorkingDir: TOP,
  entryPoints: { main: "src/main.tsx", theme_first: "src/theme/theme_first.ts" },
  bundle: true,
  format: "iife",
  jsx: "automatic",
  target: ["chrome123", "firefox121", "safari17.5"],
  outdir: join(TOP, "dist/static"),
  logLevel: "warning",
  legalComments: "none",
};

async function main() {
  const result = await build({
    ...OPTIONS,
    minify: true,
    write: false,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  let page = await readFile(join(TOP, "index.html"), "utf8");
  const fresh = join(TOP, "dist.new");
  await rm(fresh, { recursive: true, force: true });
  await mkdir(join(fresh, "static"), { recursive: true });
  for (const { path, contents } of result.outputFiles) {
    const [, name, kind] = /([^/]+)\.(js|css)$/.exec(path);
    const hash = createHash("sha256").update(contents).digest("hex").slice(0, 10);
    await writeFile(join(fresh, "static", `${name}-${hash}.${kind}`), contents);
    page = page.replace(`/static/${name}.${kind}`, `/static/${name}-${hash}.${kind}`);
  }
  await writeFile(join(fresh, "index.html"), page);
  await writeFile(join(fresh, "favicon.svg"), await readFile(join(TOP, "favicon.svg")));
  await rm(join(TOP, "dist"), { recursive: true, force: true });
  await rename(fresh, join(TOP, "dist")); // whole or not at all
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
