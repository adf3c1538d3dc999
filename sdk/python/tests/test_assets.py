"""Decorated functions: what their parameters and annotations come to, and the errors that name them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import plait as dg
import pytest
from plait.errors import CheckError

if TYPE_CHECKING:
    from somewhere import NotThere


def inputs(definition):
    return {slot.name: slot.key.to_user_string() for slot in definition.inputs}


def test_parameters_are_sorted():
    @dg.asset
    def made(context: dg.AssetExecutionContext, up, db: dg.ResourceParam[int], *, quiet=True): ...

    assert made.context_parameter == "context"
    assert inputs(made) == {"up": "up"}
    assert made.resource_parameters == {"db": "db"}
    assert [dep.asset_key.path for dep in made.specs[0].deps] == [["up"]]


def test_annotations_as_text_are_resolved_or_told():
    @dg.asset
    def made(context: NotThere, up: NotThere, n: int) -> NotThere: ...

    assert inputs(made) == {"up": "up", "n": "n"}
    assert made.inputs[1].annotation is int
    assert len(made.problems) == 1 and "NotThere" in made.problems[0] and "'up'" in made.problems[0]


def nothing() -> None: ...


def materialized() -> dg.MaterializeResult: ...


def with_value() -> dg.MaterializeResult[int]: ...


def an_output() -> dg.Output[int]: ...


def empty_output() -> dg.Output[None]: ...


def unannotated(): ...


@pytest.mark.parametrize(
    ("fn", "stores", "annotation"),
    [
        (nothing, False, None),
        (materialized, False, None),
        (with_value, True, int),
        (an_output, True, int),
        (empty_output, False, None),
        (unannotated, True, None),
    ],
)
def test_annotation_says_whether_a_value_is_stored(fn, stores, annotation):
    slot = dg.asset(fn).outputs[0]
    assert slot.stores_value is stores
    if annotation is not None:
        assert slot.annotation is annotation


def test_key_forms():
    def fn(): ...

    assert dg.asset(fn).key.path == ["fn"]
    assert dg.asset(name="x", key_prefix="p")(fn).name == "p__x"
    assert dg.asset(key=["a", "b-c.d"])(fn).name == "a__b_c_d"
    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match="key, or name and key_prefix"
    ) as caught:
        dg.asset(key="a", name="b")(fn)
    assert "%s:" % __file__ in str(caught.value)


def test_wrapped_functions_and_other_callables():
    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            return fn(*args, **kwargs)

        return inner

    @dg.asset
    @wrap
    def made(up): ...

    assert inputs(made) == {"up": "up"} and made.source[0] == __file__
    assert inputs(dg.asset(name="p")(functools.partial(lambda a, b: 1, 1))) == {"b": "b"}


def test_deps_beside_parameters_are_one_edge():
    @dg.asset(deps=["up", "other"])
    def made(up): ...

    assert [dep.asset_key.path for dep in made.specs[0].deps] == [["up"], ["other"]]
    assert inputs(made) == {"up": "up"}


def test_source_and_description():
    @dg.asset
    def made():
        """First.

        Second
            deeper
        """

    assert made.description == "First.\n\nSecond\n    deeper"
    assert made.source[0] == __file__


def test_multi_asset_edges_follow_internal_deps():
    @dg.multi_asset(
        outs={"a": dg.AssetOut(), "b": dg.AssetOut(is_required=False)},
        internal_asset_deps={"a": {dg.AssetKey("up")}, "b": {dg.AssetKey("a")}},
    )
    def made(up): ...

    assert {k.path[0]: {d.path[0] for d in v} for k, v in made.asset_deps.items()} == {
        "a": {"up"},
        "b": {"a"},
    }
    assert [slot.required for slot in made.outputs] == [True, False]


def test_map_asset_specs_keeps_keys_and_loaded_inputs():
    @dg.asset
    def made(up): ...

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="must not change keys"):
        made.map_asset_specs(lambda spec: spec.replace_attributes(key="other"))
    with pytest.raises(Exception, match="parameter 'up' loads it"):
        made.map_asset_specs(lambda spec: spec.replace_attributes(deps=[]))


def test_attributes_move_with_keys():
    @dg.asset(check_specs=[dg.AssetCheckSpec("fine", asset="made")])
    def made(up): ...

    moved = made.with_attributes(
        asset_key_replacements={
            dg.AssetKey("made"): dg.AssetKey(["p", "made"]),
            dg.AssetKey("up"): dg.AssetKey(["p", "up"]),
        },
        group_names_by_key={dg.AssetKey("made"): "g"},
    )
    assert (
        moved.key.path == ["p", "made"]
        and inputs(moved) == {"up": "p/up"}
        and moved.specs[0].group_name == "g"
    )
    assert moved.check_specs[0].asset_key.path == ["p", "made"]
    assert made.key.path == ["made"]


def test_external_definition():
    made = dg.AssetsDefinition(specs=[dg.AssetSpec("a")])
    assert made.execution_type == "external" and not made.is_executable
    old = dg.SourceAsset(["a", "b"], io_manager_key="x")
    assert old.io_manager_key == "x" and old.execution_type == "external"


def test_options_that_are_none_are_refused_with_a_sentence():
    with pytest.raises(CheckError, match="partitions_def of asset x must be a partitions def"):
        dg.asset(name="x", partitions_def=object())(lambda: 1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        dg.asset(colour="red")
