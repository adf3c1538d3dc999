"""Which I/O manager serves which value."""

from __future__ import annotations

from typing import Any, Mapping

from plait.define.assets import DEFAULT_IO_MANAGER, AssetsDefinition, InputSlot
from plait.keys import AssetKey
from plait.specs import IO_MANAGER_KEY, AssetSpec


def with_default_manager(resources: Mapping[str, Any]) -> dict[str, Any]:
    """`resources` with the filesystem manager under `io_manager` where nothing else is."""
    if DEFAULT_IO_MANAGER in resources:
        return dict(resources)
    from plait.io.filesystem import FilesystemIOManager

    return {**resources, DEFAULT_IO_MANAGER: FilesystemIOManager()}


def input_manager_of(
    slot: InputSlot, catalog: Mapping[AssetKey, tuple[AssetSpec, AssetsDefinition | None]]
) -> str:
    """Resource key of the manager that loads an input: its own, else its upstream's here, else the default."""
    if slot.input_manager_key:
        return slot.input_manager_key
    found = catalog.get(slot.key)
    if found is None:
        return DEFAULT_IO_MANAGER
    spec, maker = found
    if maker is not None:
        for output in maker.outputs:
            if output.key == slot.key:
                return output.io_manager_key
    return spec.metadata.get(IO_MANAGER_KEY) or DEFAULT_IO_MANAGER
