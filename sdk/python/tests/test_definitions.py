"""Definitions: collecting, merging, and the checks that need the whole."""

from __future__ import annotations

import plait as dg
import pytest
from plait.errors import PlaitNotCoveredError


@dg.asset
def one(): ...


@dg.asset
def two(one): ...


def refused(defs, *words):
    with pytest.raises(Exception) as caught:
        dg.Definitions.validate_loadable(defs)
    for word in words:
        assert word in str(caught.value), str(caught.value)


def test_resolved_form():
    resolved = dg.Definitions(
        assets=[one, two, one, dg.AssetSpec("ext")], resources={"r": 5}
    ).resolve()
    assert list(resolved.steps) == ["one", "two"]
    assert [spec.key.path for spec in resolved.external] == [["ext"]]
    assert resolved.resources == {"r": 5}


def test_duplicate_keys_name_both_places():
    other = dg.asset(name="one")(lambda: 1)
    refused(
        dg.Definitions(assets=[one, other]),
        "duplicate asset key one",
        "%s:%d" % (__file__, one.source[1]),
    )
    refused(dg.Definitions(assets=[one, dg.AssetSpec("one")]), "duplicate asset key one")


def test_equal_step_names():
    a, b = dg.asset(key=["a", "b"])(lambda: 1), dg.asset(name="a__b")(lambda: 1)
    refused(dg.Definitions(assets=[a, b]), "two steps of the name 'a__b'")


def test_missing_resource():
    @dg.asset(required_resource_keys={"db"})
    def made(): ...

    refused(
        dg.Definitions(assets=[made], resources={"other": 1}),
        "'db'",
        "made",
        "there other",
        __file__,
    )


def test_what_is_no_io_manager_cannot_store():
    refused(
        dg.Definitions(assets=[one], resources={"io_manager": 5}), "io_manager", "no I/O manager"
    )


def test_cycle_is_spelled_out():
    a, b = dg.asset(name="a")(lambda b: 1), dg.asset(name="b")(lambda a: 1)
    refused(dg.Definitions(assets=[a, b]), "a needs b needs a")


def test_merge():
    first, second = (
        dg.Definitions(assets=[one], resources={"r": 1}),
        dg.Definitions(assets=[one, two], resources={"r": 1}),
    )
    merged = dg.Definitions.merge(first, second)
    assert merged.assets == [one, two] and merged.resources == {"r": 1}
    with pytest.raises(dg.DagsterInvariantViolationError, match="'r' has two different values"):
        dg.Definitions.merge(first, dg.Definitions(resources={"r": 2}))


def test_what_would_change_a_run_is_refused():
    given = "loggers"
    dg.Definitions(**{given: []})
    with pytest.raises(PlaitNotCoveredError, match="plait does not cover"):
        dg.Definitions(**{given: [1]})


def test_undecorated_function_is_noticed():
    def made(): ...

    with pytest.raises(Exception, match="is @asset missing on made"):
        dg.Definitions(assets=[made])


def test_executor_is_accepted_and_told():
    defs = dg.Definitions(
        assets=[one], executor=dg.multiprocess_executor.configured({"max_concurrent": 4})
    )
    assert "executor" in defs.resolve().problems[0][0]


def test_definitions_function_is_called_once():
    calls = []

    @dg.definitions
    def defs():
        calls.append(1)
        return dg.Definitions()

    assert defs.made is defs.made and calls == [1]


def test_map_asset_specs():
    defs = dg.Definitions(assets=[one, dg.AssetSpec("ext")]).map_asset_specs(
        func=lambda spec: spec.replace_attributes(owners=["team:x"])
    )
    assert all(spec.owners == ["team:x"] for spec in defs.resolve().specs)


def test_ten_thousand_assets_resolve_without_quadratic_work():
    specs = [dg.AssetSpec("a%d" % n, deps=["a%d" % (n - 1)] if n else None) for n in range(10_000)]
    assert len(dg.Definitions(assets=specs).resolve().assets) == 10_000
