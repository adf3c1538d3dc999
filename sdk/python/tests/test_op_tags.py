"""Tags and pool of a step: what they may say, and the sentences for what they may not."""

from __future__ import annotations

import plait as dg
import pytest
from plait.errors import CheckError, DagsterInvalidDefinitionError


def made(**options):
    return dg.asset(name="a", **options)(lambda: 1)


def test_values_of_every_type_become_text():
    tags = {"t": True, "n": None, "f": 1.5, "l": [1, {"a": None}], "s": "x y", "any key!": "1"}
    assert made(op_tags=tags).op.tags == {
        "t": "true",
        "n": "null",
        "f": "1.5",
        "l": '[1, {"a": null}]',
        "s": "x y",
        "any key!": "1",
    }


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ({"plait/isolation": "worker"}, "worker"),
        ({"plait/isolation": "process"}, "process"),
        ({"plait/timeout": 30}, "30"),
        ({"plait/timeout": "0.5"}, "0.5"),
        ({"dagster/priority": 3}, "3"),
        ({"dagster/priority": "-3"}, "-3"),
        ({"dagster/concurrency_key": "db/one"}, "db/one"),
    ],
)
def test_what_plait_acts_on_is_kept(tags, kept):
    assert list(made(op_tags=tags).op.tags.values()) == [kept]


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        ({"plait/isolation": "thread"}, "plait/isolation is 'thread'; it must be \"process\" or"),
        ({"plait/timeout": 0}, "plait/timeout is '0'; it must be a number of seconds above 0"),
        ({"plait/timeout": "-1"}, "a number of seconds"),
        ({"plait/timeout": "1 min"}, "a number of seconds"),
        ({"plait/timeout": True}, "a number of seconds"),
        ({"plait/timeout": 1e12}, "at most 10 years"),
        ({"dagster/priority": "high"}, "dagster/priority is 'high'; it must be a whole number"),
        ({"dagster/priority": 1.5}, "a whole number"),
        ({"dagster/concurrency_key": "a b"}, "the name of a pool"),
        ({"plait/isolaton": "worker"}, "no op tag plait/isolaton; did you mean plait/isolation?"),
        ({"plait/time_out": 3}, "did you mean plait/timeout?"),
        ({"plait/colour": "red"}, "it knows plait/isolation and plait/timeout, and tags of your"),
        ({"x": {1}}, "the value of op tag 'x' must be a string or a plain JSON value"),
        ({"x": (1, 2)}, "plain JSON value"),
        ({"x": float("nan")}, "plain JSON value"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(tags, sentence):
    for make in (
        lambda: made(op_tags=tags),
        lambda: dg.multi_asset(specs=[dg.AssetSpec("a")], name="a", op_tags=tags)(lambda: 1),
    ):
        with pytest.raises(DagsterInvalidDefinitionError) as caught:
            make()
        assert sentence in str(caught.value) and "asset a: " in str(caught.value)


def test_pools():
    assert made(pool="a/b-c.d:e").op.pool == "a/b-c.d:e"
    assert made(pool="").op.pool is None
    assert made(pool="x", op_tags={"dagster/concurrency_key": "x"}).op.pool == "x"
    with pytest.raises(DagsterInvalidDefinitionError, match="pool 'a b' must be a word"):
        made(pool="a b")
    with pytest.raises(CheckError, match="pool of asset a must be a string"):
        made(pool=3)
    with pytest.raises(DagsterInvalidDefinitionError, match="its pool is 'x', but its op tag"):
        made(pool="x", op_tags={"dagster/concurrency_key": "y"})
