"""Calling an asset's function directly, as a unit test does: `build_asset_context` and what takes it."""

from __future__ import annotations

from typing import Any, Mapping

from plait import signatures
from plait.define.assets import AssetsDefinition
from plait.errors import DagsterInvalidInvocationError, DagsterInvariantViolationError
from plait.log import step_logger
from plait.resources import open_resources
from plait.running.context import AssetExecutionContext, entered
from plait.running.execution import config_for
from plait.running.step import Run, Sink, Step


class DirectExecutionContext(AssetExecutionContext):
    """A context for calling an asset's function directly; what a run would give comes from the builder."""

    def __init__(
        self, resources: Mapping[str, Any], config: Any, run_tags: Any, partition_key: str | None
    ) -> None:
        self.given_resources = dict(resources)
        self.given_config = config
        self._partition_key = partition_key
        self._direct_run = Run("EPHEMERAL", None, run_tags)
        self._opened: Any = None
        self._opening: Any = None
        super().__init__(None, None, step_logger())

    def bind(self, definition: Any) -> DirectExecutionContext:
        """Take over the facts of the definition that is called."""
        given = {**definition.resource_defs, **self.given_resources}
        missing = sorted((set(definition.user_resource_keys)) - set(given))
        if missing:
            raise DagsterInvalidInvocationError(
                f"{definition.name} needs resource{'s' if len(missing) > 1 else ''} {', '.join(missing)}; pass "
                "dg.build_asset_context(resources={...})"
            )
        self._step = Step(
            definition.name,
            definition,
            {},
            given,
            self._direct_run,
            Sink(),
            config=self.given_config,
        )
        self.given_resources = given
        return self

    @property
    def resources(self) -> Any:
        if self._opened is None:
            self._opening = open_resources(self.given_resources, set(self.given_resources))
            self._opened = self._opening.__enter__()
        return self._opened

    @property
    def has_assets_def(self) -> bool:
        return self._step is not None

    @property
    def run(self) -> Any:
        return self._direct_run

    dagster_run = run

    @property
    def run_id(self) -> str:
        return self._direct_run.run_id

    @property
    def run_tags(self) -> Mapping[str, str]:
        return self._direct_run.tags

    @property
    def op_config(self) -> Any:
        return self.given_config or {}

    @property
    def retry_number(self) -> int:
        return 0

    @property
    def has_partition_key(self) -> bool:
        return self._partition_key is not None

    @property
    def partition_key(self) -> str:
        if self._partition_key is None:
            raise DagsterInvariantViolationError(
                "context.partition_key: give build_asset_context(partition_key=...)"
            )
        return self._partition_key

    def __enter__(self) -> DirectExecutionContext:
        return self

    def __exit__(self, *problem: Any) -> None:
        if self._opening is not None:
            opening, self._opening, self._opened = self._opening, None, None
            opening.__exit__(*problem)

    def __del__(self) -> None:
        try:
            self.__exit__(None, None, None)
        except Exception:
            pass


def build_asset_context(
    resources: Mapping[str, Any] | None = None,
    resources_config: Mapping[str, Any] | None = None,
    asset_config: Any = None,
    instance: Any = None,
    partition_key: str | None = None,
    partition_key_range: Any = None,
    run_tags: Mapping[str, str] | None = None,
    event_loop: Any = None,
) -> DirectExecutionContext:
    """A context for calling an asset's function in a unit test."""
    return DirectExecutionContext(resources or {}, asset_config, run_tags, partition_key)


def build_op_context(
    resources: Mapping[str, Any] | None = None,
    op_config: Any = None,
    resources_config: Mapping[str, Any] | None = None,
    instance: Any = None,
    config: Any = None,
    partition_key: str | None = None,
    partition_key_range: Any = None,
    mapping_key: str | None = None,
    run_tags: Mapping[str, str] | None = None,
    event_loop: Any = None,
) -> DirectExecutionContext:
    """The same under the name that op tests use."""
    return DirectExecutionContext(
        resources or {}, op_config if op_config is not None else config, run_tags, partition_key
    )


def invoke(definition: AssetsDefinition, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call a decorated function directly, as a unit test does: its result comes back as it is."""
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
