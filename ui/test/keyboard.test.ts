import assert from "node:assert/strict";
import { test } from "node:test";
import { formerAddress } from "../src/app/former_addresses";
import { commandOf, type Key } from "../src/app/keyboard";

const press = (key: string, more: Partial<Key> = {}): Key => ({
  ...{ key, code: `Key${key.toUpperCase()}`, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...more,
});

test("keys mean the same on every page, and nothing while somebody types", () => {
  assert.deepEqual(commandOf(press("/"), false, ""), { do: "search" });
  assert.deepEqual(commandOf(press("?", { shiftKey: true }), false, ""), { do: "shortcuts" });
  assert.deepEqual(commandOf(press("l"), false, "g"), { do: "go", path: "/lineage" });
  assert.equal(commandOf(press("l"), false, ""), null);
  assert.equal(commandOf(press("/"), true, ""), null);
  assert.deepEqual(commandOf(press("k", { ctrlKey: true }), true, ""), { do: "palette" });
  assert.equal(commandOf(press("l", { ctrlKey: true }), false, "g"), null);
});

test("with Alt the place of the key counts, not what it writes", () => {
  assert.deepEqual(commandOf(press("®", { altKey: true, code: "KeyR" }), false, ""), { do: "go", path: "/runs" });
  assert.deepEqual(commandOf(press("d", { altKey: true }), false, ""), { do: "go", path: "/locations" });
  assert.equal(commandOf(press("x", { altKey: true }), false, ""), null);
});

const FORMER: Readonly<Record<string, string | null>> = {
  "/asset-groups": "/lineage",
  "/asset-groups/?asset-selection=%2Bkey%3A%22orders%22": "/lineage?select=%2Bkey%3A%22orders%22",
  "/asset-groups/~/raw/orders": "/lineage?focus=orders",
  "/assets": "/catalog",
  "/assets?asset-selection=group%3Asales": "/catalog?select=group%3Asales",
  "/assets/raw/orders": null,
  "/assets/raw/orders?view=lineage": "/assets/raw/orders?tab=lineage",
  "/assets/raw/orders?view=overview": "/assets/raw/orders",
  "/assets/raw/orders?tab=lineage": null,
  "/selection/group%3Asales": "/catalog?select=group%3Asales",
  "/locations/ml-platform": null,
  "/locations/__repository__@ml-platform/jobs": "/locations/ml-platform",
  "/locations/__repository__@ml-platform": "/locations/ml-platform",
  "/locations/ml-platform/assets": "/catalog?location=ml-platform",
  "/locations/ml-platform/asset-groups/sales": "/lineage?location=ml-platform&group=sales",
  "/locations/ml-platform/asset-groups/sales/list": "/catalog?location=ml-platform&group=sales",
  "/deployment/locations": "/locations",
  "/workspace": "/locations",
  "/overview/activity/timeline": "/",
  "/runs": null,
  "/runs?q%5B%5D=status%3AFAILURE&q%5B%5D=status%3ACANCELED": "/runs?status=failure",
  "/runs?q%5B0%5D=status%3AQUEUED": "/runs?status=queued",
  "/runs/b35826e0": null,
  "/nowhere": null,
};

test("addresses from Dagster's UI lead to what shows the same", () => {
  for (const [from, to] of Object.entries(FORMER)) {
    const [path = "", search = ""] = from.split("?");
    assert.equal(formerAddress(path, search), to, from);
  }
});
