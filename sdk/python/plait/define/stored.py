"""Reading the stored value of an asset outside of a run."""

from __future__ import annotations

from typing import Any, Mapping

from plait.define.assets import AssetsDefinition, InputSlot
from plait.define.managers import input_manager_of, with_default_manager
from plait.io.contexts import InputContext
from plait.keys import AssetKey
from plait.resources import open_resources
from plait.specs import AssetSpec


def stored_value(
    slot: InputSlot,
    catalog: Mapping[AssetKey, tuple[AssetSpec, AssetsDefinition | None]],
    resources: Mapping[str, Any],
    partition_key: str | None,
) -> Any:
    """What `slot` would be given, read by the manager that a step here would use."""
    manager_key = input_manager_of(slot, catalog)
    with open_resources(with_default_manager(resources), {manager_key}) as opened:
        context = InputContext(
            name=None,
            asset_key=slot.key,
            definition_metadata=slot.metadata,
            annotation=slot.annotation,
            resources=opened,
            partition_key=partition_key,
        )
        return getattr(opened, manager_key).load_input(context)
