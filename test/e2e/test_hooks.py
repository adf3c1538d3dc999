"""Hooks in runs: when they run, what they are told, what is kept of them."""

from __future__ import annotations

CODE = """
    @dg.success_hook(required_resource_keys={"chat"})
    def well(context):
        context.log.info("well " + context.step_key + " " + repr(context.op_output_values))
        context.resources.chat.append(context.run_id)

    @dg.failure_hook
    def badly(context):
        context.log.warning("badly " + type(context.op_exception).__name__)

    @dg.success_hook
    def broken(context):
        raise ValueError("the hook's own")

    HOOKS = {well, badly, broken}

    @dg.asset(hooks=HOOKS)
    def fine():
        return 5

    @dg.asset(deps=[fine])
    def below(): ...

    @dg.asset(hooks=HOOKS, retry_policy=dg.RetryPolicy(max_retries=2))
    def again(context):
        if context.retry_number < 2:
            raise KeyError("not yet")
        return context.retry_number

    @dg.asset(hooks=HOOKS, retry_policy=dg.RetryPolicy(max_retries=1))
    def never():
        raise KeyError("never")

    @dg.multi_asset(specs=[dg.AssetSpec("x"), dg.AssetSpec("y")], hooks={badly})
    def both(): ...

    defs = dg.Definitions([fine, below, again, never, badly(both)], resources={"chat": []})
"""


def hooks(workspace, asset) -> list:
    """(attempt, hook, status) of one asset in the last run."""
    steps = workspace.json("run", "show")["steps"]
    index = next(step["index"] for step in steps if asset in step["assets"])
    return [
        (event["attempt"], event["body"]["name"], event["body"]["status"])
        for event in workspace.json("run", "logs")
        if event["kind"] == "hook" and event["step"] == index
    ]


def test_success_hooks_run_after_the_output_is_stored(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "fine+")
    assert hooks(workspace, "fine") == [
        (1, "badly", "skipped"),
        (1, "broken", "errored"),
        (1, "well", "completed"),
    ]
    events = workspace.json("run", "logs")
    kinds = [event["kind"] for event in events if event["step"] == 0]
    assert kinds.index("output") < kinds.index("hook")
    messages = [event["body"]["message"] for event in events if event["kind"] == "log"]
    assert "well fine {'result': 5}" in messages
    error = next(event["body"]["error"] for event in events if event["body"].get("error"))
    assert error["name"] == "ValueError" and error["message"] == "the hook's own"
    assert error["file"].endswith("definitions.py") and error["line"] > 1
    text = workspace.plait("run", "logs").out
    assert "broken errored" in text and "well completed" in text
    assert 'hook "broken" failed: ValueError: the hook\'s own' in text


def test_a_hook_that_fails_does_not_stop_what_follows(workspace):
    workspace.location("one", CODE)
    workspace.plait("materialize", "--select", "fine+")
    assert {key: step["status"] for key, step in workspace.steps().items()} == {
        "fine": "success",
        "below": "success",
    }


def test_failure_hooks_run_when_a_step_has_failed(workspace):
    workspace.location("one", CODE.replace("max_retries=1", "max_retries=0"))
    workspace.plait("materialize", "--select", "never", status=1)
    assert hooks(workspace, "never") == [
        (1, "badly", "completed"),
        (1, "broken", "skipped"),
        (1, "well", "skipped"),
    ]
    logs = [event["body"] for event in workspace.json("run", "logs") if event["kind"] == "log"]
    assert {"level": "WARNING", "message": "badly KeyError"} in logs


def test_a_missing_resource_of_a_hook_is_named(workspace):
    workspace.location("one", CODE.replace('resources={"chat": []}', "resources={}"))
    done = workspace.plait("location", "check", status=1)
    assert "'chat' is needed by hook well of" in done.out + done.err
