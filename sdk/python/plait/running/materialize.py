"""`materialize()`: run assets in this process, for unit tests and notebooks; and what it returns.

Steps run one after another, upstream first, through the same code as a host's steps (execution.py).
"""

from __future__ import annotations

import uuid
from typing import Any, Iterable, Mapping

from plait.define.assets import AssetsDefinition
from plait.define.definitions import Definitions
from plait.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    PlaitNotCoveredError,
)
from plait.keys import AssetKey
from plait.results import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from plait.running.events import Event
from plait.running.execution import run_step
from plait.running.retries import wait_before_retry
from plait.running.step import Run, Sink, Step
from plait.specs import AssetSpec

_MADE = ("ASSET_MATERIALIZATION", "ASSET_OBSERVATION")
SUCCESS, FAILURE, SKIPPED = "success", "failure", "skipped"


class StepFailure:
    """Why a step failed."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.user_failure_data = error if type(error).__name__ == "Failure" else None

    @property
    def error_display_string(self) -> str:
        return f"{type(self.error).__name__}: {self.error}"

    def __repr__(self) -> str:
        return f"<step failure: {self.error_display_string}>"


class _Recorder(Sink):
    """Keeps what one step tells, as events."""

    def __init__(
        self, step_key: str, events: list[Event], run: Run, definition: AssetsDefinition
    ) -> None:
        self._step_key = step_key
        self._events = events
        self._run = run
        self._definition = definition
        self.hook_events: list[Event] = []

    def log(self, level: str, message: str) -> None:
        import sys

        if level != "DEBUG":
            sys.stderr.write(f"{level} - {self._run.run_id} - {self._step_key} - {message}\n")

    def materialized(
        self, key: AssetKey, data_version: str | None, metadata: Mapping[str, Any]
    ) -> None:
        spec = self._definition.specs_by_key.get(key)
        tags = {"dagster/code_version": (spec and spec.code_version) or self._run.run_id}
        if data_version is not None:
            tags["dagster/data_version"] = data_version
            tags["dagster/data_version_is_user_provided"] = "true"
        event = AssetMaterialization(key, metadata=metadata)
        event.tags = tags
        self._events.append(Event("ASSET_MATERIALIZATION", self._step_key, event))

    def observed(
        self, key: AssetKey, data_version: str | None, metadata: Mapping[str, Any]
    ) -> None:
        event = AssetObservation(key, metadata=metadata)
        if data_version is not None:
            event.tags = {"dagster/data_version": data_version}
        self._events.append(Event("ASSET_OBSERVATION", self._step_key, event))

    def checked(self, result: Any, key: AssetKey) -> None:
        name = result.check_name
        if name is None:
            names = [spec.name for spec in self._definition.check_specs if spec.asset_key == key]
            name = names[0] if names else "check"
        evaluation = AssetCheckEvaluation(
            key,
            name,
            result.passed,
            result.metadata,
            severity=result.severity,
            description=result.description,
        )
        self._events.append(Event("ASSET_CHECK_EVALUATION", self._step_key, evaluation))

    def hook(self, name: str, status: str, error: BaseException | None) -> None:
        if error is not None:
            self.log("ERROR", f'hook "{name}" failed: {type(error).__name__}: {error}')
        self.hook_events.append(Event(f"HOOK_{status.upper()}", self._step_key, error, name))


class ExecuteInProcessResult:
    """What became of a `materialize()`."""

    def __init__(self, run: Run) -> None:
        self.dagster_run = run
        self.all_events: list[Event] = []
        self._states: dict[str, str] = {}
        self._values: dict[str, dict[str, Any]] = {}
        self._failures: dict[str, StepFailure] = {}
        self._outputs: dict[AssetKey, tuple[str, str]] = {}

    @property
    def run_id(self) -> str:
        return self.dagster_run.run_id

    @property
    def success(self) -> bool:
        return FAILURE not in self._states.values()

    # Values.

    def asset_value(self, asset_key: Any) -> Any:
        """What the asset's function returned in this run."""
        key = AssetKey.from_coercible(asset_key)
        if key not in self._outputs:
            raise DagsterInvariantViolationError(
                f'asset "{key.to_user_string()}" was not in this run'
            )
        return self.output_for_node(*self._outputs[key])

    def output_for_node(self, node_str: str, output_name: str = "result") -> Any:
        """A step's output by the step's and the output's name."""
        if node_str not in self._states:
            raise DagsterInvariantViolationError(
                f'this run had no step "{node_str}"; it had {", ".join(self._states) or "none"}'
            )
        values = self._values.get(node_str, {})
        if output_name not in values:
            raise DagsterInvariantViolationError(
                f'step "{node_str}" gave no output "{output_name}" (it ended in {self._states[node_str]})'
            )
        return values[output_name]

    def output_value(self, output_name: str = "result") -> Any:
        raise DagsterInvariantViolationError(
            "output_value is for jobs of ops; use asset_value(key)"
        )

    # Events.

    def filter_events(self, event_filter: Any) -> list[Event]:
        return [event for event in self.all_events if event_filter(event)]

    @property
    def all_node_events(self) -> list[Event]:
        return [event for event in self.all_events if event.step_key is not None]

    def events_for_node(self, node_name: str) -> list[Event]:
        return [event for event in self.all_events if event.step_key == node_name]

    def _data(self, kind: str, node_name: str | None = None) -> list[Any]:
        return [
            event.event_specific_data
            for event in self.all_events
            if event.event_type_value == kind and node_name in (None, event.step_key)
        ]

    def asset_materializations_for_node(self, node_name: str) -> list[AssetMaterialization]:
        return self._data("ASSET_MATERIALIZATION", node_name)

    def asset_observations_for_node(self, node_name: str) -> list[AssetObservation]:
        return self._data("ASSET_OBSERVATION", node_name)

    def get_asset_materialization_events(self) -> list[Event]:
        return [event for event in self.all_events if event.is_step_materialization]

    def get_asset_observation_events(self) -> list[Event]:
        return [event for event in self.all_events if event.event_type_value == "ASSET_OBSERVATION"]

    def get_asset_check_evaluations(self) -> list[AssetCheckEvaluation]:
        return self._data("ASSET_CHECK_EVALUATION")

    # States.

    def is_node_success(self, node_name: str) -> bool:
        return self._states.get(node_name) == SUCCESS

    def is_node_failed(self, node_name: str) -> bool:
        return self._states.get(node_name) == FAILURE

    def is_node_skipped(self, node_name: str) -> bool:
        return self._states.get(node_name) == SKIPPED

    def is_node_untouched(self, node_name: str) -> bool:
        return node_name not in self._states

    def failure_data_for_node(self, node_name: str) -> StepFailure | None:
        return self._failures.get(node_name)

    def retry_attempts_for_node(self, node_name: str) -> int:
        return len(
            [e for e in self.events_for_node(node_name) if e.event_type_value == "STEP_RESTARTED"]
        )

    def _of(self, kind: str) -> list[Event]:
        return [event for event in self.all_events if event.event_type_value == kind]

    def get_step_success_events(self) -> list[Event]:
        return self._of("STEP_SUCCESS")

    def get_step_failure_events(self) -> list[Event]:
        return self._of("STEP_FAILURE")

    def get_step_skipped_events(self) -> list[Event]:
        return self._of("STEP_SKIPPED")

    def get_failed_step_keys(self) -> set[str]:
        return {name for name, state in self._states.items() if state == FAILURE}

    # Filled by the run.

    def ended(self, name: str, state: str, values: dict[str, Any] | None = None) -> None:
        self._states[name] = state
        self._values[name] = values or {}
        kinds = {SUCCESS: "STEP_SUCCESS", FAILURE: "STEP_FAILURE", SKIPPED: "STEP_SKIPPED"}
        self.all_events.append(Event(kinds[state], name, self._failures.get(name)))

    def failed(self, name: str, error: BaseException) -> None:
        self._failures[name] = StepFailure(error)
        self.ended(name, FAILURE)

    def makes(self, key: AssetKey, step: str, output: str) -> None:
        self._outputs[key] = (step, output)


def materialize(
    assets: Iterable[Any],
    run_config: Any = None,
    instance: Any = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """Run the assets in this process, upstream first; an error of a step is raised unless told otherwise.

    Values go through the I/O managers of `resources`; without one, pickles under DAGSTER_HOME/storage or a
    temporary folder. `selection` limits what runs; the rest of `assets` is what inputs are loaded from.
    """
    if partition_key is not None:
        raise PlaitNotCoveredError(
            "materialize(partition_key=...): plait does not cover partitions yet; open an issue of the plait project"
        )
    defs = Definitions(assets=list(assets), resources=dict(resources or {}))
    resolved = defs.resolve()
    run = Run(str(uuid.uuid4()), None, tags)
    run.run_config = _config_dict(run_config)
    chosen = _selected(resolved, selection)
    _check_inputs(resolved, chosen)
    result = ExecuteInProcessResult(run)
    missing: set[AssetKey] = set()
    for name, definition, keys in _in_order(resolved, chosen):
        for slot in definition.outputs:
            result.makes(slot.key, name, slot.name)
        upstream = {dep.asset_key for key in keys for dep in definition.specs_by_key[key].deps}
        if upstream & missing:
            missing.update(keys)
            result.ended(name, SKIPPED)
            continue
        _run_one(result, resolved, run, name, definition, keys, missing, raise_on_error)
    return result


def _run_one(
    result: ExecuteInProcessResult,
    resolved: Any,
    run: Run,
    name: str,
    definition: AssetsDefinition,
    keys: list[AssetKey],
    missing: set[AssetKey],
    raise_on_error: bool,
) -> None:
    events = [Event("STEP_START", name)]
    attempt = 0
    while True:
        recorder = _Recorder(name, events, run, definition)
        step = Step(
            name,
            definition,
            resolved.assets,
            resolved.resources,
            run,
            recorder,
            selected=keys,
            retry_number=attempt,
            config=run.run_config.get("ops", {}).get(name, {}).get("config"),
        )
        try:
            run_step(step)
            break
        except (Exception, SystemExit) as error:
            wait = wait_before_retry(error, definition.retry_policy, attempt)
            if wait is None:
                result.all_events += events
                result.failed(name, error)
                result.all_events += recorder.hook_events
                missing.update(keys)
                if raise_on_error:
                    raise
                return
        attempt += 1
        events.append(Event("STEP_UP_FOR_RETRY", name))
        events.extend(recorder.hook_events)
        events.append(Event("STEP_RESTARTED", name))
        if wait:
            import time

            time.sleep(wait)
    result.all_events += events
    made = {event.asset_key for event in events if event.event_type_value in _MADE}
    missing.update(key for key in keys if key not in made)
    result.ended(name, SUCCESS, step.values)
    result.all_events += recorder.hook_events


def materialize_to_memory(
    assets: Iterable[Any],
    run_config: Any = None,
    instance: Any = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """`materialize` with every value kept in memory; I/O managers of one's own are refused."""
    from plait.io.definition import is_io_manager
    from plait.io.memory import InMemoryIOManager

    given = dict(resources or {})
    assets = list(assets)
    bound = {
        key: value for item in assets for key, value in getattr(item, "resource_defs", {}).items()
    }
    for key, value in {**bound, **given}.items():
        if is_io_manager(value):
            raise DagsterInvariantViolationError(
                f'materialize_to_memory keeps values in memory, so the I/O manager "{key}" would not be used; '
                "use materialize() instead"
            )
    memory = InMemoryIOManager()
    given["io_manager"] = memory
    for item in assets:
        for slot in getattr(item, "outputs", ()):
            given.setdefault(slot.io_manager_key, memory)
    return materialize(
        assets, run_config, instance, given, partition_key, raise_on_error, tags, selection
    )


def _config_dict(run_config: Any) -> dict[str, Any]:
    if run_config is None:
        return {}
    return (
        run_config.to_config_dict() if hasattr(run_config, "to_config_dict") else dict(run_config)
    )


def _selected(resolved: Any, selection: Any) -> set[AssetKey]:
    """Keys that a selection means: keys, names, definitions; None means all."""
    known = {key for key, (_, maker) in resolved.assets.items() if maker is not None}
    if selection is None or selection == "*":
        return known
    items = [selection] if _is_one(selection) else list(selection)
    chosen: set[AssetKey] = set()
    for item in items:
        if getattr(item, "__plait_inert__", None) == "selection":
            raise PlaitNotCoveredError(
                "materialize(selection=AssetSelection...): plait does not cover asset selections in Python yet; "
                "pass asset keys"
            )
        if isinstance(item, AssetsDefinition):
            chosen |= item.keys
        elif isinstance(item, AssetSpec):
            chosen.add(item.key)
        else:
            chosen.add(_key(item))
    for key in sorted(chosen - known):
        raise DagsterInvalidDefinitionError(
            f'materialize: the selection names asset "{key.to_user_string()}", which is not made by the given assets'
        )
    return chosen


def _is_one(selection: Any) -> bool:
    one = (str, AssetKey, AssetsDefinition, AssetSpec)
    return isinstance(selection, one) or hasattr(selection, "__plait_inert__")


def _key(item: Any) -> AssetKey:
    if isinstance(item, str):
        if set(item) & set('*+:()" ') or " " in item:
            raise PlaitNotCoveredError(
                f"materialize(selection={item!r}): plait does not cover the selection language in Python yet; "
                "pass asset keys"
            )
        return AssetKey.from_user_string(item)
    return AssetKey.from_coercible(item)


def _check_inputs(resolved: Any, chosen: set[AssetKey]) -> None:
    for name, definition in resolved.steps.items():
        if not definition.keys & chosen:
            continue
        for slot in definition.inputs:
            if slot.loaded and slot.key not in resolved.assets:
                raise DagsterInvalidDefinitionError(
                    f'{name}: parameter "{slot.name}" loads asset "{slot.key.to_user_string()}", which is not among '
                    "the given assets; add it (selection=... limits what runs)"
                )


def _in_order(
    resolved: Any, chosen: set[AssetKey]
) -> list[tuple[str, AssetsDefinition, list[AssetKey]]]:
    """The steps to run, upstream first, in the order of definition where that leaves a choice."""
    waiting: list[tuple[str, AssetsDefinition, list[AssetKey]]] = []
    for name, definition in resolved.steps.items():
        keys = [key for key in definition.keys_in_order if key in chosen]
        if keys and not definition.can_subset and len(keys) < len(definition.keys_in_order):
            raise DagsterInvalidDefinitionError(
                f"{name} makes {len(definition.keys_in_order)} assets together (can_subset=False); "
                "select all of them or none"
            )
        if keys and definition.is_materializable:
            waiting.append((name, definition, keys))
    makers = {key: name for name, _, keys in waiting for key in keys}
    ordered: list[tuple[str, AssetsDefinition, list[AssetKey]]] = []
    done: set[str] = set()
    while waiting:
        left = []
        for entry in waiting:
            name, definition, keys = entry
            needs = {
                makers[dep.asset_key]
                for key in keys
                for dep in definition.specs_by_key[key].deps
                if dep.asset_key in makers
            }
            if needs - done - {name}:
                left.append(entry)
            else:
                ordered.append(entry)
                done.add(name)
        if len(left) == len(waiting):
            raise DagsterInvalidDefinitionError(
                f"steps wait for each other: {', '.join(e[0] for e in left)}"
            )
        waiting = left
    return ordered
