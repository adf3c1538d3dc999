import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, urlOf } from "../src/api/client";
import { idIn } from "../src/app/route_id";
import { paths } from "../src/paths";

const KEYS = ["orders", "raw/orders.csv", "a b/100%", "ä/ö?x=1", "c#d", "e&f=g+h", "%2F"];

test("an asset's address leads back to its key", () => {
  for (const key of KEYS) assert.equal(idIn("/assets/*", new URL(paths.asset(key), "http://h").pathname), key);
});

test("a name in one segment leads back to itself", () => {
  for (const name of KEYS)
    assert.equal(idIn("/locations/:id", new URL(paths.location(name), "http://h").pathname), name);
  assert.equal(idIn("/runs", "/runs"), "");
  assert.equal(idIn("/runs/:id", "/runs/%E0%A4%A"), "%E0%A4%A", "what cannot be decoded stays");
});

test("parameters of a path are one segment each, absent ones of a query are left out", () => {
  assert.equal(urlOf("/api/v1/assets/{key}", { path: { key: "raw/orders" } }), "/api/v1/assets/raw%2Forders");
  assert.equal(
    urlOf("/a", { query: { select: "a+b", limit: 0, cursor: undefined, search: "" } }),
    "/a?select=a%2Bb&limit=0",
  );
});

test("a problem keeps what the server said", () => {
  const said = {
    type: "about:blank",
    title: "Invalid",
    status: 400,
    detail: "no",
    kind: "invalid",
    hint: "yes",
  } as const;
  const problem = new Problem(said);
  assert.deepEqual([problem.message, problem.hint, problem.kind, problem.status], ["no", "yes", "invalid", 400]);
});
