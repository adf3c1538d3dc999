"""Hooks at work after a step's body, and what they are told, in a direct call too.

A success hook runs when the outputs are stored, a failure hook when a step has failed for good: an attempt that is tried
again triggers none. A hook that fails does not fail its step. Without results of its own a hook cannot change the step's.
"""

from __future__ import annotations

from plait import check
from plait.define.assets import AssetsDefinition
from plait.define.hooks import AnyHookContext, HookDefinition, HookExecutionResult
from plait.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidPropertyError,
    DagsterInvariantViolationError,
    PlaitNotCoveredError,
)
from plait.log import step_logger
from plait.metadata import normalise
from plait.resources import Resources, open_resources
from plait.results import AssetMaterialization
from plait.running.events import Event
from plait.running.retries import wait_before_retry

COMPLETED, ERRORED, SKIPPED = "completed", "errored", "skipped"


class HookContext(AnyHookContext):
    """What a hook is told: the step, the run, the values that were made, the exception that ended it."""

    def __init__(self, step, hook_def: HookDefinition, resources, log, error) -> None:
        self._step = step
        self._hook_def = hook_def
        self._resources = resources
        self._log = log
        self._error = error

    @property
    def hook_def(self) -> HookDefinition:
        return self._hook_def

    @property
    def job_name(self) -> str:
        return self._step.run.job_name

    @property
    def run_id(self) -> str:
        return self._step.run.run_id

    @property
    def op(self):
        return self._step.definition.op

    @property
    def step_key(self) -> str:
        return self._step.name

    @property
    def selected_asset_keys(self) -> set:
        """The assets that the step was to make. Dagster's context does not have it."""
        return {slot.key for slot in self._step.outputs}

    @property
    def required_resource_keys(self) -> frozenset:
        return self._hook_def.required_resource_keys

    @property
    def resources(self):
        return self._resources

    @property
    def op_config(self):
        return self._step.config

    @property
    def log(self):
        return self._log

    @property
    def op_exception(self):
        """What the body raised; None for a step that succeeded."""
        return self._error

    @property
    def op_output_values(self) -> dict:
        """What was made, by output name; None for an asset without a value."""
        return {name: value for name, (value, _) in self._step.made.items()}

    @property
    def op_output_metadata(self) -> dict:
        return {name: normalise(metadata) for name, (_, metadata) in self._step.made.items()}

    @property
    def instance(self):
        raise PlaitNotCoveredError(
            "context.instance: plait does not cover the instance API in hooks yet; open an issue of the plait project"
        )


def _given(name: str):
    def get(self):
        value = self._given.get(name)
        if value is None:
            raise DagsterInvalidPropertyError(
                "context.%s was not given; pass dg.build_hook_context(%s=...)" % (name, name)
            )
        return value

    return property(get)


def _not_here(name: str):
    def get(self):
        raise DagsterInvalidPropertyError(
            "context.%s: there is no step behind build_hook_context(), so it is not there" % name
        )

    return property(get)


class DirectHookContext(HookContext):
    """A context for calling a hook directly; what a run would give comes from the builder."""

    def __init__(self, resources, given: dict, hook_def: HookDefinition | None = None) -> None:
        self._raw = resources
        self._given = given
        self._opening = self._opened = None
        super().__init__(None, hook_def, None, step_logger(), given.get("op_exception"))

    def bound_to(self, hook: HookDefinition) -> DirectHookContext:
        missing = sorted(hook.required_resource_keys - set(self._raw))
        if missing:
            raise DagsterInvalidDefinitionError(
                "hook %s needs resource%s %s; pass dg.build_hook_context(resources={...})"
                % (hook.name, "s" if len(missing) > 1 else "", ", ".join(missing))
            )
        bound = DirectHookContext(self._raw, self._given, hook)
        bound._opening, bound._opened = self._opening, self._opened
        return bound

    job_name = _given("job_name")
    run_id = _given("run_id")
    step_key = _not_here("step_key")
    op_config = _not_here("op_config")
    op_output_values = _not_here("op_output_values")
    op_output_metadata = _not_here("op_output_metadata")
    selected_asset_keys = _not_here("selected_asset_keys")

    @property
    def op(self):
        op = _given("op").fget(self)
        return op.op if isinstance(op, AssetsDefinition) else op

    @property
    def hook_def(self) -> HookDefinition:
        return self._hook_def if self._hook_def is not None else _not_here("hook_def").fget(self)

    @property
    def required_resource_keys(self) -> frozenset:
        return self.hook_def.required_resource_keys

    @property
    def instance(self):
        if self._given.get("instance") is None:
            raise DagsterInvariantViolationError(
                "context.instance was not given; pass dg.build_hook_context(instance=...)"
            )
        return self._given["instance"]

    @property
    def resources(self):
        if self._opened is None:
            self._opening = open_resources(self._raw)
            self._opened = self._opening.__enter__()
        return self._opened

    def __enter__(self) -> DirectHookContext:
        return self

    def __exit__(self, *problem) -> None:
        opening, self._opening, self._opened = self._opening, None, None
        if opening is not None:
            opening.__exit__(*problem)


def build_hook_context(
    resources=None, op=None, run_id=None, job_name=None, op_exception=None, instance=None
) -> DirectHookContext:
    """A context for calling a hook in a unit test. ``op`` may be an asset's definition."""
    given = dict(
        op=op, run_id=run_id, job_name=job_name, op_exception=op_exception, instance=instance
    )
    return DirectHookContext(check.mapping(resources, "resources"), given)


class AfterStep:
    """While entered, a step's body runs; at its end its hooks do, in the order of their names."""

    def __init__(self, step, opened, log) -> None:
        self._step = step
        self._opened = opened
        self._log = log

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, traceback) -> None:
        if error is not None and not isinstance(error, (Exception, SystemExit)):
            return  # told to stop: nothing of the user's may hold that up
        events = self._events(error)
        for hook in sorted(self._step.definition.hook_defs, key=lambda hook: hook.name):
            self._run(hook, events, error)

    def _events(self, error) -> list:
        step = self._step
        keys = {slot.name: slot.key for slot in step.outputs}
        events = [
            Event("ASSET_MATERIALIZATION", step.name, AssetMaterialization(keys[name], None, facts))
            for name, (_, facts) in step.made.items()
            if error is None
        ]
        end = "STEP_SUCCESS"
        if error is not None:
            again = wait_before_retry(error, step.definition.retry_policy, step.retry_number)
            end = "STEP_FAILURE" if again is None else "STEP_UP_FOR_RETRY"
        return [*events, Event(end, step.name)]

    def _run(self, hook: HookDefinition, events: list, error) -> None:
        mine = {key: getattr(self._opened, key) for key in hook.required_resource_keys}
        context = HookContext(self._step, hook, Resources(mine), self._log, error)
        try:
            result = hook.hook_fn(context, events)
            if not isinstance(result, HookExecutionResult):
                raise DagsterInvariantViolationError(
                    "hook %s: its hook_fn returned %r; it must return a HookExecutionResult"
                    % (hook.name, result)
                )
        except (Exception, SystemExit) as problem:
            _forget(problem, error)
            self._step.sink.hook(hook.name, ERRORED, problem)
            return
        self._step.sink.hook(hook.name, SKIPPED if result.is_skipped else COMPLETED, None)


def _forget(problem, error) -> None:
    """Leave the step's own exception out of what is told about the hook's."""
    while problem is not None:
        if problem.__context__ is error:
            problem.__context__ = None
        problem = problem.__context__
