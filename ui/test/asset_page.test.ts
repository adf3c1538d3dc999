import assert from "node:assert/strict";
import test from "node:test";
import { selectAsset, selectAssets, selectDownstream, selectUpstream } from "../src/format/selection";
import { metadataEntries } from "../src/pages/asset/metadata";
import { diffSchema } from "../src/pages/asset/schema_diff";
import { changeOf, trendOf } from "../src/pages/asset/trend";

const column = (name: string, type = "int64") => ({ name, type });

test("columns that came, went and changed are told, in the order of now", () => {
  const before = [column("id"), column("name", "str"), column("spent")];
  const now = [column("id"), column("spent", "float64"), column("tier", "str")];
  assert.deepEqual(diffSchema(before, now), [
    { kind: "changed", name: "spent", type: "float64", before: "int64" },
    { kind: "added", name: "tier", type: "str" },
    { kind: "removed", name: "name", type: "str" },
  ]);
});

test("the same columns in another order are no change", () => {
  assert.deepEqual(diffSchema([column("a"), column("b")], [column("b"), column("a")]), []);
});

test("a trend spans its box, and leaves out what is not known", () => {
  assert.deepEqual(trendOf([10, null, 30, 20]), [
    { x: 0, y: 1 },
    { x: 2 / 3, y: 0 },
    { x: 1, y: 0.5 },
  ]);
});

test("a trend of equal values lies in the middle; of none it is empty", () => {
  assert.deepEqual(
    trendOf([7, 7]).map(({ y }) => y),
    [0.5, 0.5],
  );
  assert.deepEqual(trendOf([null]), []);
});

test("changes are told in per cent", () => {
  assert.equal(changeOf(112, 100), "+12%");
  assert.equal(changeOf(99, 100), "−1.0%");
  assert.equal(changeOf(5, 0), "+5");
  assert.equal(changeOf(5, 5), null);
  assert.equal(changeOf(5, null), null);
});

test("keys are words of the selection language, quoted where they must be", () => {
  assert.equal(selectAsset("raw/orders"), "raw/orders");
  assert.equal(selectAsset("my orders"), 'key:"my orders"');
  assert.equal(selectAsset("and"), 'key:"and"');
  assert.equal(selectUpstream("2024/orders"), '+key:"2024/orders"');
  assert.equal(selectDownstream("orders"), "orders+");
  assert.equal(selectAssets(["a", "b"]), "a or b");
});

test("metadata is told by name; what has no type is JSON", () => {
  assert.deepEqual(metadataEntries({ rows: { type: "int", raw_value: 3 }, extra: [1] }), [
    { name: "extra", type: "json", value: [1] },
    { name: "rows", type: "int", value: 3 },
  ]);
});
