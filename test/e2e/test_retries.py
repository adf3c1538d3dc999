"""Steps that are tried again: who decides, how often, what the next attempt is told."""

from __future__ import annotations

import time

CODE = """
    import json, os, pathlib

    SEEN = pathlib.Path(DATA).parent / "seen"

    def note(context, **more):
        with open(SEEN, "a") as file:
            file.write(json.dumps({"step": context.op.name, "n": context.retry_number, **more}) + "\\n")

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=3))
    def third(context: dg.AssetExecutionContext):
        note(context, op=context.op_execution_context.retry_number, run=context.run.run_id == context.run_id,
             tag=context.run.tags.get("team"), has=context.has_tag("team"), get=context.get_tag("none"))
        if context.retry_number < 2:
            raise OSError("not yet")
        return context.retry_number

    @dg.asset
    def below(third):
        return third

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=1))
    def never(context):
        note(context)
        raise OSError("never")

    @dg.asset
    def asks(context):
        note(context)
        if context.retry_number == 0:
            raise dg.RetryRequested(max_retries=1, seconds_to_wait=0.3)

    @dg.asset
    def asks_too_often(context):
        note(context)
        raise dg.RetryRequested(max_retries=1)

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=4))
    def gives_up(context):
        note(context)
        raise dg.Failure("there is no use", allow_retries=False)

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=4))
    def wrong_type(context) -> int:
        note(context)
        return "text"

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=4))
    def leaves(context):
        note(context)
        raise SystemExit(3)

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=1))
    def dies(context):
        note(context)
        if context.retry_number == 0:
            os.kill(os.getpid(), 9)

    @dg.multi_asset(specs=[dg.AssetSpec("x"), dg.AssetSpec("y")], retry_policy=dg.RetryPolicy(2, 0.05, dg.Backoff.LINEAR))
    def both(context):
        note(context)
        if context.retry_number < 2:
            raise OSError

    defs = dg.Definitions(
        [third, below, never, asks, asks_too_often, gives_up, wrong_type, leaves, dies, both],
        resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
    )
"""


def seen(workspace) -> list[dict]:
    import json

    text = (workspace.root / "seen").read_text()
    return [json.loads(line) for line in text.splitlines()]


def numbers(workspace) -> list[int]:
    return [line["n"] for line in seen(workspace)]


def test_a_policy_tries_again_until_it_goes_well(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "third+", "--tag", "team=blue")
    assert workspace.value("below") == 2
    told = {"op": None, "run": True, "tag": "blue", "has": True, "get": None}
    assert seen(workspace) == [{"step": "third", "n": n, **told, "op": n} for n in range(3)]
    kinds = [event["kind"] for event in workspace.json("run", "logs") if event["step"] == 0]
    assert kinds.count("step_started") == 3 and kinds.count("materialization") == 1


def test_a_policy_ends(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "never", status=1)
    assert numbers(workspace) == [0, 1]
    assert workspace.steps()["never"]["status"] == "failure"


def test_an_exception_asks_for_one_more_and_for_its_wait(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "asks")
    assert numbers(workspace) == [0, 1]
    events = [event for event in workspace.json("run", "logs") if event["kind"] == "step_started"]
    first, second = (time.strptime(event["at"][:19], "%Y-%m-%dT%H:%M:%S") for event in events)
    assert first <= second
    reasons = [
        event["body"]["reason"]
        for event in workspace.json("run", "logs")
        if "RetryRequested" in str(event["body"].get("reason"))
    ]
    assert reasons and "in 300" in reasons[0]


def test_what_asks_too_often_fails(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "asks_too_often", status=1)
    assert numbers(workspace) == [0, 1]


def test_what_would_come_again_is_not_tried_again(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "gives_up,wrong_type,leaves", status=1)
    assert numbers(workspace) == [0, 0, 0]


def test_a_process_that_dies_is_tried_again(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "dies")
    assert numbers(workspace) == [0, 1]


def test_a_multi_asset_is_tried_again_whole(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "x,y")
    assert numbers(workspace) == [0, 1, 2]


HOOKS = """
    @dg.success_hook
    def well(context): ...

    @dg.failure_hook
    def badly(context): ...

    @dg.success_hook
    def broken(context):
        raise ValueError("the hook's own")

    HOOKS = {well, badly, broken}

    @dg.asset(hooks=HOOKS, retry_policy=dg.RetryPolicy(max_retries=2))
    def again(context):
        if context.retry_number < 2:
            raise KeyError("not yet")

    @dg.asset(hooks=HOOKS, retry_policy=dg.RetryPolicy(max_retries=1))
    def never():
        raise KeyError("never")

    defs = dg.Definitions([again, never])
"""


def hooks(workspace) -> list:
    """(attempt, hook, status) of the last run, but for skipped ones; how many were skipped."""
    found = [
        (event["attempt"], event["body"]["name"], event["body"]["status"])
        for event in workspace.json("run", "logs")
        if event["kind"] == "hook"
    ]
    left = [entry for entry in found if entry[2] != "skipped"]
    return [*left, len(found) - len(left)]


def test_failure_hooks_wait_for_the_last_attempt(workspace):
    workspace.location("one", HOOKS)
    workspace.plait("materialize", "--select", "never", status=1)
    assert hooks(workspace) == [(2, "badly", "completed"), 5]


def test_success_hooks_run_once_after_retries(workspace):
    workspace.location("one", HOOKS)
    workspace.plait("materialize", "--select", "again")
    assert hooks(workspace) == [(3, "broken", "errored"), (3, "well", "completed"), 7]
