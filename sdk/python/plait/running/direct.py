"""What an asset's function is told when a unit test calls it directly: `build_asset_context` and what it makes."""

from __future__ import annotations

from typing import Any, Mapping

from plait.define.assets import AssetsDefinition
from plait.define.calls import CallContext
from plait.errors import DagsterInvalidInvocationError, DagsterInvariantViolationError
from plait.log import step_logger
from plait.resources import open_resources
from plait.running.context import AssetExecutionContext, entered
from plait.running.execution import config_for
from plait.running.step import Run, Sink, Step


class DirectExecutionContext(AssetExecutionContext, CallContext):
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

    def call(self, definition: AssetsDefinition, args: tuple, keywords: dict[str, Any]) -> Any:
        """Call the definition's function; resources and config that the caller did not pass are this context's."""
        self._bind(definition)
        for parameter, key in definition.resource_parameters.items():
            if parameter not in keywords and key in self.given_resources:
                keywords[parameter] = getattr(self.resources, key)
        config = definition.config_parameter
        if config and config not in keywords:
            keywords[config] = config_for(definition, self.given_config)
        with entered(self):
            return definition.fn(*args, **keywords)

    def _bind(self, definition: AssetsDefinition) -> None:
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
