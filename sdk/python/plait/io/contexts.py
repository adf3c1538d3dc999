"""What an I/O manager is told about the output it stores or the input it loads.

Facts that were not given raise DagsterInvariantViolationError when asked for, with the way to give them.
`session` is plait's own: the step's pins and versions inside a host, None elsewhere.
"""

from __future__ import annotations

from typing import Any, Mapping

from plait.errors import DagsterInvariantViolationError
from plait.io.staging import Session
from plait.keys import AssetKey


def _missing(what: str, builder: str) -> DagsterInvariantViolationError:
    return DagsterInvariantViolationError(
        f"this context has no {what}: it was not given one. In a unit test pass it to {builder}(...)"
    )


class _StorageContext:
    """What output and input contexts share."""

    _builder = ""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts
        self.session: Session | None = facts.get("session")
        self.annotation: Any = facts.get("annotation")
        self._added: dict[str, Any] = {}
        self._log: Any = facts.get("log")
        self._resources: Any = facts.get("resources")
        self._entered: Any = None

    def _fact(self, name: str, what: str) -> Any:
        value = self._facts.get(name)
        if value is None:
            raise _missing(what, self._builder)
        return value

    @property
    def has_asset_key(self) -> bool:
        return self._facts.get("asset_key") is not None

    @property
    def asset_key(self) -> Any:
        return self._fact("asset_key", "asset_key")

    @property
    def asset_spec(self) -> Any:
        return self._fact("asset_spec", "asset_spec")

    @property
    def name(self) -> Any:
        return self._facts.get("name")

    @property
    def job_name(self) -> str:
        return self._facts.get("job_name") or "__ephemeral_asset_job__"

    @property
    def op_def(self) -> Any:
        return self._fact("op_def", "op_def")

    @property
    def definition_metadata(self) -> Mapping[str, Any]:
        return self._facts.get("definition_metadata") or {}

    @property
    def config(self) -> Any:
        return self._facts.get("config")

    @property
    def resource_config(self) -> Any:
        return self._facts.get("resource_config")

    @property
    def dagster_type(self) -> Any:
        """The declared type; `typing_type` is the annotation."""
        from plait.typecheck import DeclaredType  # few managers ask

        given = self._facts.get("dagster_type")
        return given if hasattr(given, "typing_type") else DeclaredType(given or self.annotation)

    @property
    def step_context(self) -> Any:
        return self._fact("step_context", "step_context")

    @property
    def log(self) -> Any:
        if self._log is None:
            from plait.log import step_logger

            self._log = step_logger()
        return self._log

    @property
    def resources(self) -> Any:
        if self._resources is None:
            raise _missing("resources", self._builder)
        if isinstance(self._resources, Mapping):
            from plait.resources import Resources

            self._resources = Resources(dict(self._resources))
        return self._resources

    # Partitions: only what a unit test gives. A step has none yet.

    @property
    def has_partition_key(self) -> bool:
        return self._facts.get("partition_key") is not None

    @property
    def partition_key(self) -> str:
        return self._fact("partition_key", "partition_key")

    @property
    def has_asset_partitions(self) -> bool:
        return self.has_partition_key

    @property
    def asset_partition_key(self) -> str:
        return self.partition_key

    @property
    def asset_partition_keys(self) -> list[str]:
        return [self.partition_key]

    def get_asset_identifier(self) -> list[str]:
        """Key parts, then the partition key where there is one."""
        parts = list(self.asset_key.path)
        return [*parts, self.partition_key] if self.has_asset_partitions else parts

    def what(self) -> str:
        """How an error names this value."""
        if self.has_asset_key:
            return f'asset "{self.asset_key.to_user_string()}"'
        return f'output "{self.name}" of step "{self._facts.get("step_key")}"'

    # Metadata added by the manager.

    def consume_logged_metadata(self) -> dict[str, Any]:
        """Metadata added so far; asking forgets it."""
        added, self._added = self._added, {}
        return added

    def consume_events(self) -> list[Any]:
        return []

    # Without a run, `with build_..._context(...) as context` sets resources up and tears them down.

    def __enter__(self) -> Any:
        from plait.resources import build_resources  # unit tests alone enter

        if isinstance(self._resources, Mapping):
            self._entered = build_resources(self._resources)
            self._resources = self._entered.__enter__()
        return self

    def __exit__(self, *problem: Any) -> None:
        if self._entered is not None:
            entered, self._entered = self._entered, None
            entered.__exit__(*problem)


class OutputContext(_StorageContext):
    """Told to `handle_output`."""

    _builder = "build_output_context"

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts)
        #: True once the manager told what it stored
        self.reported = False

    def tell_stored(self, manager: Any, facts: dict[str, Any]) -> None:
        """Report inside a host what was stored, with the manager's resource key and class."""
        if self.session is not None and self.has_asset_key:
            kind = type(manager)
            self.session.stored(
                {
                    "asset_key": self.asset_key.to_escaped_user_string(),
                    "manager": self._facts.get("manager_key"),
                    "manager_type": f"{kind.__module__}.{kind.__qualname__}",
                    **facts,
                }
            )
        self.reported = True

    @property
    def step_key(self) -> str:
        return self._fact("step_key", "step_key")

    @property
    def run_id(self) -> str:
        return self._fact("run_id", "run_id")

    @property
    def mapping_key(self) -> str | None:
        return self._facts.get("mapping_key")

    @property
    def version(self) -> str | None:
        return self._facts.get("version")

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self.definition_metadata

    @property
    def output_metadata(self) -> Mapping[str, Any]:
        """Metadata that the step gave together with the value."""
        return self._facts.get("output_metadata") or {}

    def get_identifier(self) -> list[str]:
        """`[run id, step key, output name]`, and the mapping key where there is one."""
        identifier = [self.run_id, self.step_key, str(self.name)]
        return [*identifier, self.mapping_key] if self.mapping_key else identifier

    get_output_identifier = get_identifier
    get_run_scoped_output_identifier = get_identifier

    def get_asset_output_identifier(self) -> list[str]:
        return self.get_asset_identifier()

    def add_output_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Add metadata to the materialization; a name may be added once."""
        twice = sorted(set(metadata) & set(self._added))
        if twice:
            raise DagsterInvariantViolationError(
                f"{self.what()}: metadata {', '.join(twice)} was added twice. Add each name once"
            )
        self._added.update(metadata)

    def get_logged_metadata(self) -> Mapping[str, Any]:
        return dict(self._added)

    def get_logged_events(self) -> list[Any]:
        return []

    def log_event(self, event: Any) -> None:
        metadata = getattr(event, "metadata", None)
        if metadata:
            self._added.update(metadata)


class InputContext(_StorageContext):
    """Told to `load_input`; the asset facts are the upstream's."""

    _builder = "build_input_context"

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts)
        #: True once the manager told which version it read
        self.reported = False

    @property
    def has_input_name(self) -> bool:
        return self._facts.get("name") is not None

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Metadata of the input (`AssetIn(metadata=...)`), not of the upstream asset."""
        return self.definition_metadata

    @property
    def upstream_output(self) -> OutputContext | None:
        return self._facts.get("upstream_output")

    @property
    def instance(self) -> Any:
        return self._fact("instance", "instance")

    def get_identifier(self) -> list[str]:
        if self.upstream_output is None:
            raise _missing("upstream_output", self._builder)
        return self.upstream_output.get_identifier()

    def add_input_metadata(
        self, metadata: Mapping[str, Any], description: str | None = None
    ) -> None:
        self._added.update(metadata)

    def get_observations(self) -> list[Any]:
        return []

    def tell_opened(self, version: str | None, pinned: bool, path: Any, rows: int | None) -> None:
        """Report inside a host which version was read; elsewhere nothing happens."""
        if self.session is not None and self.has_asset_key:
            self.session.opened(self.asset_key, version, pinned, path, rows)
        self.reported = True


def build_output_context(
    step_key: str | None = None,
    name: str | None = None,
    definition_metadata: Mapping[str, Any] | None = None,
    run_id: str | None = None,
    mapping_key: str | None = None,
    config: Any = None,
    dagster_type: Any = None,
    version: str | None = None,
    resource_config: Mapping[str, Any] | None = None,
    resources: Any = None,
    op_def: Any = None,
    asset_key: Any = None,
    partition_key: str | None = None,
    asset_partitions_def: Any = None,
    asset_partition_key_range: Any = None,
    instance: Any = None,
    asset_spec: Any = None,
    metadata: Mapping[str, Any] | None = None,
    output_metadata: Mapping[str, Any] | None = None,
) -> OutputContext:
    """An OutputContext for unit tests of I/O managers."""
    return OutputContext(
        step_key=step_key,
        name=name,
        definition_metadata=definition_metadata or metadata,
        run_id=run_id or "__EPHEMERAL_RUN_ID",
        mapping_key=mapping_key,
        config=config,
        dagster_type=dagster_type,
        version=version,
        resource_config=resource_config,
        resources=resources if resources is not None else {},
        op_def=op_def,
        asset_key=None if asset_key is None else AssetKey.from_coercible(asset_key),
        partition_key=partition_key,
        asset_spec=asset_spec,
        output_metadata=output_metadata,
    )


def build_input_context(
    name: str | None = None,
    config: Any = None,
    definition_metadata: Mapping[str, Any] | None = None,
    upstream_output: OutputContext | None = None,
    dagster_type: Any = None,
    resource_config: Mapping[str, Any] | None = None,
    resources: Any = None,
    op_def: Any = None,
    step_context: Any = None,
    asset_key: Any = None,
    partition_key: str | None = None,
    asset_partition_key_range: Any = None,
    asset_partitions_def: Any = None,
    instance: Any = None,
    metadata: Mapping[str, Any] | None = None,
) -> InputContext:
    """An InputContext for unit tests of I/O managers."""
    return InputContext(
        name=name,
        config=config,
        definition_metadata=definition_metadata or metadata,
        upstream_output=upstream_output,
        dagster_type=dagster_type,
        annotation=dagster_type if isinstance(dagster_type, type) else None,
        resource_config=resource_config,
        resources=resources if resources is not None else {},
        op_def=op_def,
        step_context=step_context,
        asset_key=None if asset_key is None else AssetKey.from_coercible(asset_key),
        partition_key=partition_key,
        instance=instance,
    )
