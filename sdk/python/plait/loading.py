"""Finding definitions in modules, packages and folders of user code."""

from __future__ import annotations

from .assets import AssetsDefinition
from .definitions import Definitions, LazyDefinitions
from .errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from .keys import key_prefix as prefix_of
from .specs import AssetSpec


def find_definitions(module, attribute: str | None = None) -> Definitions:
    """The ``Definitions`` that a location's module stands for.

    With ``attribute``: that object. Without: the module's single ``Definitions`` or ``@definitions`` function, else all its
    assets. Errors name the module and the remedy.
    """
    if attribute:
        return _of_attribute(module, attribute)
    found = {}
    for name, value in vars(module).items():
        if isinstance(value, (Definitions, LazyDefinitions)):
            found.setdefault(id(value), (name, value))
    if len(found) > 1:
        names = ", ".join([name for name, _ in found.values()])
        raise DagsterInvariantViolationError(
            "module %s has %d Definitions objects (%s); keep one, merge them with Definitions.merge, or name one with "
            "attribute" % (module.__name__, len(found), names)
        )
    for _, value in found.values():
        return value() if isinstance(value, LazyDefinitions) else value
    assets = load_assets_from_modules([module], include_specs=True)
    if assets:
        return Definitions(assets=assets)
    raise DagsterInvariantViolationError(
        "module %s (%s) defines nothing: no Definitions object, no @definitions function and no assets; add "
        "`defs = dg.Definitions(assets=[...])`" % (module.__name__, getattr(module, "__file__", None) or "no file")
    )


def _of_attribute(module, attribute: str) -> Definitions:
    try:
        value = getattr(module, attribute)
    except AttributeError:
        known = [name for name, item in vars(module).items() if isinstance(item, (Definitions, LazyDefinitions))]
        raise DagsterInvariantViolationError(
            "module %s has no attribute %r%s"
            % (module.__name__, attribute, "; it has %s" % ", ".join(known) if known else "")
        ) from None
    if callable(value) and not isinstance(value, (Definitions, AssetsDefinition)):
        value = value()
    if isinstance(value, Definitions):
        return value
    if isinstance(value, (AssetsDefinition, AssetSpec)):
        return Definitions(assets=[value])
    if isinstance(value, (list, tuple)) and value and all([isinstance(item, (AssetsDefinition, AssetSpec)) for item in value]):
        return Definitions(assets=value)
    raise DagsterInvariantViolationError(
        "attribute %r of module %s is %r; it must be a Definitions object or a function that returns one"
        % (attribute, module.__name__, value)
    )


def _assets_of(module, specs: bool):
    """(name, asset) for every asset bound in a module, also inside lists and tuples."""
    kinds = (AssetsDefinition, AssetSpec) if specs else AssetsDefinition
    for name, value in list(vars(module).items()):
        if isinstance(value, kinds):
            yield name, value
        elif isinstance(value, (list, tuple)):
            for item in value:
                if isinstance(item, kinds):
                    yield name, item


def load_assets_from_modules(modules, group_name=None, key_prefix=None, *, automation_condition=None, backfill_policy=None,
                             source_key_prefix=None, include_specs=False, freshness_policy=None, **other) -> list:
    """Every asset bound in the modules, once. Two definitions of one key are an error that names both places."""
    from .specs import refuse_later, refuse_unknown

    where = "load_assets_from_modules"
    refuse_unknown(where, other)
    refuse_later(where, {"automation_condition": automation_condition, "backfill_policy": backfill_policy,
                         "freshness_policy": freshness_policy})
    found, seen, owner = [], set(), {}
    for module in modules:
        for name, item in _assets_of(module, include_specs):
            if id(item) in seen:
                continue
            seen.add(id(item))
            for key in [item.key] if isinstance(item, AssetSpec) else item.keys_in_order:
                if key in owner:
                    raise DagsterInvalidDefinitionError(
                        "asset key %s is defined twice: in %s and in %s; rename one of them"
                        % (key.to_user_string(), owner[key], "%s.%s" % (module.__name__, name))
                    )
                owner[key] = "%s.%s" % (module.__name__, name)
            found.append(item)
    return _with_prefix(found, group_name, key_prefix, source_key_prefix)


def _with_prefix(items: list, group_name, key_prefix, source_key_prefix) -> list:
    """Prefix the keys that the items define, and what among their deps refers to them; put all of them into a group."""
    if group_name is None and key_prefix is None and source_key_prefix is None:
        return items
    from . import names

    names.group(group_name)
    own, source = prefix_of(key_prefix), prefix_of(source_key_prefix)
    moved = {}
    for item in items:
        external = isinstance(item, AssetSpec) or not item.is_executable
        for key in [item.key] if isinstance(item, AssetSpec) else item.keys_in_order:
            part = source if external else own
            if part:
                moved[key] = key.with_prefix(part)
    result = []
    for item in items:
        if isinstance(item, AssetSpec):
            result.append(item.copy(key=moved.get(item.key, item.key), group_name=group_name or item.group_name))
            continue
        groups = {}
        if group_name is not None:
            for spec in item.specs:
                if spec.group_name not in (None, names.DEFAULT_GROUP):
                    raise DagsterInvalidDefinitionError(
                        "asset %s is in group %s already and cannot be put into %s; leave one of them out"
                        % (spec.key.to_user_string(), spec.group_name, group_name)
                    )
                groups[spec.key] = group_name
        result.append(item.with_attributes(asset_key_replacements=moved, group_names_by_key=groups))
    return result
