"""What a decorated function takes and returns: context, config, resources, values to load, the value to store."""

from __future__ import annotations

from plait import check, names, signatures
from plait.define.assets import InputSlot
from plait.errors import DagsterInvalidDefinitionError
from plait.keys import AssetKey
from plait.signatures import EMPTY, Unresolved
from plait.specs import MISSING, AssetDep, AssetIn

CONTEXT_NAMES = frozenset(("context", "_context", "context_", "_"))
CONTEXT_TYPES = frozenset(
    ("AssetExecutionContext", "OpExecutionContext", "AssetCheckExecutionContext")
)
NOTHING = type(None)  # the type of an output that is not stored and of an input that is not loaded


class Body:
    """What a function's parameters are for."""

    __slots__ = ("sig", "context", "config", "config_type", "resources", "values", "problems")


def read_body(fn, where: str, arguments_required: bool = True) -> Body:
    """Sort the parameters of ``fn`` into context, config, resources and values to load. A keyword-only parameter with a
    default is none of them: it keeps its default."""
    sig = signatures.read(fn)
    body = Body()
    body.sig = sig
    body.context = body.config = body.config_type = None
    body.resources = {}
    body.problems = []
    if sig.varargs and arguments_required:
        raise DagsterInvalidDefinitionError(
            "%s: the function takes *args; give every upstream asset a parameter of its own%s"
            % (where, at(fn))
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
                % (where, parameter, at(fn))
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
        % (where, parameter, annotation, at(fn))
    )


def _config_type(annotation, where: str, fn):
    if annotation is EMPTY:
        raise DagsterInvalidDefinitionError(
            "%s: parameter 'config' needs an annotation, a class derived from Config for instance%s"
            % (where, at(fn))
        )
    return annotation


def at(fn) -> str:
    at = signatures.position(fn)
    return "" if at is None else " (%s:%d)" % at


def inputs_of(body: Body, ins, where: str, fn) -> list[InputSlot]:
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
            if is_nothing(given.dagster_type):
                raise DagsterInvalidDefinitionError(
                    "%s: ins says that %r is Nothing, but the function has a parameter of that name%s"
                    % (where, parameter, at(fn))
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
        nothing = is_nothing(given.dagster_type)
        if not nothing and not body.sig.varkeywords:
            raise DagsterInvalidDefinitionError(
                "%s: ins names %r, which is no parameter of the function%s" % (where, name, at(fn))
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


def is_nothing(kind) -> bool:
    return kind is NOTHING


def edges_of(inputs: list[InputSlot], deps: list[AssetDep], ins, where: str) -> list[AssetDep]:
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


def value_annotation(returns, dagster_type, where: str):
    """The type of the value that the body hands to an I/O manager; None when there is no value."""
    if dagster_type is not None and dagster_type is not MISSING:
        if isinstance(dagster_type, str):
            raise DagsterInvalidDefinitionError(
                "%s: dagster_type must be a type, not the string %r" % (where, dagster_type)
            )
        return None if is_nothing(dagster_type) else dagster_type
    if returns is None or is_nothing(returns):
        return None
    if named(returns, "MaterializeResult") or named(returns, "ObserveResult"):
        args = getattr(returns, "__args__", ())
        return args[0] if args else None
    if named(returns, "Output"):
        args = getattr(returns, "__args__", ())
        return EMPTY if not args else None if is_nothing(args[0]) or args[0] is None else args[0]
    return returns


def named(annotation, name: str) -> bool:
    kind = getattr(annotation, "__origin__", annotation)
    return isinstance(kind, type) and kind.__name__ == name and kind.__module__.startswith("plait.")
