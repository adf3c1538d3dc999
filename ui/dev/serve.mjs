// npm run dev: the UI, made anew at each request that finds it changed; its API is the mock, or the plait that PLAIT_URL names.

import { readFile } from "node:fs/promises";
import { request as ask, createServer } from "node:http";
import { join } from "node:path";
import { context } from "esbuild";
import { OPTIONS, TOP } from "../build.mjs";
import { mock } from "./mock.mjs";

const PORT = Number(process.env.PORT ?? 5173);
const PLAIT = process.env.PLAIT_URL;

const maker = await context({ ...OPTIONS, sourcemap: "inline", define: { "process.env.NODE_ENV": '"development"' } });
const made = await maker.serve({ host: "127.0.0.1", port: 0, servedir: join(TOP, "dist") });
const madeAt = `http://127.0.0.1:${made.port}`;

function forward(request, response, to) {
  const { hostname, port } = new URL(to);
  const headers = { ...request.headers, host: `${hostname}:${port}` };
  delete headers.origin; // it names this server, not that one
  const passed = ask({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", () => response.writeHead(502).end());
  response.on("close", () => passed.destroy());
  request.pipe(passed);
}

async function answer(request, response) {
  const path = request.url.split("?")[0];
  if (path.startsWith("/api/") || path === "/openapi.yaml" || path === "/metrics") {
    return PLAIT ? forward(request, response, PLAIT) : mock(request, response);
  }
  if (path.startsWith("/static/")) return forward(request, response, madeAt);
  const file = path === "/favicon.svg" ? "favicon.svg" : "index.html";
  response.writeHead(200, { "content-type": file.endsWith("svg") ? "image/svg+xml" : "text/html" });
  response.end(await readFile(join(TOP, file)));
}

createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
}).listen(PORT, "127.0.0.1", () => console.log(`http://localhost:${PORT} (${PLAIT ? `API of ${PLAIT}` : "mock"})`));
