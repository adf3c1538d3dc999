"""Hooks: how they are declared, what they are told, what their own failure does."""

from __future__ import annotations

import plait as dg
import pytest
from plait.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvalidPropertyError
from plait.running.retries import wait_before_retry, wish_of


def kinds(outcome) -> list:
    return [event.event_type_value for event in outcome.all_events if event.is_hook_event]


def test_a_hook_that_fails_leaves_the_step_alone(capsys):
    @dg.success_hook
    def leaves(context):
        raise SystemExit(2)

    @dg.success_hook
    def broken(context):
        raise ValueError("mine")

    @dg.asset(hooks={leaves, broken})
    def one():
        return 1

    outcome = dg.materialize([one])
    assert outcome.success and outcome.asset_value("one") == 1
    assert kinds(outcome) == ["HOOK_ERRORED", "HOOK_ERRORED"]
    assert 'hook "broken" failed: ValueError: mine' in capsys.readouterr().err


def test_what_a_hook_raises_does_not_carry_the_steps_exception():
    caught = []

    @dg.failure_hook
    def broken(context):
        raise ValueError("mine")

    @dg.asset(hooks={broken})
    def one():
        raise KeyError("the step's")

    with pytest.raises(KeyError):
        dg.materialize([one])
    outcome = dg.materialize([one], raise_on_error=False)
    caught = [event.event_specific_data for event in outcome.all_events if event.is_hook_event]
    assert str(caught[0]) == "mine" and caught[0].__context__ is None


def test_hooks_may_be_coroutines():
    seen = []

    @dg.success_hook
    async def later(context):
        seen.append(context.step_key)

    @dg.asset(hooks={later})
    def one():
        return 1

    dg.materialize([one])
    assert seen == ["one"]


def test_hooks_are_added_to_definitions():
    @dg.success_hook
    def first(context): ...

    @dg.failure_hook(name="second")
    def other(context): ...

    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], hooks={first})
    def both(): ...

    assert first(both.with_hooks({other})).hook_defs == {first, other}
    assert both.hook_defs == {first}
    assert both.with_attributes(group_names_by_key={dg.AssetKey("a"): "g"}).hook_defs == {first}
    assert both.with_attributes(hook_defs={other}).hook_defs == {other}


def test_a_hooks_resources_are_asked_for_by_name():
    @dg.success_hook(required_resource_keys={"chat"})
    def tell(context):
        with pytest.raises(dg.DagsterUnknownResourceError):
            context.resources.io_manager  # noqa: B018

    @dg.asset(hooks={tell})
    def one():
        return 1

    with pytest.raises(DagsterInvalidDefinitionError, match="'chat' is needed by hook tell of one"):
        dg.Definitions([one]).resolve()
    assert kinds(dg.materialize([one], resources={"chat": 1})) == ["HOOK_COMPLETED"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: dg.asset(name="a", hooks=[1])(lambda: 1), "a set of hooks"),
        (lambda: dg.asset(name="a", hooks={1})(lambda: 1), "is @success_hook or @failure_hook"),
        (lambda: dg.success_hook(lambda: 1), "a first parameter named context"),
        (lambda: dg.success_hook(name="n")(lambda c: 1), "a first parameter named context"),
        (lambda: dg.success_hook(name="a b")(lambda context: 1), "not a valid name"),
        (
            lambda: dg.success_hook(name="n", required_resource_keys=["r"])(lambda _: 1),
            "a set of strings",
        ),
        (lambda: dg.HookDefinition(name="h", hook_fn=3), "must be a function"),
    ],
)
def test_wrong_declarations_are_refused(make, sentence):
    with pytest.raises((CheckError, DagsterInvalidDefinitionError), match=sentence):
        make()


def test_a_hook_is_called_by_hand():
    @dg.success_hook(required_resource_keys={"r"})
    def told(context):
        return context.resources.r, context.run_id, context.op_exception, context.hook_def.name

    context = dg.build_hook_context(resources={"r": 7}, run_id="x", op_exception=ValueError("e"))
    assert told(context)[:2] == (7, "x") and told(context=context)[3] == "told"
    with pytest.raises(DagsterInvalidDefinitionError, match="needs resource r"):
        told(dg.build_hook_context())
    with pytest.raises(DagsterInvalidPropertyError, match="build_hook_context"):
        _ = dg.build_hook_context().job_name
    with pytest.raises(dg.DagsterInvalidInvocationError, match="takes one argument"):
        told()


def test_only_what_may_go_better_is_tried_again():
    policy = dg.RetryPolicy(max_retries=3, delay=2)
    assert wait_before_retry(ValueError(), policy, 2) == 2
    assert wait_before_retry(ValueError(), policy, 3) is None
    assert wait_before_retry(ValueError(), None, 0) is None
    assert wait_before_retry(dg.RetryRequested(2, 5), None, 1) == 5
    assert wish_of(SystemExit(1))[0] is False
    assert wish_of(dg.DagsterTypeCheckDidNotPass("x"))[0] is False
    assert wish_of(dg.DagsterPipesExecutionError("x")) is None
    assert wish_of(dg.DagsterResourceFunctionError("x")) is None
