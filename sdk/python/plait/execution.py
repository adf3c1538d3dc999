"""Running one step's body: resources, inputs, the call, its results, their storage.

The one path for a host's steps (host/runner.py) and for `materialize()` (materialize.py). It refuses to know where
facts go: a `Sink` takes them.
"""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from typing import Any, Iterable, Iterator, Mapping

import plait.typecheck as typecheck
from plait import signatures
from plait.assets import DEFAULT_IO_MANAGER, AssetsDefinition, InputSlot, OutputSlot
from plait.errors import (
    DagsterInvalidInvocationError,
    DagsterTypeCheckDidNotPass,
    PlaitNotCoveredError,
)
from plait.io import frames
from plait.io.contexts import InputContext, OutputContext
from plait.io.staging import Session
from plait.keys import AssetKey
from plait.outputs import Outputs, kind_of
from plait.specs import IO_MANAGER_KEY, AssetSpec


class Sink:
    """Takes what a step tells. Metadata is as the user gave it, not encoded."""

    def log(self, level: str, message: str) -> None:
        """A record of `context.log`."""

    def added_metadata(self, key: AssetKey, metadata: Mapping[str, Any]) -> None:
        """Metadata added before the value was returned."""

    def materialized(
        self, key: AssetKey, data_version: str | None, metadata: Mapping[str, Any]
    ) -> None:
        """One asset was made and stored. `data_version` is None unless user code gave one."""

    def observed(
        self, key: AssetKey, data_version: str | None, metadata: Mapping[str, Any]
    ) -> None:
        """One asset made elsewhere was looked at."""

    def checked(self, result: Any, key: AssetKey) -> None:
        """An AssetCheckResult."""

    def hook(self, name: str, status: str, error: BaseException | None) -> None:
        """A hook of the step ended: `completed`, `skipped`, or `errored` with what it raised."""

    def custom(self, payload: Any) -> None:
        """What an external process sent as a message of its own kind."""


class Run:
    """What user code may ask about the run."""

    def __init__(
        self, run_id: str, job_name: str | None = None, tags: Mapping[str, str] | None = None
    ) -> None:
        self.run_id = run_id
        self.job_name = job_name or "__ephemeral_asset_job__"
        self.tags = dict(tags or {})
        self.run_config: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<run {self.run_id}>"


class Step:
    """One step to run: which definition, which of its assets, with what around it."""

    def __init__(
        self,
        name: str,
        definition: AssetsDefinition,
        catalog: Mapping[AssetKey, tuple[AssetSpec, AssetsDefinition | None]],
        resources: Mapping[str, Any],
        run: Run,
        sink: Sink,
        selected: Iterable[AssetKey] | None = None,
        session: Session | None = None,
        retry_number: int = 0,
        config: Any = None,
    ) -> None:
        self.name = name
        self.definition = definition
        self.catalog = catalog
        self.resources = resources
        self.run = run
        self.sink = sink
        self.session = session
        self.retry_number = retry_number
        self.config = config
        chosen = set(definition.keys if selected is None else selected)
        self.outputs: list[OutputSlot] = [slot for slot in definition.outputs if slot.key in chosen]
        #: what the step handed on, by output name
        self.values: dict[str, Any] = {}
        #: by output name: value (None without one) and metadata, stored or not; for hooks
        self.made: dict[str, tuple[Any, Mapping[str, Any]]] = {}

    def spec(self, key: AssetKey) -> AssetSpec:
        return self.definition.specs_by_key[key]


def with_default_manager(resources: Mapping[str, Any]) -> dict[str, Any]:
    """`resources` with the filesystem manager under `io_manager` where nothing else is."""
    if DEFAULT_IO_MANAGER in resources:
        return dict(resources)
    from plait.io.filesystem import FilesystemIOManager

    return {**resources, DEFAULT_IO_MANAGER: FilesystemIOManager()}


def input_manager_of(
    slot: InputSlot, catalog: Mapping[AssetKey, tuple[AssetSpec, AssetsDefinition | None]]
) -> str:
    """Resource key of the manager that loads an input: its own, else its upstream's here, else the default."""
    if slot.input_manager_key:
        return slot.input_manager_key
    found = catalog.get(slot.key)
    if found is None:
        return DEFAULT_IO_MANAGER
    spec, maker = found
    if maker is not None:
        for output in maker.outputs:
            if output.key == slot.key:
                return output.io_manager_key
    return spec.metadata.get(IO_MANAGER_KEY) or DEFAULT_IO_MANAGER


def needed_resources(step: Step) -> set[str]:
    """Keys of every resource that running the step takes."""
    needed = set(step.definition.required_resource_keys)
    needed.update(
        input_manager_of(slot, step.catalog) for slot in step.definition.inputs if slot.loaded
    )
    return needed


def run_step(step: Step) -> None:
    """Run a step to its end. Raises what user code, a manager or a check raised; resources are torn down anyway."""
    from plait.context import AssetExecutionContext, entered
    from plait.log import to_sink
    from plait.resources import open_resources

    if step.definition.refusal is not None:
        raise PlaitNotCoveredError(step.definition.refusal)
    given = with_default_manager(step.resources)
    with (
        to_sink(step.sink.log) as log,
        open_resources(given, needed_resources(step), run=step.run, log=log) as opened,
    ):
        context = AssetExecutionContext(step=step, resources=opened, log=log)
        with (
            entered(context),
            _hooks(step, opened, log),
            _LateManagers(step, given, opened, log) as managers,
        ):
            arguments = _load_inputs(step, opened, log)
            results = Outputs(step, opened, log, context, managers.get)
            results.take(_call(step, context, opened, arguments))


def _hooks(step: Step, opened: Any, log: Any) -> Any:
    if not step.definition.hook_defs:
        return nullcontext()
    from plait.hooks import AfterStep

    return AfterStep(step, opened, log)


class _LateManagers:
    """The managers of outputs; those whose annotations promised no value are opened when there is one."""

    def __init__(self, step: Step, given: Mapping[str, Any], opened: Any, log: Any) -> None:
        self._step = step
        self._given = given
        self._opened = opened
        self._log = log
        self._stack: ExitStack | None = None

    def __enter__(self) -> _LateManagers:
        return self

    def __exit__(self, *problem: Any) -> Any:
        return None if self._stack is None else self._stack.__exit__(*problem)

    def get(self, slot: OutputSlot) -> Any:
        from plait.resources import open_resources

        key = slot.io_manager_key
        if key in self._opened.__dict__:
            return self._opened.__dict__[key]
        if self._stack is None:
            self._stack = ExitStack()
        late = open_resources(self._given, {key}, run=self._step.run, log=self._log)
        return getattr(self._stack.enter_context(late), key)


# Inputs.


def _load_inputs(step: Step, opened: Any, log: Any) -> dict[str, Any]:
    arguments = {}
    for slot in step.definition.inputs:
        if slot.loaded:
            arguments[slot.name] = _load(step, slot, opened, log)
    return arguments


def _load(step: Step, slot: InputSlot, opened: Any, log: Any) -> Any:
    manager_key = input_manager_of(slot, step.catalog)
    manager = getattr(opened, manager_key)
    context = _input_context(step, slot, opened, log)
    value = manager.load_input(context)
    if context.session is not None and not context.reported:
        # A manager that writes in place has one value only: the one of the latest version.
        pin = context.session.pin(slot.key)
        version = pin.version if pin is not None and not pin.files else None
        context.tell_opened(version, False, None, frames.rows(value))
    if not typecheck.fits(value, slot.annotation):
        raise DagsterTypeCheckDidNotPass(
            f'asset "{slot.key.to_user_string()}" was loaded for parameter "{slot.name}" of '
            f"{step.definition.name} as a {kind_of(value)}, but the parameter is annotated "
            f"{typecheck.shown(slot.annotation)}; change the annotation, or what the upstream returns"
        )
    return value


def _input_context(step: Step, slot: InputSlot, opened: Any, log: Any) -> InputContext:
    upstream = None
    spec, maker = step.catalog.get(slot.key, (None, None))
    if maker is not None:
        output = maker.output_for(slot.key)
        upstream = OutputContext(
            step_key=maker.name,
            name=output.name,
            run_id=step.run.run_id,
            job_name=step.run.job_name,
            asset_key=slot.key,
            asset_spec=spec,
            definition_metadata=output.metadata,
            annotation=output.annotation,
            log=log,
            resources=opened,
        )
    return InputContext(
        name=slot.name,
        job_name=step.run.job_name,
        asset_key=slot.key,
        asset_spec=spec,
        definition_metadata=slot.metadata,
        annotation=slot.annotation,
        upstream_output=upstream,
        session=step.session,
        log=log,
        resources=opened,
        op_def=step.definition.op,
    )


def load_in_step(step: Step, key: AssetKey, python_type: Any, opened: Any, log: Any) -> Any:
    """`context.load_asset_value`: the managers that the step does not need otherwise are opened for it."""
    from plait.resources import open_resources

    slot = InputSlot(key.path[-1], key, None, python_type or signatures.EMPTY, {})
    manager_key = input_manager_of(slot, step.catalog)
    resources = with_default_manager(step.resources)
    with open_resources(resources, {manager_key}, run=step.run, log=log) as managers:
        return _load(step, slot, managers, log)


# The call.


def _call(step: Step, context: Any, opened: Any, arguments: dict[str, Any]) -> Any:
    definition = step.definition
    keywords = dict(arguments)
    for parameter, key in definition.resource_parameters.items():
        keywords[parameter] = getattr(opened, key)
    if definition.config_parameter:
        keywords[definition.config_parameter] = config_for(definition, step.config)
    positional = []
    if definition.context_parameter:
        if definition.context_parameter in signatures.read(definition.fn).positional:
            positional = [context]
        else:
            keywords[definition.context_parameter] = context
    return finished(definition.fn(*positional, **keywords))


def config_for(definition: AssetsDefinition, given: Any) -> Any:
    """The value of the `config` parameter: an instance of its class, made of the run's configuration."""
    kind = definition.config_type
    if isinstance(kind, type) and isinstance(given, kind):
        return given
    if getattr(kind, "__plait_config__", False):
        return kind.from_values(given, definition.name)
    return given or {}


def finished(result: Any) -> Any:
    """The result of a coroutine or an asynchronous generator, run to its end; anything else as it is."""
    if hasattr(result, "__aiter__"):
        return _run(_collect(result))
    if hasattr(result, "__await__"):
        return _run(_await(result))
    return result


def _run(coroutine: Any) -> Any:
    import asyncio

    return asyncio.run(coroutine)


async def _await(awaitable: Any) -> Any:
    return await awaitable


async def _collect(generator: Any) -> Iterator[Any]:
    return iter([item async for item in generator])


# Outside of a run.


def load_asset_value(
    defs: Any,
    asset_key: Any,
    *,
    python_type: Any = None,
    instance: Any = None,
    partition_key: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | None = None,
) -> Any:
    """The stored value of an asset of `defs`, read by the manager that a step here would use."""
    from plait.resources import open_resources

    resolved = defs.resolve()
    key = AssetKey.from_coercible(asset_key)
    slot = InputSlot(key.path[-1], key, None, python_type or signatures.EMPTY, metadata or {})
    manager_key = input_manager_of(slot, resolved.assets)
    given = with_default_manager({**resolved.resources, **(resources or {})})
    with open_resources(given, {manager_key}) as opened:
        context = InputContext(
            name=None,
            asset_key=key,
            definition_metadata=metadata,
            annotation=python_type or signatures.EMPTY,
            resources=opened,
            partition_key=partition_key,
        )
        return getattr(opened, manager_key).load_input(context)


def invoke(definition: AssetsDefinition, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call a decorated function directly, as a unit test does: its result comes back as it is."""
    from plait.context import DirectExecutionContext, entered

    context = None
    if args and isinstance(args[0], DirectExecutionContext):
        context, args = args[0], args[1:]
    elif definition.context_parameter in kwargs:
        context = kwargs.pop(definition.context_parameter)
    wants = definition.context_parameter is not None
    if wants and context is None and not args:
        raise DagsterInvalidInvocationError(
            f'the function of {definition.name} has a parameter "{definition.context_parameter}", but was called '
            "without a context; pass dg.build_asset_context() as the first argument"
        )
    bound = context.bind(definition) if isinstance(context, DirectExecutionContext) else context
    keywords = dict(kwargs)
    for parameter, key in definition.resource_parameters.items():
        if parameter in keywords or not isinstance(bound, DirectExecutionContext):
            continue
        if key in bound.given_resources:
            keywords[parameter] = getattr(bound.resources, key)
    config = definition.config_parameter
    if config and config not in keywords and isinstance(bound, DirectExecutionContext):
        keywords[config] = config_for(definition, bound.given_config)
    if wants and bound is not None:
        if definition.context_parameter in signatures.read(definition.fn).positional:
            args = (bound, *args)
        else:
            keywords[str(definition.context_parameter)] = bound
    if isinstance(bound, DirectExecutionContext):
        with entered(bound):
            return definition.fn(*args, **keywords)
    return definition.fn(*args, **keywords)
