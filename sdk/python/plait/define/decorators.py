"""``@asset`` and ``@observable_source_asset``: one function, one asset."""

from __future__ import annotations

from plait import check, names, signatures
from plait.define.assets import (
    DEFAULT_IO_MANAGER,
    AssetsDefinition,
    OutputSlot,
    manager_key,
    resources_of,
)
from plait.define.body import NOTHING, Body, at, edges_of, inputs_of, read_body, value_annotation
from plait.define.op_tags import checked_pool, checked_tags
from plait.errors import CheckError, DagsterInvalidDefinitionError
from plait.keys import AssetKey
from plait.keys import key_prefix as prefix_of
from plait.specs import AssetSpec, check_later, coerce_deps, older, refuse_unknown


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
        hooks=hooks,
        code_version=code_version,
        key=key,
        check_specs=check_specs,
        owners=owners,
        kinds=kinds,
        pool=pool,
        is_virtual=is_virtual,
    )
    later = dict(
        partitions_def=partitions_def,
        automation_condition=automation_condition,
        freshness_policy=freshness_policy,
        backfill_policy=backfill_policy,
    )
    if other:
        compute_kind = other.pop("compute_kind", None)
        upstream = other.pop("non_argument_deps", None)
        later = older(later, other)
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
        return make_asset(fn, later, **given)

    return decorate if compute_fn is None else decorate(compute_fn)


def make_asset(
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
    hooks,
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
    check_later(where, "backfill_policy", later["backfill_policy"])
    source = signatures.position(fn)
    body = read_body(fn, where)
    inputs = inputs_of(body, ins, where, fn)
    edges = edges_of(inputs, coerce_deps(deps, asset_key) if deps is not None else [], ins, where)
    if asset_key in [dep.asset_key for dep in edges]:
        raise DagsterInvalidDefinitionError(
            "%s depends on itself, which only a time-partitioned asset may%s" % (where, at(fn))
        )
    tags = _safe_tags(tags, kinds, asset_key)
    if compute_kind is not None:
        op_tags = {**(op_tags or {}), "dagster/compute_kind": compute_kind}
    resources = resources_of(resource_defs)
    manager = manager_key(io_manager_key, io_manager_def, asset_key, resources)
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
        automation_condition=later["automation_condition"],
        partitions_def=later["partitions_def"],
        freshness_policy=later["freshness_policy"],
        _source=source,
    )
    annotation = value_annotation(body.sig.returns, dagster_type, where)
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
        check_specs=checks_of(check_specs, (asset_key,), where),
        source=source,
        execution_type=execution_type,
        backfill_policy=later["backfill_policy"],
        refusal=mapped(ins),
        **common(
            body,
            where,
            required_resource_keys,
            resources,
            config_schema,
            op_tags,
            retry_policy,
            pool,
            hooks,
        ),
    )


def mapped(ins) -> str | None:
    """Why a step with inputs of a partition mapping is not run."""
    for name, given in (ins or {}).items():
        if getattr(given, "partition_mapping", None) is not None:
            return "its input %s has a partition mapping" % name
    return None


def _key_of(fn, decorator: str, name, prefix, key) -> tuple[AssetKey, str]:
    """The key of an asset and the name of its step."""
    if key is not None:
        if name or prefix:
            raise DagsterInvalidDefinitionError(
                "%s: give key, or name and key_prefix, but not both%s" % (decorator, at(fn))
            )
        key = AssetKey.from_coercible(key)
    if key is None or not key._parts:
        own = name or getattr(fn, "__name__", None) or type(fn).__name__
        key = AssetKey([*prefix_of(prefix), own])
    step = key.to_python_identifier()
    names.name(step, "%s %s" % (decorator, key.to_user_string()) + at(fn))
    return key, step


def _safe_tags(tags, kinds, key) -> dict | None:
    """Tags and kinds together. On a decorator kinds obey the rule of tag keys."""
    if kinds is None:
        return tags
    return {
        **check.mapping(tags, "tags"),
        **names.tags(names.kind_tags(kinds, key), key, strict=True),
    }


def common(
    body: Body,
    where,
    required_resource_keys,
    resources,
    config_schema,
    tags,
    retry_policy,
    pool,
    hooks=None,
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
        from plait.results import RetryPolicy

        check.of(retry_policy, RetryPolicy, "retry_policy of %s" % where, "a RetryPolicy")
    if hooks is not None:
        from plait.define.hooks import hooks_of

        hooks = hooks_of(hooks, "hooks of %s" % where)
    tags = checked_tags(tags, where)
    return dict(
        context_parameter=body.context,
        config_parameter=body.config,
        config_type=body.config_type,
        config_schema=config_schema,
        resource_parameters=body.resources,
        user_resource_keys=keys,
        op_tags=tags,
        retry_policy=retry_policy,
        hook_defs=hooks or frozenset(),
        pool=checked_pool(pool, tags, where),
        problems=body.problems,
        generator=body.sig.generator,
        coroutine=body.sig.coroutine,
    )


def checks_of(specs, keys, where: str) -> list:
    if not specs:
        return []
    from plait.results import AssetCheckSpec

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
    later = dict(
        partitions_def=partitions_def,
        automation_condition=automation_condition,
        freshness_policy=other.pop("freshness_policy", None),
        backfill_policy=other.pop("backfill_policy", None),
    )
    later = older(later, other)
    interval = other.pop("auto_observe_interval_minutes", None)

    def decorate(fn):
        refuse_unknown("observable_source_asset", other)
        made = make_asset(
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
            hooks=None,
            code_version=None,
            check_specs=None,
            owners=None,
            kinds=None,
            pool=None,
            is_virtual=False,
            execution_type="observation",
        )
        if interval is not None:
            made.problems += (
                "%s: auto_observe_interval_minutes is not yet acted on by plait" % made.name,
            )
        return made

    return decorate if observe_fn is None else decorate(observe_fn)
