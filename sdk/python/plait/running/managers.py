"""The I/O managers of a step's outputs, some of which nobody could foresee."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Mapping

from plait.define.assets import OutputSlot
from plait.resources import open_resources
from plait.running.step import Step


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
