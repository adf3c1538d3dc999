"""Assets and the steps that make them: ``AssetsDefinition``, external assets.

``AssetsDefinition`` is one step: a function, the assets it makes (``outputs``), the upstream assets whose values it takes as
parameters (``inputs``), and the parameters that are something else (context, config, resources). Upstream assets that are
only ordered before it stand in the ``deps`` of its ``specs``, together with the loaded ones. The decorators that make it are
in ``decorators`` and ``multi_assets``; ``body`` reads the function.
"""

from __future__ import annotations

from plait import check, names
from plait.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    PlaitNotCoveredError,
)
from plait.keys import AssetKey
from plait.record import Record
from plait.specs import IO_MANAGER_KEY, AssetDep, AssetSpec, older, refuse_unknown

DEFAULT_IO_MANAGER = "io_manager"


class OutputSlot(Record):
    """One asset that a step makes. ``stores_value`` is False where the body's annotation says that no value comes back."""

    __slots__ = (
        "name",
        "key",
        "io_manager_key",
        "required",
        "stores_value",
        "annotation",
        "metadata",
    )

    def __init__(
        self, name, key, io_manager_key, required, stores_value, annotation, metadata
    ) -> None:
        self.name = name
        self.key = key
        self.io_manager_key = io_manager_key
        self.required = required
        self.stores_value = stores_value
        self.annotation = annotation
        self.metadata = metadata


class InputSlot(Record):
    """One parameter whose value is loaded. ``loaded`` is False for an ``ins`` entry of type Nothing: an edge only."""

    __slots__ = ("name", "key", "input_manager_key", "annotation", "metadata", "loaded")

    def __init__(self, name, key, input_manager_key, annotation, metadata, loaded=True) -> None:
        self.name = name
        self.key = key
        self.input_manager_key = input_manager_key
        self.annotation = annotation
        self.metadata = metadata
        self.loaded = loaded


class _Op:
    """The step of a definition as code written for ``AssetsDefinition.op`` reads it."""

    __slots__ = ("name", "tags", "description", "retry_policy", "pool", "code_version")

    def __init__(self, definition) -> None:
        self.name = definition.name
        self.tags = definition.op_tags
        self.description = definition.description
        self.retry_policy = definition.retry_policy
        self.pool = definition.pool
        versions = [spec.code_version for spec in definition.specs]
        self.code_version = versions[0] if versions else None


class AssetsDefinition:
    """One step and the assets that it makes; or assets that are only declared (``execution_type`` "external").

    ``AssetsDefinition(specs=[...])`` declares external assets. Everything else is made by the decorators.
    """

    __plait_definition__ = True
    takes_hooks = True

    def __init__(self, *, specs=(), **given) -> None:
        if given.get("fn") is None and given:
            raise DagsterInvalidDefinitionError(
                "AssetsDefinition(%s): plait covers AssetsDefinition(specs=[...]) for external assets; "
                "use @asset or @multi_asset for assets with a body"
                % ", ".join(["%s=" % name for name in given])
            )
        specs = check.items(specs, AssetSpec, "specs", "an AssetSpec")
        specs = tuple(
            [
                spec if spec.group_name is not None else spec.copy(group_name=names.DEFAULT_GROUP)
                for spec in specs
            ]
        )
        self.specs: tuple[AssetSpec, ...] = specs
        self.name: str = given.get("name") or "external"
        self.fn = given.get("fn")
        self.outputs: tuple[OutputSlot, ...] = tuple(given.get("outputs", ()))
        self.inputs: tuple[InputSlot, ...] = tuple(given.get("inputs", ()))
        self.context_parameter: str | None = given.get("context_parameter")
        self.config_parameter: str | None = given.get("config_parameter")
        self.config_type = given.get("config_type")
        self.config_schema = given.get("config_schema")
        self.resource_parameters: dict[str, str] = given.get("resource_parameters", {})
        self.user_resource_keys: frozenset[str] = frozenset(given.get("user_resource_keys", ()))
        self.resource_defs: dict[str, object] = given.get("resource_defs", {})
        self.can_subset: bool = given.get("can_subset", False)
        self.is_subset: bool = given.get("is_subset", False)
        self.retry_policy = given.get("retry_policy")
        self.pool: str | None = given.get("pool")
        self.hook_defs: frozenset = given.get("hook_defs", frozenset())
        self.op_tags: dict[str, str] = given.get("op_tags", {})
        self.execution_type: str = given.get("execution_type", "external")
        self.source: tuple[str, int] | None = given.get("source")
        self.description: str | None = given.get("description")
        self.check_specs: tuple = tuple(given.get("check_specs", ()))
        self._refusal: str | None = given.get("refusal")
        self.backfill_policy = given.get("backfill_policy")
        self.problems: tuple[str, ...] = tuple(given.get("problems", ()))
        self.generator: bool = given.get("generator", False)
        self.coroutine: bool = given.get("coroutine", False)
        self.specs_by_key: dict[AssetKey, AssetSpec] = {spec.key: spec for spec in specs}
        if self.fn is not None:
            self.__doc__ = getattr(self.fn, "__doc__", None)

    # What code reads about the assets.

    @property
    def keys(self) -> set[AssetKey]:
        return set(self.specs_by_key)

    @property
    def keys_in_order(self) -> list[AssetKey]:
        return [spec.key for spec in self.specs]

    @property
    def key(self) -> AssetKey:
        if len(self.specs) != 1:
            raise CheckError(
                "%s makes %d assets, so it has no single key; use .keys"
                % (self.name, len(self.specs))
            )
        return self.specs[0].key

    @property
    def required_resource_keys(self) -> set[str]:
        """Resources that the step needs: what the body asked for, its hooks, and the I/O managers of its inputs and outputs."""
        result = set(self.user_resource_keys)
        result.update(self.resource_parameters.values())
        result.update([slot.io_manager_key for slot in self.outputs if slot.stores_value])
        result.update([slot.input_manager_key for slot in self.inputs if slot.input_manager_key])
        for hook in self.hook_defs:
            result.update(hook.required_resource_keys)
        return result

    @property
    def op(self) -> _Op:
        if self.fn is None:
            raise CheckError("%s is external: it has no step" % self.name)
        return _Op(self)

    node_def = op

    @property
    def is_executable(self) -> bool:
        return self.execution_type != "external"

    @property
    def is_materializable(self) -> bool:
        return self.execution_type == "materialization"

    @property
    def is_observable(self) -> bool:
        return self.execution_type == "observation"

    @property
    def is_external(self) -> bool:
        return self.execution_type != "materialization"

    @property
    def partitions_def(self):
        """The first that a spec has; plait does not run it."""
        for spec in self.specs:
            if spec.partitions_def is not None:
                return spec.partitions_def
        return None

    @property
    def refusal(self) -> str | None:
        """Why the step cannot be run by plait yet; None when it can."""
        reason = self._refusal
        if reason is None and self.partitions_def is not None:
            reason = "it is partitioned (partitions_def)"
        if reason is None:
            return None
        return (
            "%s cannot be made by plait yet: %s; if you need it, open an issue of the plait project"
            % (
                self.name if len(self.specs) != 1 else "asset %s" % self.key.to_user_string(),
                reason,
            )
        )

    @property
    def keys_by_input_name(self) -> dict[str, AssetKey]:
        return {slot.name: slot.key for slot in self.inputs}

    @property
    def keys_by_output_name(self) -> dict[str, AssetKey]:
        return {slot.name: slot.key for slot in self.outputs}

    @property
    def dependency_keys(self) -> set[AssetKey]:
        return {dep.asset_key for spec in self.specs for dep in spec.deps}

    @property
    def asset_deps(self) -> dict[AssetKey, set[AssetKey]]:
        return {spec.key: {dep.asset_key for dep in spec.deps} for spec in self.specs}

    @property
    def group_names_by_key(self) -> dict[AssetKey, str]:
        return {spec.key: spec.group_name for spec in self.specs}

    @property
    def metadata_by_key(self) -> dict[AssetKey, dict]:
        return {spec.key: spec.metadata for spec in self.specs}

    @property
    def tags_by_key(self) -> dict[AssetKey, dict]:
        return {spec.key: spec.tags for spec in self.specs}

    @property
    def owners_by_key(self) -> dict[AssetKey, list]:
        return {spec.key: spec.owners for spec in self.specs}

    @property
    def descriptions_by_key(self) -> dict[AssetKey, str]:
        return {spec.key: spec.description for spec in self.specs if spec.description is not None}

    @property
    def code_versions_by_key(self) -> dict[AssetKey, str | None]:
        return {spec.key: spec.code_version for spec in self.specs}

    @property
    def check_keys(self) -> set:
        return {spec.key for spec in self.check_specs}

    def get_asset_spec(self, key: AssetKey | None = None) -> AssetSpec:
        return self.specs_by_key[self.key if key is None else key]

    def get_io_manager_key_for_asset_key(self, key: AssetKey) -> str:
        for slot in self.outputs:
            if slot.key == key:
                return slot.io_manager_key
        return self.specs_by_key[key].metadata.get(IO_MANAGER_KEY, DEFAULT_IO_MANAGER)

    def output_for(self, key: AssetKey) -> OutputSlot:
        """The output that becomes ``key``; KeyError if none does."""
        for slot in self.outputs:
            if slot.key == key:
                return slot
        raise KeyError(key)

    # Changed copies.

    def copy(self, **changed) -> AssetsDefinition:
        """A copy with some attributes replaced and nothing checked."""
        new = AssetsDefinition.__new__(type(self))
        new.__dict__.update(self.__dict__)
        if "refusal" in changed:
            changed["_refusal"] = changed.pop("refusal")
        new.__dict__.update(changed)
        new.specs_by_key = {spec.key: spec for spec in new.specs}
        return new

    def map_asset_specs(self, fn) -> AssetsDefinition:
        """A copy with ``fn`` applied to every spec. Keys stay; an upstream that a parameter loads cannot be removed."""
        specs = []
        for old in self.specs:
            new = fn(old)
            check.of(new, AssetSpec, "the result of the mapping function", "an AssetSpec")
            if new.key != old.key:
                raise DagsterInvalidDefinitionError(
                    "map_asset_specs: asset %s was renamed to %s; the mapping function must not change keys"
                    % (old.key.to_user_string(), new.key.to_user_string())
                )
            specs.append(
                new if new.group_name is not None else new.copy(group_name=names.DEFAULT_GROUP)
            )
        kept = {dep.asset_key for spec in specs for dep in spec.deps}
        for slot in self.inputs:
            if slot.key not in kept and slot.key in self.dependency_keys:
                raise CheckError(
                    "map_asset_specs: %s no longer depends on %s, but its parameter %r loads it; only deps without a "
                    "parameter can be removed" % (self.name, slot.key.to_user_string(), slot.name)
                )
        by_key = {spec.key: spec for spec in specs}
        return self.copy(
            specs=tuple(specs),
            outputs=tuple(
                [
                    _respecified(slot, by_key[slot.key])
                    for slot in self.outputs
                    if slot.key in by_key
                ]
            ),
        )

    def with_attributes(
        self, *, asset_key_replacements=None, group_names_by_key=None, hook_defs=None, **other
    ) -> AssetsDefinition:
        """A copy with keys replaced, its own and those of its upstreams, and groups set per (old) key."""
        refuse_unknown("with_attributes", other)
        if hook_defs is not None:
            return self.copy(hook_defs=frozenset(hook_defs)).with_attributes(
                asset_key_replacements=asset_key_replacements,
                group_names_by_key=group_names_by_key,
            )
        new_key = (asset_key_replacements or {}).get
        groups = group_names_by_key or {}
        specs = tuple(
            [
                spec.copy(
                    key=new_key(spec.key, spec.key),
                    deps=[_moved(dep, new_key(dep.asset_key, dep.asset_key)) for dep in spec.deps],
                    group_name=groups.get(spec.key, spec.group_name),
                )
                for spec in self.specs
            ]
        )
        return self.copy(
            specs=specs,
            inputs=tuple(
                [
                    InputSlot(
                        s.name,
                        new_key(s.key, s.key),
                        s.input_manager_key,
                        s.annotation,
                        s.metadata,
                        s.loaded,
                    )
                    for s in self.inputs
                ]
            ),
            outputs=tuple(
                [
                    OutputSlot(
                        s.name,
                        new_key(s.key, s.key),
                        s.io_manager_key,
                        s.required,
                        s.stores_value,
                        s.annotation,
                        s.metadata,
                    )
                    for s in self.outputs
                ]
            ),
            check_specs=tuple(
                [
                    spec.replace_key_of_asset(new_key(spec.asset_key, spec.asset_key))
                    for spec in self.check_specs
                ]
            ),
        )

    @staticmethod
    def from_op(*args, **given) -> AssetsDefinition:
        raise PlaitNotCoveredError(
            "AssetsDefinition.from_op and from_graph: plait does not cover ops yet; use @asset or "
            "@multi_asset, or open an issue of the plait project"
        )

    from_graph = from_op

    def with_hooks(self, hook_defs) -> AssetsDefinition:
        """A copy with hooks added."""
        from plait.define.hooks import hooks_of  # few have any

        return self.copy(hook_defs=self.hook_defs | hooks_of(hook_defs, "hook_defs"))

    def with_resources(self, resource_defs) -> AssetsDefinition:
        return self.copy(resource_defs={**resource_defs, **self.resource_defs})

    def __call__(self, *args, **kwargs):
        """Run the body, as a plain function or with a context and resources given by hand."""
        if self.fn is None:
            raise DagsterInvalidInvocationError(
                "%s is external: it has no function to call" % self.name
            )
        from plait.define.calls import call  # unit tests alone need it

        return call(self, args, kwargs)

    def __iter__(self):
        raise TypeError("%s is an asset definition, not a list" % self.name)

    def __repr__(self) -> str:
        return "<%s %s>" % (
            type(self).__name__,
            ", ".join([key.to_user_string() for key in self.keys_in_order]) or self.name,
        )


def _respecified(slot: OutputSlot, spec: AssetSpec) -> OutputSlot:
    manager = spec.metadata.get(IO_MANAGER_KEY)
    stores = slot.stores_value
    return OutputSlot(
        slot.name,
        slot.key,
        manager or slot.io_manager_key,
        slot.required,
        stores,
        slot.annotation,
        spec.metadata,
    )


def _moved(dep: AssetDep, key: AssetKey) -> AssetDep:
    if key == dep.asset_key:
        return dep
    return AssetDep(key, partition_mapping=dep.partition_mapping, metadata=dep.metadata)


class SourceAsset(AssetsDefinition):
    """The older form of an external asset: an ``AssetSpec`` passed to ``Definitions`` does the same."""

    def __init__(
        self,
        key,
        metadata=None,
        io_manager_key=None,
        io_manager_def=None,
        description=None,
        partitions_def=None,
        group_name=None,
        resource_defs=None,
        observe_fn=None,
        op_tags=None,
        *,
        tags=None,
        **other,
    ) -> None:
        key = AssetKey.from_coercible(key)
        later = older({"automation_condition": other.pop("automation_condition", None)}, other)
        later["freshness_policy"] = later.get("freshness_policy") or other.pop(
            "freshness_policy", None
        )
        other.pop("auto_observe_interval_minutes", None)
        refuse_unknown("SourceAsset", other)
        if observe_fn is not None:
            raise DagsterInvalidDefinitionError(
                "SourceAsset %s: observe_fn= is not covered; decorate the function with @observable_source_asset"
                % key.to_user_string()
            )
        resources = resources_of(resource_defs)
        manager = manager_key(io_manager_key, io_manager_def, key, resources)
        metadata = check.mapping(metadata, "metadata")
        if manager is not None:
            metadata[IO_MANAGER_KEY] = manager
        spec = AssetSpec(
            key,
            metadata=metadata,
            description=description,
            group_name=group_name,
            tags=tags,
            partitions_def=partitions_def,
            **later,
        )
        super().__init__(specs=[spec])
        self.resource_defs = resources
        self.op_tags = dict(op_tags or {})
        self.description = description
        self.source = spec.source

    @property
    def group_name(self) -> str:
        return self.specs[0].group_name

    @property
    def metadata(self) -> dict:
        return self.specs[0].metadata

    @property
    def tags(self) -> dict:
        return self.specs[0].tags

    @property
    def io_manager_key(self) -> str | None:
        return self.specs[0].metadata.get(IO_MANAGER_KEY)

    def to_spec(self) -> AssetSpec:
        return self.specs[0]


def resources_of(given) -> dict:
    return dict(check.mapping(given, "resource_defs")) if given else {}


def manager_key(io_manager_key, io_manager_def, key: AssetKey, resources: dict) -> str | None:
    if io_manager_def is None:
        return check.opt_text(io_manager_key, "io_manager_key")
    if io_manager_key is not None:
        raise CheckError(
            "asset %s: give io_manager_key or io_manager_def, not both" % key.to_user_string()
        )
    io_manager_key = key.to_python_identifier("io_manager")
    resources[io_manager_key] = io_manager_def
    return io_manager_key
