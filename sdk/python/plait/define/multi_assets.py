"""``@multi_asset`` and ``@multi_observable_source_asset``: one function, several assets."""

from __future__ import annotations

from plait import check, names, signatures
from plait.define.assets import DEFAULT_IO_MANAGER, AssetsDefinition, OutputSlot, resources_of
from plait.define.body import at, edges_of, inputs_of, named, read_body, value_annotation
from plait.define.decorators import checks_of, common, mapped
from plait.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError
from plait.keys import AssetKey
from plait.signatures import EMPTY, Unresolved
from plait.specs import (
    IO_MANAGER_KEY,
    MISSING,
    AssetDep,
    AssetOut,
    AssetSpec,
    check_later,
    coerce_deps,
    refuse_unknown,
)


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
        names.name(step, "@multi_asset" + at(fn))
        check_later(where, "partitions_def", partitions_def)
        check_later(where, "backfill_policy", backfill_policy)
        if specs is not None:
            _check_alone(outs, deps, internal_asset_deps, where, fn)
        tags = (
            op_tags
            if compute_kind is None
            else {**(op_tags or {}), "dagster/compute_kind": compute_kind}
        )
        body = read_body(fn, where)
        inputs = inputs_of(body, ins, where, fn)
        resources = resources_of(resource_defs)
        source = signatures.position(fn)
        about = description if description is not None else signatures.docstring(fn)
        if specs is not None:
            made = _outputs_of_specs(specs, inputs, where)
        else:
            made = _outputs_of_outs(
                outs, inputs, deps, internal_asset_deps, about, code_version, body, where
            )
        made = _grouped(made, group_name, where)
        if partitions_def is not None:
            made = [(spec.copy(partitions_def=partitions_def), slot) for spec, slot in made]
        for spec, _ in made:
            if specs is None or spec.source is None:
                spec.source = source
            if spec.key in [dep.asset_key for dep in spec.deps]:
                raise DagsterInvalidDefinitionError(
                    "asset %s depends on itself, which only a time-partitioned asset may%s"
                    % (spec.key.to_user_string(), at(fn))
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
            backfill_policy=backfill_policy,
            refusal=mapped(ins),
            check_specs=list(check_specs or ())
            if allow_arbitrary_check_specs
            else checks_of(check_specs, keys, where),
            **common(
                body,
                where,
                required_resource_keys,
                resources,
                config_schema,
                tags,
                retry_policy,
                pool,
                hooks,
            ),
        )

    return decorate


def _check_alone(outs, deps, internal_asset_deps, where: str, fn) -> None:
    """With ``specs`` nothing else says what is made and of what."""
    if outs is not None:
        raise DagsterInvalidDefinitionError("%s: give outs or specs, not both%s" % (where, at(fn)))
    if deps is not None or internal_asset_deps is not None:
        raise DagsterInvalidDefinitionError(
            "%s: with specs, deps belong to each AssetSpec%s" % (where, at(fn))
        )


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
    edges = edges_of(inputs, coerce_deps(deps, where) if deps is not None else [], None, where)
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
            else value_annotation(EMPTY, out.dagster_type, where)
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
    if named(returns, "MaterializeResult") or named(returns, "Output"):
        return dict.fromkeys(names_of_outs, value_annotation(returns, None, where))
    if len(names_of_outs) == 1:
        value = args[0] if origin is tuple and len(args) == 1 else returns
        return {names_of_outs[0]: value_annotation(value, None, where)}
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
    return {name: value_annotation(arg, None, where) for name, arg in zip(names_of_outs, args)}


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
