"""Which I/O manager serves which value of a step, and opening those that nobody could foresee."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Mapping

from plait.define.assets import DEFAULT_IO_MANAGER, AssetsDefinition, InputSlot, OutputSlot
from plait.keys import AssetKey
from plait.resources import open_resources
from plait.running.step import Step
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


class LateManagers:
    """The managers of outputs; those whose annotations promised no value are opened when there is one."""

    def __init__(self, step: Step, given: Mapping[str, Any], opened: Any, log: Any) -> None:
        self._step = step
        self._given = given
        self._opened = opened
        self._log = log
        self._stack: ExitStack | None = None

    def __enter__(self) -> LateManagers:
        return self

    def __exit__(self, *problem: Any) -> Any:
        return None if self._stack is None else self._stack.__exit__(*problem)

    def get(self, slot: OutputSlot) -> Any:
        key = slot.io_manager_key
        if key in self._opened.__dict__:
            return self._opened.__dict__[key]
        if self._stack is None:
            self._stack = ExitStack()
        late = open_resources(self._given, {key}, run=self._step.run, log=self._log)
        return getattr(self._stack.enter_context(late), key)
