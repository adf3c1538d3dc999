"""Checks of assets that stand beside them, and freshness policies. Checks that an asset's own step reports are covered."""

from __future__ import annotations

from plait import check
from plait.define import loading
from plait.inert import Chain, Definition, definitions_in, named
from plait.keys import AssetCheckKey, AssetKey
from plait.later.automation import SensorDefinition
from plait.specs import AssetSpec, coerce_key


class FreshnessPolicy(Chain):
    """How old an asset may be."""

    __plait_inert__ = "freshness policy"


class LegacyFreshnessPolicy(FreshnessPolicy): ...


class AssetChecksDefinition(Definition):
    """One function that checks one asset or several."""

    family, noun = "asset_checks", "asset check"

    def __init__(self, name, keys=(), blocking=False, **given) -> None:
        super().__init__(name, keys=list(keys), blocking=blocking, **given)

    @property
    def check_keys(self) -> set:
        return {AssetCheckKey(key, self.name) for key in self.keys}

    def with_attributes(self, **given) -> AssetChecksDefinition:
        return self

    def _remedy(self) -> str:
        of = ", ".join([key.to_user_string() for key in self.keys[:3]])
        more = len(self.keys) - 3
        return "%s%s%s" % (
            " (of %s%s)" % (of, " and %d more" % more if more > 0 else "") if of else "",
            ": the asset's own step can report it, with check_specs" if self.fn is not None else "",
            "; it is blocking, but holds nothing back" if self.blocking else "",
        )


def asset_check(*, asset, name=None, blocking=False, **given):
    """Make a check of a function."""
    key = coerce_key(asset, "asset of @asset_check")

    def decorate(fn):
        return AssetChecksDefinition(named(fn, name), [key], blocking, fn=fn, **given)

    return decorate


def multi_asset_check(*, specs, name=None, **given):
    """Make several checks of a function."""
    specs = list(specs)
    keys = {spec.asset_key: None for spec in specs}
    blocking = any([spec.blocking for spec in specs])

    def decorate(fn):
        return AssetChecksDefinition(named(fn, name), keys, blocking, fn=fn, specs=specs, **given)

    return decorate


def _keys_of(assets) -> list[AssetKey]:
    keys: list[AssetKey] = []
    for item in assets:
        several = getattr(item, "keys_in_order", None)
        keys.extend(several if several is not None else [coerce_key(item)])
    return keys


def _built(name: str):
    def build(*, assets, blocking=False, **given) -> list:
        return [AssetChecksDefinition(name, _keys_of(assets), blocking)]

    return build


build_last_update_freshness_checks = _built("freshness_check")
build_time_partition_freshness_checks = _built("freshness_check")
build_column_schema_change_checks = _built("column_schema_change")
build_metadata_bounds_checks = _built("metadata_bounds")


def build_sensor_for_freshness_checks(
    *, freshness_checks, name="freshness_checks_sensor", **given
) -> SensorDefinition:
    return SensorDefinition(name)


def apply_freshness_policy(spec, policy, overwrite_existing=True):
    """The spec with the policy."""
    check.of(spec, AssetSpec, "spec", "an AssetSpec")
    if spec.freshness_policy is not None and not overwrite_existing:
        return spec
    return spec.replace_attributes(freshness_policy=policy)


def load_asset_checks_from_modules(modules, asset_key_prefix=None) -> list:
    """Every check bound in the modules, once."""
    values = [value for module in modules for value in list(vars(module).values())]
    return definitions_in(values, "asset_checks")


def load_asset_checks_from_current_module(asset_key_prefix=None) -> list:
    return load_asset_checks_from_modules([loading.calling_module()])


def load_asset_checks_from_package_module(package_module, asset_key_prefix=None) -> list:
    return load_asset_checks_from_modules(loading.modules_of_package(package_module))


def load_asset_checks_from_package_name(package_name, asset_key_prefix=None) -> list:
    from importlib import import_module

    return load_asset_checks_from_package_module(import_module(package_name))
