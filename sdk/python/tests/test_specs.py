"""What is declared about an asset, and the rules for names, groups, tags, owners and kinds."""

from __future__ import annotations

from pathlib import Path

import plait as dg
import pytest


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"group_name": "a b"}, ["a b", "group name", "asset k"]),
        ({"group_name": ""}, ["leave group_name out"]),
        ({"group_name": "a//b"}, ["a//b"]),
        ({"owners": ["x"]}, ["'x'", "team:NAME", "asset k"]),
        ({"owners": "a@b.org"}, ["put a single one into"]),
        ({"tags": {"a b": ""}}, ['"a b"', "asset k"]),
        ({"tags": {"a": 5}}, ['"a"', "string"]),
        ({"tags": {"a": "x" * 64}}, ["up to 63"]),
        ({"kinds": {str(n) for n in range(11)}}, ["11 kinds", "at most 10"]),
        ({"deps": "abc"}, ["deps=['abc']"]),
        ({"deps": [5]}, ["5"]),
        ({"metadata": {5: 1}}, ["metadata", "5"]),
        ({"code_version": 5}, ["code_version", "5"]),
        (
            {"deps": [dg.AssetDep("b"), dg.AssetDep("b", metadata={"x": 1})]},
            ["b", "more than once"],
        ),
        ({"partitions_def": object()}, ["partitions_def of asset ", "a partitions definition"]),
        ({"automation_condition": object()}, ["an automation condition"]),
    ],
)
def test_refusal_says_what_and_where(arguments, words):
    with pytest.raises(Exception) as caught:
        dg.AssetSpec("k", **arguments)
    for word in words:
        assert word in str(caught.value)


def test_nested_groups_and_kinds():
    spec = dg.AssetSpec("k", group_name="a/b", kinds={"x", "y"}, tags={"t": "1"})
    assert (
        spec.kinds == {"x", "y"} and spec.tags["dagster/kind/x"] == "" and spec.group_name == "a/b"
    )


def test_replace_keeps_kinds_and_tags_apart():
    spec = dg.AssetSpec("k", tags={"t": "1"}, kinds={"x"}, group_name="g")
    assert spec.replace_attributes(tags={"u": "2"}).tags == {"u": "2", "dagster/kind/x": ""}
    assert spec.replace_attributes(kinds={"z"}).tags == {"t": "1", "dagster/kind/z": ""}
    assert spec.replace_attributes(group_name=None).group_name is None
    assert spec.replace_attributes(group_name=...).group_name == "g"


def test_merge_adds():
    spec = dg.AssetSpec("k", deps=["a"], owners=["team:x"], metadata={"m": 1}).merge_attributes(
        deps=["b"], owners=["team:y"], metadata={"n": 2}, tags={"t": ""}, kinds={"q"}
    )
    assert [dep.asset_key.path for dep in spec.deps] == [["a"], ["b"]]
    assert (
        spec.owners == ["team:x", "team:y"]
        and spec.metadata == {"m": 1, "n": 2}
        and spec.kinds == {"q"}
    )


def test_io_manager_key_is_metadata():
    assert dg.AssetSpec("k").with_io_manager_key("x").metadata == {"dagster/io_manager_key": "x"}


def test_multi_asset_in_deps_adds_all_its_keys():
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def both(): ...

    assert {dep.asset_key.path[0] for dep in dg.AssetSpec("c", deps=[both]).deps} == {"a", "b"}
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="makes 2 assets"):
        dg.AssetDep(both)


def test_source_is_the_line_that_declares():
    spec = dg.AssetSpec("k")
    assert spec.source[0] == __file__
    line = Path(__file__).read_text().splitlines()[spec.source[1] - 1]
    assert line.strip() == 'spec = dg.AssetSpec("k")'


def test_map_asset_specs():
    @dg.asset
    def one(): ...

    spec, made = dg.map_asset_specs(
        lambda spec: spec.replace_attributes(group_name="g"), [dg.AssetSpec("two"), one]
    )
    assert (
        spec.group_name == "g"
        and made.specs[0].group_name == "g"
        and one.specs[0].group_name == "default"
    )
