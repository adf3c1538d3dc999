"""Run by two interpreters: `python attempts.py plait|dagster`. Assets that fail, are tried again and have hooks; prints as
JSON what was called, and the events of each."""

from __future__ import annotations

import asyncio
import json
import sys
import warnings

warnings.simplefilter("ignore")
if sys.argv[1] == "plait":
    from describe import use_plait

    use_plait()

import dagster as dg  # noqa: E402

SEEN = []
KINDS = ("STEP_START", "STEP_UP_FOR_RETRY", "STEP_RESTARTED", "STEP_SUCCESS", "STEP_FAILURE")
ENDS = ("STEP_UP_FOR_RETRY", "STEP_SUCCESS", "STEP_FAILURE")


def told(context) -> list:
    error = context.op_exception
    return [
        context.hook_def.name,
        context.op.name,
        context.step_key,
        context.job_name,
        type(error).__name__,
        type(error.__cause__).__name__ if error is not None else None,
        {name: repr(value)[:20] for name, value in context.op_output_values.items()},
        sorted(context.op_output_metadata),
        context.resources.far,
        sorted(context.required_resource_keys),
    ]


@dg.success_hook(required_resource_keys={"far"})
def done(context):
    SEEN.append(told(context))


@dg.failure_hook(name="lost", required_resource_keys={"far"})
def lost_hook(context):
    SEEN.append(told(context))


@dg.success_hook
def broken(context):
    raise ValueError("the hook itself")


def events_hook(context, events):
    SEEN.append([e.event_type_value for e in events if e.event_type_value in ENDS])
    return dg.HookExecutionResult("own", is_skipped=len(SEEN) % 2 == 0)


if sys.argv[1] == "dagster":
    from dagster._core.definitions.events import HookExecutionResult

    dg.HookExecutionResult = HookExecutionResult
own = dg.HookDefinition(name="own", hook_fn=events_hook)
ALL = {done, lost_hook, broken}


class Manager(dg.IOManager):
    def __init__(self, what: str) -> None:
        self.what = what

    def handle_output(self, context, obj):
        if self.what == "store":
            raise KeyError("store")

    def load_input(self, context):
        raise KeyError("load")


def failing(times: int, make):
    def body(context):
        SEEN.append(
            [
                context.retry_number,
                context.run_id == context.run.run_id,
                context.op_execution_context.retry_number,
                context.has_tag("team"),
                context.get_tag("team"),
                context.get_tag("other"),
                context.run.tags.get("team"),
            ]
        )
        if context.retry_number < times:
            raise make()
        return 1

    return body


def from_cause():
    error = dg.RetryRequested(1)
    error.__cause__ = ZeroDivisionError()
    return error


def leaves():
    raise SystemExit(3)


def generated(context):
    SEEN.append(context.retry_number)
    yield dg.Output(1)
    if context.retry_number == 0:
        raise ValueError


async def later(context):
    await asyncio.sleep(0)
    if context.retry_number == 0:
        raise ValueError
    return 1


def annotated() -> int:
    return "no"


def nothing() -> None:
    pass


def result():
    return dg.MaterializeResult(metadata={"n": 1})


def loads(above):
    return 1


@dg.asset
def above():
    return 1


POLICY = dg.RetryPolicy(max_retries=2)
# name -> function, arguments of @asset, more of materialize
CASES = {
    "succeeds": (lambda: 5, {"hooks": ALL}),
    "fails": (failing(9, ValueError), {"hooks": ALL}),
    "again and well": (failing(2, ValueError), {"hooks": ALL, "retry_policy": POLICY}),
    "again and never well": (failing(9, ValueError), {"hooks": ALL, "retry_policy": POLICY}),
    "requested": (failing(1, dg.RetryRequested), {"hooks": ALL}),
    "requested twice": (failing(2, lambda: dg.RetryRequested(2, 0)), {}),
    "requested none": (failing(1, lambda: dg.RetryRequested(0)), {"hooks": ALL}),
    "requested minus one": (failing(1, lambda: dg.RetryRequested(-1)), {}),
    "requested over policy": (failing(9, dg.RetryRequested), {"retry_policy": POLICY}),
    "requested with cause": (failing(9, from_cause), {"hooks": ALL}),
    "failure": (failing(9, lambda: dg.Failure("no")), {"hooks": ALL, "retry_policy": POLICY}),
    "failure for good": (
        failing(9, lambda: dg.Failure("no", allow_retries=False)),
        {"hooks": ALL, "retry_policy": POLICY},
    ),
    "policy of none": (failing(9, ValueError), {"retry_policy": dg.RetryPolicy(max_retries=0)}),
    "policy of minus one": (
        failing(9, ValueError),
        {"retry_policy": dg.RetryPolicy(max_retries=-1)},
    ),
    "policy with delay": (
        failing(1, ValueError),
        {"retry_policy": dg.RetryPolicy(1, 0.01, dg.Backoff.EXPONENTIAL, dg.Jitter.FULL)},
    ),
    "leaves": (leaves, {"hooks": ALL, "retry_policy": dg.RetryPolicy()}),
    "generator": (generated, {"hooks": ALL, "retry_policy": dg.RetryPolicy()}),
    "coroutine": (later, {"hooks": ALL, "retry_policy": dg.RetryPolicy()}),
    "wrong type": (annotated, {"hooks": ALL, "retry_policy": dg.RetryPolicy()}),
    "no value": (nothing, {"hooks": {done}}),
    "store fails": (lambda: 1, {"hooks": ALL, "io_manager_key": "stores"}),
    "load fails": (
        loads,
        {"hooks": ALL, "ins": {"above": dg.AssetIn(input_manager_key="loads")}},
    ),
    "own hook": (failing(1, ValueError), {"hooks": {own}, "retry_policy": POLICY}),
}


def run(fn, options: dict) -> dict:
    SEEN.clear()
    made = dg.asset(name="it", **options)(fn)
    outcome = dg.materialize(
        [made, above],
        selection=["it"] if "ins" not in options else None,
        resources={"far": 7, "stores": Manager("store"), "loads": Manager("load")},
        raise_on_error=False,
        tags={"team": "blue"},
    )
    events = [e for e in outcome.all_events if e.step_key == "it"]
    names = [e.event_type_value for e in events]
    hooks = {}
    attempt = 0
    for name in names:
        attempt += name == "STEP_RESTARTED"
        if name.startswith("HOOK_"):
            hooks.setdefault("%d" % attempt, []).append(name)
    return {
        "success": outcome.success,
        "seen": sorted(SEEN, key=repr),
        "steps": [name for name in names if name in KINDS],
        "hooks": {attempt: sorted(found) for attempt, found in hooks.items()},
        "retries": outcome.retry_attempts_for_node("it"),
    }


def main() -> None:
    results = {}
    for name, (fn, options) in CASES.items():
        try:
            results[name] = run(fn, options)
        except BaseException as error:
            results[name] = "%s" % type(error).__name__
    print("ANSWERS " + json.dumps(results))


main()
