"""Assets and the functions that make them: ``@asset``, ``@multi_asset``, observable and external assets.

``AssetsDefinition`` is one step: a function, the assets it makes (``outputs``), the upstream assets whose values it takes as
parameters (``inputs``), and the parameters that are something else (context, config, resources). Upstream assets that are
only ordered before it stand in the ``deps`` of its ``specs``, together with the loaded ones.
"""

from __future__ import annotations

from . import check, names, signatures
from .errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
)
from .keys import AssetKey
from .keys import key_prefix as prefix_of
from .record import Record
from .signatures import EMPTY, Unresolved
from .specs import (
    IO_MANAGER_KEY,
    MISSING,
    AssetDep,
    AssetIn,
    AssetOut,
    AssetSpec,
    coerce_deps,
    refuse_later,
    refuse_unknown,
)

DEFAULT_IO_MANAGER = "io_manager"
CONTEXT_NAMES = frozenset(("context", "_context", "context_", "_"))
CONTEXT_TYPES = frozenset(
    ("AssetExecutionContext", "OpExecutionContext", "AssetCheckExecutionContext")
)

NOTHING = type(None)  # the type of an output that is not stored and of an input that is not loaded


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


class _Body:
    """What a function's parameters are for."""

    __slots__ = ("sig", "context", "config", "config_type", "resources", "values", "problems")


def read_body(fn, where: str, arguments_required: bool = True) -> _Body:
    """Sort the parameters of ``fn`` into context, config, resources and values to load. A keyword-only parameter with a
    default is none of them: it keeps its default."""
    sig = signatures.read(fn)
    body = _Body()
    body.sig = sig
    body.context = body.config = body.config_type = None
    body.resources = {}
    body.problems = []
    if sig.varargs and arguments_required:
        raise DagsterInvalidDefinitionError(
            "%s: the function takes *args; give every upstream asset a parameter of its own%s"
            % (where, _at(fn))
        )
    positional = sig.positional
    if positional and positional[0] in CONTEXT_NAMES:
        body.context = positional[0]
        _check_context(sig.annotation(body.context), body.context, where, fn)
        positional = positional[1:]
    elif "context" in sig.keyword_only:
        body.context = "context"
        _check_context(sig.annotation("context"), "context", where, fn)
    values = []
    for parameter in (*positional, *sig.keyword_only):
        if parameter == body.context or parameter in sig.keyword_defaults:
            continue
        if parameter in sig.positional_only:
            raise DagsterInvalidDefinitionError(
                "%s: parameter %r is positional-only, but inputs are passed by name; take the / out%s"
                % (where, parameter, _at(fn))
            )
        annotation = sig.annotation(parameter)
        if parameter == "config":
            body.config = parameter
            body.config_type = _config_type(annotation, where, fn)
        elif annotation is not EMPTY and is_resource(annotation):
            body.resources[parameter] = parameter
        else:
            if isinstance(annotation, Unresolved):
                body.problems.append(
                    "%s: the annotation %r of parameter %r cannot be resolved; the parameter is taken for an upstream asset"
                    % (where, str(annotation), parameter)
                )
            values.append(parameter)
    body.values = values
    return body


def is_resource(annotation) -> bool:
    """Whether a parameter of that annotation is a resource: a resource class, or ``ResourceParam[...]``."""
    if isinstance(annotation, type):
        return getattr(annotation, "__plait_resource__", False) is True
    for mark in getattr(annotation, "__metadata__", ()):
        if getattr(mark, "__plait_resource__", False) is True:
            return True
    origin = getattr(annotation, "__origin__", None)
    return isinstance(origin, type) and getattr(origin, "__plait_resource__", False) is True


def _check_context(annotation, parameter: str, where: str, fn) -> None:
    if annotation is EMPTY or isinstance(annotation, Unresolved):
        return
    if isinstance(annotation, type) and not CONTEXT_TYPES.isdisjoint(
        [base.__name__ for base in annotation.__mro__]
    ):
        return
    raise DagsterInvalidDefinitionError(
        "%s: parameter %r is annotated with %r; annotate it with AssetExecutionContext or not at all%s"
        % (where, parameter, annotation, _at(fn))
    )


def _config_type(annotation, where: str, fn):
    if annotation is EMPTY:
        raise DagsterInvalidDefinitionError(
            "%s: parameter 'config' needs an annotation, a class derived from Config for instance%s"
            % (where, _at(fn))
        )
    return annotation


def _at(fn) -> str:
    at = signatures.position(fn)
    return "" if at is None else " (%s:%d)" % at


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
        self.op_tags: dict[str, str] = given.get("op_tags", {})
        self.execution_type: str = given.get("execution_type", "external")
        self.source: tuple[str, int] | None = given.get("source")
        self.description: str | None = given.get("description")
        self.check_specs: tuple = tuple(given.get("check_specs", ()))
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
        """Resources that the step needs: what the body asked for, and the I/O managers of its inputs and outputs."""
        result = set(self.user_resource_keys)
        result.update(self.resource_parameters.values())
        result.update([slot.io_manager_key for slot in self.outputs if slot.stores_value])
        result.update([slot.input_manager_key for slot in self.inputs if slot.input_manager_key])
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
    def partitions_def(self) -> None:
        return None

    backfill_policy = partitions_def

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
        self, *, asset_key_replacements=None, group_names_by_key=None, **other
    ) -> AssetsDefinition:
        """A copy with keys replaced, its own and those of its upstreams, and groups set per (old) key."""
        refuse_unknown("with_attributes", other)
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

    def with_resources(self, resource_defs) -> AssetsDefinition:
        return self.copy(resource_defs={**resource_defs, **self.resource_defs})

    def __call__(self, *args, **kwargs):
        """Run the body, as a plain function or with a context and resources given by hand."""
        if self.fn is None:
            raise DagsterInvalidInvocationError(
                "%s is external: it has no function to call" % self.name
            )
        from .execution import invoke

        return invoke(self, args, kwargs)

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
    return dep if key == dep.asset_key else AssetDep(key, metadata=dep.metadata)


class AssetChecksDefinition(AssetsDefinition):
    """Checks of assets that are made elsewhere. Not covered yet: it exists so that ``isinstance`` has an answer."""


# Decorators.


def asset(
    compute_fn=None,
    *,
    name=None,
    key_prefix=None,
    ins=None,
    deps=None,
    metadata=None,
    tags=None,
    description=None,
    config_schema=None,
    required_resource_keys=None,
    resource_defs=None,
    hooks=None,
    io_manager_def=None,
    io_manager_key=None,
    dagster_type=None,
    partitions_def=None,
    op_tags=None,
    group_name=None,
    output_required=True,
    automation_condition=None,
    freshness_policy=None,
    backfill_policy=None,
    retry_policy=None,
    code_version=None,
    key=None,
    check_specs=None,
    owners=None,
    kinds=None,
    pool=None,
    is_virtual=False,
    **other,
):
    """Make an asset of a function.

    Parameters of the function are upstream assets whose values are loaded, except a first ``context``, a ``config`` and
    parameters annotated as resources. ``deps`` are upstream assets that are not loaded.
    """
    given = dict(
        name=name,
        key_prefix=key_prefix,
        ins=ins,
        deps=deps,
        metadata=metadata,
        tags=tags,
        description=description,
        config_schema=config_schema,
        required_resource_keys=required_resource_keys,
        resource_defs=resource_defs,
        io_manager_def=io_manager_def,
        io_manager_key=io_manager_key,
        dagster_type=dagster_type,
        op_tags=op_tags,
        group_name=group_name,
        output_required=output_required,
        retry_policy=retry_policy,
        code_version=code_version,
        key=key,
        check_specs=check_specs,
        owners=owners,
        kinds=kinds,
        pool=pool,
        is_virtual=is_virtual,
    )
    later = dict(
        hooks=hooks,
        partitions_def=partitions_def,
        automation_condition=automation_condition,
        freshness_policy=freshness_policy,
        backfill_policy=backfill_policy,
    )
    if other:
        compute_kind = other.pop("compute_kind", None)
        upstream = other.pop("non_argument_deps", None)
        refuse_unknown("asset", other)
        if compute_kind is not None:
            if kinds is not None:
                raise DagsterInvalidDefinitionError(
                    "@asset: give kinds or the older compute_kind, not both"
                )
            given["compute_kind"] = compute_kind
        if upstream is not None:
            if deps is not None:
                raise DagsterInvalidDefinitionError(
                    "@asset: give deps or the older non_argument_deps, not both"
                )
            given["deps"] = list(upstream)

    def decorate(fn):
        return _make_asset(fn, later, **given)

    return decorate if compute_fn is None else decorate(compute_fn)


def _make_asset(
    fn,
    later,
    *,
    name,
    key_prefix,
    ins,
    deps,
    metadata,
    tags,
    description,
    config_schema,
    required_resource_keys,
    resource_defs,
    io_manager_def,
    io_manager_key,
    dagster_type,
    op_tags,
    group_name,
    output_required,
    retry_policy,
    code_version,
    key,
    check_specs,
    owners,
    kinds,
    pool,
    is_virtual,
    compute_kind=None,
    execution_type="materialization",
) -> AssetsDefinition:
    if not callable(fn):
        raise TypeError("@asset decorates a function, not %r" % (fn,))
    asset_key, step = _key_of(fn, "@asset", name, key_prefix, key)
    where = "asset %s" % asset_key.to_user_string()
    refuse_later(where, later)
    source = signatures.position(fn)
    body = read_body(fn, where)
    inputs = _inputs(body, ins, where, fn)
    edges = _edges(inputs, coerce_deps(deps, asset_key) if deps is not None else [], ins, where)
    if asset_key in [dep.asset_key for dep in edges]:
        raise DagsterInvalidDefinitionError(
            "%s depends on itself, which only a time-partitioned asset may%s" % (where, _at(fn))
        )
    tags = _safe_tags(tags, kinds, asset_key)
    if compute_kind is not None:
        op_tags = {**(op_tags or {}), "dagster/compute_kind": compute_kind}
    resources = _resource_defs(resource_defs)
    manager = _manager_key(io_manager_key, io_manager_def, asset_key, resources)
    spec = AssetSpec(
        asset_key,
        deps=edges,
        description=description if description is not None else signatures.docstring(fn),
        metadata=metadata,
        skippable=not check.flag(output_required, "output_required"),
        group_name=group_name if group_name is not None else names.DEFAULT_GROUP,
        code_version=code_version,
        owners=owners,
        tags=tags,
        is_virtual=is_virtual,
        _source=source,
    )
    annotation = _value_annotation(body.sig.returns, dagster_type, where)
    output = OutputSlot(
        "result",
        asset_key,
        manager or DEFAULT_IO_MANAGER,
        output_required,
        annotation is not None,
        annotation,
        spec.metadata,
    )
    return AssetsDefinition(
        specs=(spec,),
        name=step,
        fn=fn,
        outputs=(output,),
        inputs=inputs,
        description=spec.description,
        resource_defs=resources,
        check_specs=_check_specs(check_specs, (asset_key,), where),
        source=source,
        execution_type=execution_type,
        **_common(
            body,
            where,
            required_resource_keys,
            resources,
            config_schema,
            op_tags,
            retry_policy,
            pool,
        ),
    )


def _key_of(fn, decorator: str, name, prefix, key) -> tuple[AssetKey, str]:
    """The key of an asset and the name of its step."""
    if key is not None:
        if name or prefix:
            raise DagsterInvalidDefinitionError(
                "%s: give key, or name and key_prefix, but not both%s" % (decorator, _at(fn))
            )
        key = AssetKey.from_coercible(key)
    if key is None or not key._parts:
        own = name or getattr(fn, "__name__", None) or type(fn).__name__
        key = AssetKey([*prefix_of(prefix), own])
    step = key.to_python_identifier()
    names.name(step, "%s %s" % (decorator, key.to_user_string()) + _at(fn))
    return key, step


def _safe_tags(tags, kinds, key) -> dict | None:
    """Tags and kinds together. On a decorator kinds obey the rule of tag keys."""
    if kinds is None:
        return tags
    return {
        **check.mapping(tags, "tags"),
        **names.tags(names.kind_tags(kinds, key), key, strict=True),
    }


def _common(
    body: _Body,
    where,
    required_resource_keys,
    resources,
    config_schema,
    op_tags,
    retry_policy,
    pool,
) -> dict:
    """The attributes that every kind of step shares."""
    keys = check.opt_of(
        required_resource_keys,
        (set, frozenset),
        "required_resource_keys of %s" % where,
        "a set of strings",
    )
    keys = set(keys or ())
    if keys and body.resources:
        raise CheckError(
            "%s: required_resource_keys and resource parameters (%s) cannot be combined; make all of them parameters"
            % (where, ", ".join(body.resources))
        )
    keys.update(resources)
    if config_schema is not None and body.config is not None:
        raise DagsterInvalidDefinitionError(
            "%s: give config_schema or a config parameter, not both" % where
        )
    if retry_policy is not None:
        from .results import RetryPolicy

        check.of(retry_policy, RetryPolicy, "retry_policy of %s" % where, "a RetryPolicy")
    return dict(
        context_parameter=body.context,
        config_parameter=body.config,
        config_type=body.config_type,
        config_schema=config_schema,
        resource_parameters=body.resources,
        user_resource_keys=keys,
        op_tags=_op_tags(op_tags, where),
        retry_policy=retry_policy,
        pool=_pool(pool, where),
        problems=body.problems,
        generator=body.sig.generator,
        coroutine=body.sig.coroutine,
    )


def _inputs(body: _Body, ins, where: str, fn) -> list[InputSlot]:
    """One slot per loaded parameter, in the order of the parameters."""
    ins = check.mapping(ins, "ins of %s" % where) if ins else {}
    for name, given in ins.items():
        if not isinstance(given, AssetIn):
            ins[name] = AssetIn.from_coercible(given)
    slots = []
    for parameter in body.values:
        given = ins.get(parameter)
        if given is None:
            names.name(parameter, "%s: parameter" % where)
            slots.append(
                InputSlot(
                    parameter, AssetKey((parameter,)), None, body.sig.annotation(parameter), {}
                )
            )
        else:
            if _is_nothing(given.dagster_type):
                raise DagsterInvalidDefinitionError(
                    "%s: ins says that %r is Nothing, but the function has a parameter of that name%s"
                    % (where, parameter, _at(fn))
                )
            annotation = (
                body.sig.annotation(parameter)
                if given.dagster_type is MISSING
                else given.dagster_type
            )
            slots.append(
                InputSlot(
                    parameter,
                    given.resolve_key(parameter),
                    given.input_manager_key,
                    annotation,
                    given.metadata or {},
                )
            )
    known = set(body.values)
    for name, given in ins.items():
        if name in known:
            continue
        nothing = _is_nothing(given.dagster_type)
        if not nothing and not body.sig.varkeywords:
            raise DagsterInvalidDefinitionError(
                "%s: ins names %r, which is no parameter of the function%s" % (where, name, _at(fn))
            )
        slots.append(
            InputSlot(
                name,
                given.resolve_key(name),
                given.input_manager_key,
                None if nothing else given.dagster_type,
                given.metadata or {},
                not nothing,
            )
        )
    return slots


def _is_nothing(kind) -> bool:
    return kind is NOTHING


def _edges(inputs: list[InputSlot], deps: list[AssetDep], ins, where: str) -> list[AssetDep]:
    """Every upstream once: the loaded ones first, then the other deps."""
    found = {slot.key: AssetDep(slot.key, metadata=slot.metadata) for slot in inputs}
    for dep in deps:
        if dep.asset_key not in found:
            found[dep.asset_key] = dep
            continue
        for slot in inputs:
            given = ins.get(slot.name) if ins and slot.key == dep.asset_key else None
            if isinstance(given, AssetIn) and (
                given.metadata or given.key_prefix or given.dagster_type is not MISSING
            ):
                raise DagsterInvalidDefinitionError(
                    "%s: %s stands in deps and in ins with settings of its own; leave only key and input_manager_key in "
                    "its AssetIn" % (where, dep.asset_key.to_user_string())
                )
        found[dep.asset_key] = AssetDep(
            dep.asset_key, metadata={**found[dep.asset_key].metadata, **dep.metadata}
        )
    return list(found.values())


def _value_annotation(returns, dagster_type, where: str):
    """The type of the value that the body hands to an I/O manager; None when there is no value."""
    if dagster_type is not None and dagster_type is not MISSING:
        if isinstance(dagster_type, str):
            raise DagsterInvalidDefinitionError(
                "%s: dagster_type must be a type, not the string %r" % (where, dagster_type)
            )
        return None if _is_nothing(dagster_type) else dagster_type
    if returns is None or _is_nothing(returns):
        return None
    if _named(returns, "MaterializeResult") or _named(returns, "ObserveResult"):
        args = getattr(returns, "__args__", ())
        return args[0] if args else None
    if _named(returns, "Output"):
        args = getattr(returns, "__args__", ())
        return EMPTY if not args else None if _is_nothing(args[0]) or args[0] is None else args[0]
    return returns


def _named(annotation, name: str) -> bool:
    kind = getattr(annotation, "__origin__", annotation)
    return isinstance(kind, type) and kind.__name__ == name and kind.__module__.startswith("plait.")


def _resource_defs(given) -> dict:
    return dict(check.mapping(given, "resource_defs")) if given else {}


def _manager_key(io_manager_key, io_manager_def, key: AssetKey, resources: dict) -> str | None:
    if io_manager_def is None:
        return check.opt_text(io_manager_key, "io_manager_key")
    if io_manager_key is not None:
        raise CheckError(
            "asset %s: give io_manager_key or io_manager_def, not both" % key.to_user_string()
        )
    io_manager_key = key.to_python_identifier("io_manager")
    resources[io_manager_key] = io_manager_def
    return io_manager_key


def _op_tags(tags, where: str) -> dict[str, str]:
    """Tags of the step; a value that is no string becomes JSON."""
    if not tags:
        return {}
    result = {}
    for name, value in check.mapping(tags, "op_tags of %s" % where).items():
        if not isinstance(value, str):
            import json

            try:
                shown_value = json.dumps(value)
                same = json.loads(shown_value) == value
            except (TypeError, ValueError):
                same = False
            if not same:
                raise DagsterInvalidDefinitionError(
                    "%s: the value of op tag %r must be a string or a plain JSON value, not %r"
                    % (where, name, value)
                )
            value = shown_value
        result[name] = value
    return result


def _pool(pool, where: str) -> str | None:
    if pool is None:
        return None
    if not check.text(pool, "pool of %s" % where) or len(pool.split()) != 1 or pool != pool.strip():
        raise DagsterInvalidDefinitionError(
            "%s: pool %r must be a word without white space" % (where, pool)
        )
    return pool


def _check_specs(specs, keys, where: str) -> list:
    if not specs:
        return []
    from .results import AssetCheckSpec

    specs = check.items(specs, AssetCheckSpec, "check_specs of %s" % where, "an AssetCheckSpec")
    seen = set()
    for spec in specs:
        if spec.asset_key not in keys:
            raise DagsterInvalidDefinitionError(
                "%s: check %r is for asset %s, which is not made here"
                % (where, spec.name, spec.asset_key.to_user_string())
            )
        if spec.key in seen:
            raise DagsterInvalidDefinitionError(
                "%s: two checks of the name %r" % (where, spec.name)
            )
        seen.add(spec.key)
    return specs


def multi_asset(
    *,
    outs=None,
    name=None,
    ins=None,
    deps=None,
    description=None,
    config_schema=None,
    required_resource_keys=None,
    internal_asset_deps=None,
    partitions_def=None,
    hooks=None,
    backfill_policy=None,
    op_tags=None,
    can_subset=False,
    resource_defs=None,
    group_name=None,
    retry_policy=None,
    code_version=None,
    specs=None,
    check_specs=None,
    pool=None,
    **other,
):
    """Make several assets of one function, described by ``outs`` (values for I/O managers) or by ``specs``."""
    compute_kind = other.pop("compute_kind", None)
    allow_arbitrary_check_specs = other.pop("allow_arbitrary_check_specs", False)
    upstream = other.pop("non_argument_deps", None)
    if upstream is not None:
        deps = list(upstream)
    refuse_unknown("multi_asset", other)

    def decorate(fn):
        step = name or fn.__name__
        where = "multi-asset %s" % step
        names.name(step, "@multi_asset" + _at(fn))
        refuse_later(
            where, dict(hooks=hooks, partitions_def=partitions_def, backfill_policy=backfill_policy)
        )
        if specs is not None and outs is not None:
            raise DagsterInvalidDefinitionError(
                "%s: give outs or specs, not both%s" % (where, _at(fn))
            )
        if specs is not None and (deps is not None or internal_asset_deps is not None):
            raise DagsterInvalidDefinitionError(
                "%s: with specs, deps belong to each AssetSpec%s" % (where, _at(fn))
            )
        tags = (
            op_tags
            if compute_kind is None
            else {**(op_tags or {}), "dagster/compute_kind": compute_kind}
        )
        body = read_body(fn, where)
        inputs = _inputs(body, ins, where, fn)
        resources = _resource_defs(resource_defs)
        source = signatures.position(fn)
        about = description if description is not None else signatures.docstring(fn)
        if specs is not None:
            made = _outputs_of_specs(specs, inputs, where)
        else:
            made = _outputs_of_outs(
                outs, inputs, deps, internal_asset_deps, about, code_version, body, where
            )
        made = _grouped(made, group_name, where)
        for spec, _ in made:
            if specs is None or spec.source is None:
                spec.source = source
            if spec.key in [dep.asset_key for dep in spec.deps]:
                raise DagsterInvalidDefinitionError(
                    "asset %s depends on itself, which only a time-partitioned asset may%s"
                    % (spec.key.to_user_string(), _at(fn))
                )
        keys = {spec.key for spec, _ in made}
        return AssetsDefinition(
            specs=[spec for spec, _ in made],
            name=step,
            fn=fn,
            outputs=[slot for _, slot in made],
            inputs=inputs,
            description=about,
            resource_defs=resources,
            can_subset=check.flag(can_subset, "can_subset"),
            source=source,
            execution_type="materialization",
            check_specs=list(check_specs or ())
            if allow_arbitrary_check_specs
            else _check_specs(check_specs, keys, where),
            **_common(
                body,
                where,
                required_resource_keys,
                resources,
                config_schema,
                tags,
                retry_policy,
                pool,
            ),
        )

    return decorate


def _grouped(made, group_name, where: str):
    if group_name is not None:
        names.group(group_name, where)
        for spec, _ in made:
            if spec.group_name is not None:
                raise CheckError(
                    "%s: group_name stands on the decorator and on %s; keep one of them"
                    % (where, spec.key.to_user_string())
                )
    return [
        (
            spec
            if spec.group_name is not None
            else spec.copy(group_name=group_name or names.DEFAULT_GROUP),
            slot,
        )
        for spec, slot in made
    ]


def _outputs_of_specs(specs, inputs, where: str):
    specs = check.items(specs, AssetSpec, "specs of %s" % where, "an AssetSpec")
    upstream = {dep.asset_key for spec in specs for dep in spec.deps}
    own = {spec.key for spec in specs}
    for slot in inputs:
        if slot.key not in upstream:
            raise DagsterInvalidDefinitionError(
                "%s: parameter %r loads %s, which is in no spec's deps; add it to the specs that need it"
                % (where, slot.name, slot.key.to_user_string())
            )
        if slot.key in own:
            raise DagsterInvalidDefinitionError(
                "%s: parameter %r loads %s, which it makes itself"
                % (where, slot.name, slot.key.to_user_string())
            )
    made = {}
    for spec in specs:
        manager = spec.metadata.get(IO_MANAGER_KEY)
        slot = OutputSlot(
            spec.key.to_python_identifier(),
            spec.key,
            manager or DEFAULT_IO_MANAGER,
            not spec.skippable,
            manager is not None,
            EMPTY if manager is not None else None,
            spec.metadata,
        )
        names.name(slot.name, "%s: asset" % where)
        made[spec.key] = (spec, slot)
    return list(made.values())


def _outputs_of_outs(
    outs, inputs, deps, internal_asset_deps, about, code_version, body, where: str
):
    outs = check.mapping(outs, "outs of %s" % where)
    internal = check.mapping(internal_asset_deps, "internal_asset_deps of %s" % where)
    for name in internal:
        if name not in outs:
            raise CheckError(
                "%s: internal_asset_deps names %r, which is none of its outs (%s)"
                % (where, name, ", ".join(outs))
            )
    keys = {}
    for name, out in outs.items():
        check.of(out, AssetOut, "out %r of %s" % (name, where), "an AssetOut")
        names.name(name, "%s: out" % where)
        keys[name] = out.key if out.key is not None else AssetKey([*out.key_prefix, name])
    edges = _edges(inputs, coerce_deps(deps, where) if deps is not None else [], None, where)
    own = set(keys.values())
    upstream = {dep.asset_key: dep for dep in edges}
    if internal:
        named = {AssetKey.from_coercible(key) for group in internal.values() for key in group}
        lost = [key for key in upstream if key not in named]
        if lost:
            raise CheckError(
                "%s: %s is an input, but internal_asset_deps gives it to no out"
                % (where, ", ".join([key.to_user_string() for key in lost]))
            )
    annotations = _tuple_annotations(body.sig, list(outs), where)
    made = {}
    for name, out in outs.items():
        if name in internal:
            mine = []
            for key in sorted([AssetKey.from_coercible(key) for key in internal[name]]):
                if key not in upstream and key not in own:
                    raise CheckError(
                        "%s: internal_asset_deps of %r names %s, which is neither an input nor an out"
                        % (where, name, key.to_user_string())
                    )
                mine.append(upstream.get(key) or AssetDep(key))
        else:
            mine = edges
        spec = out.to_spec(keys[name], deps=mine, description=about, code_version=code_version)
        annotation = (
            annotations[name]
            if out.dagster_type is MISSING
            else _value_annotation(EMPTY, out.dagster_type, where)
        )
        manager = out.io_manager_key or spec.metadata.get(IO_MANAGER_KEY) or DEFAULT_IO_MANAGER
        slot = OutputSlot(
            name,
            spec.key,
            manager,
            out.is_required,
            annotation is not None,
            annotation,
            spec.metadata,
        )
        if spec.key in made:
            raise DagsterInvalidDefinitionError(
                "%s: two outs make asset %s" % (where, spec.key.to_user_string())
            )
        made[spec.key] = (spec, slot)
    return list(made.values())


def _tuple_annotations(sig, names_of_outs: list[str], where: str) -> dict:
    """The annotation of each out, from the function's return annotation."""
    returns = sig.returns
    if returns is EMPTY or isinstance(returns, Unresolved) or sig.generator or not names_of_outs:
        return dict.fromkeys(names_of_outs, EMPTY)
    origin, args = getattr(returns, "__origin__", None), getattr(returns, "__args__", ())
    if _named(returns, "MaterializeResult") or _named(returns, "Output"):
        return dict.fromkeys(names_of_outs, _value_annotation(returns, None, where))
    if len(names_of_outs) == 1:
        value = args[0] if origin is tuple and len(args) == 1 else returns
        return {names_of_outs[0]: _value_annotation(value, None, where)}
    if origin is not tuple and returns is not tuple:
        if origin is not None and not isinstance(returns, type):
            return dict.fromkeys(names_of_outs, EMPTY)
        raise DagsterInvariantViolationError(
            "%s has %d outs, so its return annotation must be a tuple of as many types, not %r"
            % (where, len(names_of_outs), returns)
        )
    if not args or args[-1] is Ellipsis:
        return dict.fromkeys(names_of_outs, EMPTY)
    if len(args) != len(names_of_outs):
        raise DagsterInvariantViolationError(
            "%s has %d outs, but its return annotation has %d types"
            % (where, len(names_of_outs), len(args))
        )
    return {name: _value_annotation(arg, None, where) for name, arg in zip(names_of_outs, args)}


# Observed and external assets.


def observable_source_asset(
    observe_fn=None,
    *,
    key=None,
    name=None,
    key_prefix=None,
    metadata=None,
    io_manager_key=None,
    io_manager_def=None,
    description=None,
    group_name=None,
    required_resource_keys=None,
    resource_defs=None,
    partitions_def=None,
    automation_condition=None,
    op_tags=None,
    tags=None,
    **other,
):
    """An asset made elsewhere, whose function looks at it and returns its data version."""
    later = dict(partitions_def=partitions_def, automation_condition=automation_condition, **other)

    def decorate(fn):
        refuse_unknown("observable_source_asset", other)
        made = _make_asset(
            fn,
            later,
            name=name,
            key_prefix=key_prefix,
            key=key,
            ins=None,
            deps=None,
            metadata=metadata,
            tags=tags,
            description=description,
            config_schema=None,
            required_resource_keys=required_resource_keys,
            resource_defs=resource_defs,
            io_manager_def=io_manager_def,
            io_manager_key=io_manager_key,
            dagster_type=NOTHING,
            op_tags=op_tags,
            group_name=group_name,
            output_required=True,
            retry_policy=None,
            code_version=None,
            check_specs=None,
            owners=None,
            kinds=None,
            pool=None,
            is_virtual=False,
            execution_type="observation",
        )
        return made

    return decorate if observe_fn is None else decorate(observe_fn)


def multi_observable_source_asset(
    *,
    specs,
    name=None,
    description=None,
    partitions_def=None,
    can_subset=False,
    required_resource_keys=None,
    resource_defs=None,
    group_name=None,
    check_specs=None,
):
    """Several assets made elsewhere that one function looks at."""

    def decorate(fn):
        made = multi_asset(
            specs=specs,
            name=name,
            description=description,
            partitions_def=partitions_def,
            can_subset=can_subset,
            required_resource_keys=required_resource_keys,
            resource_defs=resource_defs,
            group_name=group_name,
            check_specs=check_specs,
        )(fn)
        return made.copy(execution_type="observation")

    return decorate


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
        refuse_unknown("SourceAsset", other)
        refuse_later(key, {"partitions_def": partitions_def})
        if observe_fn is not None:
            raise DagsterInvalidDefinitionError(
                "SourceAsset %s: observe_fn= is not covered; decorate the function with @observable_source_asset"
                % key.to_user_string()
            )
        resources = _resource_defs(resource_defs)
        manager = _manager_key(io_manager_key, io_manager_def, key, resources)
        metadata = check.mapping(metadata, "metadata")
        if manager is not None:
            metadata[IO_MANAGER_KEY] = manager
        spec = AssetSpec(
            key, metadata=metadata, description=description, group_name=group_name, tags=tags
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
