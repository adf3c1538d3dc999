"""What user code is told while it runs: `AssetExecutionContext` and its relatives for unit tests and resources.

Most code imports it for an annotation, so what only a step needs is imported where it is used.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Iterator, Mapping

from plait.errors import (
    DagsterInvariantViolationError,
    PlaitNotCoveredError,
)
from plait.keys import AssetKey
from plait.running.inputs import load_in_step

_current: ContextVar[Any] = ContextVar("plait_context")


@contextmanager
def entered(context: Any) -> Iterator[Any]:
    """`context` is what `AssetExecutionContext.get()` answers inside the block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def _later(what: str, feature: str) -> PlaitNotCoveredError:
    return PlaitNotCoveredError(
        f"context.{what}: plait does not cover {feature} yet; open an issue of the plait project"
    )


class OpExecutionContext:
    """The context of one step's body. In plait a step always makes assets, so this is AssetExecutionContext too."""

    def __init__(self, step: Any, resources: Any, log: Any) -> None:
        self._step = step
        self._resources = resources
        self._log = log
        self._metadata: dict[str, dict[str, Any]] = {}
        self._typed_stream: tuple[str | None] | None = None

    @staticmethod
    def get() -> Any:
        """The context of the step that is running; an error outside of a step."""
        context = _current.get(None)
        if context is None:
            raise DagsterInvariantViolationError(
                "AssetExecutionContext.get(): no step is running here; call it from inside an asset's function"
            )
        return context

    # The step.

    @property
    def log(self) -> Any:
        return self._log

    @property
    def resources(self) -> Any:
        return self._resources

    @property
    def op_execution_context(self) -> Any:
        return self

    @property
    def assets_def(self) -> Any:
        return self._step.definition

    @property
    def has_assets_def(self) -> bool:
        return True

    @property
    def op(self) -> Any:
        return self._step.definition.op

    op_def = op

    @property
    def op_config(self) -> Any:
        return self._step.config

    @property
    def is_subset(self) -> bool:
        return len(self._step.outputs) < len(self._step.definition.outputs)

    @property
    def asset_key(self) -> AssetKey:
        keys = self._step.definition.keys_in_order
        if len(keys) != 1:
            raise DagsterInvariantViolationError(
                f"context.asset_key: {self._step.definition.name} makes {len(keys)} assets; "
                "use context.selected_asset_keys or context.asset_key_for_output(name)"
            )
        return keys[0]

    @property
    def selected_asset_keys(self) -> set[AssetKey]:
        return {slot.key for slot in self._step.outputs}

    @property
    def selected_output_names(self) -> set[str]:
        return {slot.name for slot in self._step.outputs}

    @property
    def selected_asset_check_keys(self) -> set[Any]:
        return set()

    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        for slot in self._step.definition.outputs:
            if slot.name == output_name:
                return slot.key
        raise DagsterInvariantViolationError(
            f'{self._step.definition.name} has no output "{output_name}"'
        )

    def output_for_asset_key(self, asset_key: AssetKey) -> str:
        return self._step.definition.output_for(asset_key).name

    def asset_key_for_input(self, input_name: str) -> AssetKey:
        for slot in self._step.definition.inputs:
            if slot.name == input_name:
                return slot.key
        raise DagsterInvariantViolationError(
            f'{self._step.definition.name} has no input "{input_name}"'
        )

    # The run.

    @property
    def run_id(self) -> str:
        return self._step.run.run_id

    @property
    def run(self) -> Any:
        return self._step.run

    dagster_run = run

    @property
    def run_tags(self) -> Mapping[str, str]:
        return self._step.run.tags

    @property
    def run_config(self) -> Mapping[str, Any]:
        return self._step.run.run_config

    def has_tag(self, key: str) -> bool:
        return key in self.run_tags

    def get_tag(self, key: str) -> str | None:
        return self.run_tags.get(key)

    @property
    def job_name(self) -> str:
        return self._step.run.job_name

    @property
    def retry_number(self) -> int:
        return self._step.retry_number

    # Metadata and values.

    def _slot(self, output_name: str | None, what: str) -> Any:
        outputs = self._step.definition.outputs
        if output_name is not None:
            for slot in outputs:
                if slot.name == output_name:
                    return slot
            raise DagsterInvariantViolationError(
                f'{what}: {self._step.definition.name} has no output "{output_name}"; '
                f"its outputs are {', '.join(slot.name for slot in outputs)}"
            )
        if len(outputs) != 1:
            raise DagsterInvariantViolationError(
                f"{what}: {self._step.definition.name} makes {len(outputs)} assets; say which one is meant"
            )
        return outputs[0]

    def add_output_metadata(
        self,
        metadata: Mapping[str, Any],
        output_name: str | None = None,
        mapping_key: str | None = None,
    ) -> None:
        """Add metadata to the materialization of an output, before its value is returned."""
        self._add(self._slot(output_name, "context.add_output_metadata"), metadata)

    def add_asset_metadata(
        self, metadata: Mapping[str, Any], asset_key: Any = None, partition_key: str | None = None
    ) -> None:
        """Add metadata to the materialization of an asset of this step."""
        if partition_key is not None:
            raise _later("add_asset_metadata(partition_key=...)", "partitions")
        name = None
        if asset_key is not None:
            key = AssetKey.from_coercible(asset_key)
            if key not in self._step.definition.keys:
                raise DagsterInvariantViolationError(
                    f"context.add_asset_metadata: {self._step.definition.name} does not make asset "
                    f'"{key.to_user_string()}"'
                )
            name = self.output_for_asset_key(key)
        self._add(self._slot(name, "context.add_asset_metadata"), metadata)

    def _add(self, slot: Any, metadata: Mapping[str, Any]) -> None:
        from plait.metadata import normalise

        normalise(metadata)
        self._metadata.setdefault(slot.name, {}).update(metadata)
        self._step.sink.added_metadata(slot.key, metadata)

    def get_output_metadata(
        self, output_name: str, mapping_key: str | None = None
    ) -> Mapping[str, Any] | None:
        return self._metadata.get(output_name)

    def metadata_of(self, slot: Any) -> Mapping[str, Any]:
        """Metadata that was added for an output so far."""
        return self._metadata.get(slot.name, {})

    def log_event(self, event: Any) -> None:
        """Tell a materialization or an observation from inside the body."""
        from plait.results import AssetMaterialization, AssetObservation

        if isinstance(event, AssetMaterialization):
            self._step.sink.materialized(event.asset_key, None, event.metadata)
        elif isinstance(event, AssetObservation):
            self._step.sink.observed(event.asset_key, None, event.metadata)
        else:
            raise DagsterInvariantViolationError(
                f"context.log_event takes an AssetMaterialization or an AssetObservation, not a {type(event).__name__}"
            )

    def tell_custom(self, payload: Any) -> None:
        """Keep a message of an external process's own kind among the events of the step."""
        if self._step is not None:
            self._step.sink.custom(payload)

    def load_asset_value(
        self, asset_key: Any, *, python_type: Any = None, partition_key: str | None = None
    ) -> Any:
        """The value of any asset that this location knows, read by its I/O manager."""
        return load_in_step(
            self._step, AssetKey.from_coercible(asset_key), python_type, self._resources, self._log
        )

    # Later.

    @property
    def has_partition_key(self) -> bool:
        return False

    @property
    def has_partition_key_range(self) -> bool:
        return False

    @property
    def partition_key(self) -> str:
        raise DagsterInvariantViolationError(
            f"context.partition_key: {self._step.definition.name} is not partitioned"
        )

    partition_keys = partition_key_range = partition_time_window = partition_key

    @property
    def instance(self) -> Any:
        raise _later("instance", "the instance API in steps")

    @property
    def repository_def(self) -> Any:
        raise _later("repository_def", "repositories")

    @property
    def job_def(self) -> Any:
        raise _later("job_def", "jobs")

    @property
    def pdb(self) -> Any:
        raise _later("pdb", "the debugger in steps")

    def get_asset_provenance(self, asset_key: Any) -> Any:
        raise _later("get_asset_provenance", "provenance in steps")

    def set_data_version(self, asset_key: Any, data_version: Any) -> None:
        raise _later("set_data_version", "setting data versions apart from results")

    def set_requires_typed_event_stream(self, *, error_message: str | None = None) -> None:
        """From now on only results that are returned or yielded count: nothing is made of a None or of a value."""
        self._typed_stream = (error_message,)

    @property
    def requires_typed_event_stream(self) -> bool:
        return self._typed_stream is not None

    @property
    def typed_event_stream_error_message(self) -> str | None:
        return None if self._typed_stream is None else self._typed_stream[0]


class AssetExecutionContext(OpExecutionContext):
    """The context of an asset's function, its parameter `context`."""


class AssetCheckExecutionContext(OpExecutionContext):
    """The context of a check's function."""
