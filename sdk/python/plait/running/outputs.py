"""What a body returned or yielded: taken one by one, stored by their I/O managers, told to the step's sink."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from plait import results, typecheck
from plait.define.assets import OutputSlot
from plait.errors import (
    DagsterInvariantViolationError,
    DagsterStepOutputNotFoundError,
    DagsterTypeCheckDidNotPass,
)
from plait.io import frames
from plait.io.contexts import OutputContext
from plait.running.step import Step
from plait.typecheck import kind_of


class _NoValue:
    def __repr__(self) -> str:
        return "<no value>"


NO_VALUE = _NoValue()

_EVENTS = (
    results.Output,
    results.MaterializeResult,
    results.ObserveResult,
    results.AssetCheckResult,
    results.AssetMaterialization,
    results.AssetObservation,
)


class Outputs:
    """Takes a body's results one by one, stores their values and tells what was made."""

    def __init__(
        self, step: Step, opened: Any, log: Any, context: Any, manager_of: Callable[..., Any]
    ) -> None:
        self._manager_of = manager_of
        self._step = step
        self._opened = opened
        self._log = log
        self._context = context
        self._where = f"{step.definition.name}"
        self._seen: set[str] = set()

    def take(self, result: Any) -> None:
        if hasattr(result, "__next__"):
            for item in result:
                self._event(item)
            self._complete()
            return
        if self._context.requires_typed_event_stream:
            several = result if isinstance(result, (tuple, list)) else (result,)
            for item in () if result is None else several:
                self._event(item)
            self._complete()
            return
        outputs = self._step.outputs
        if len(outputs) == 1:
            if self._is_event(result):
                self._event(result)
                self._complete()
            elif result is None and not outputs[0].required:
                raise DagsterInvariantViolationError(
                    f"{self._where} may leave its output out (output_required=False), so it must yield: "
                    "`yield dg.Output(value)` to give it, nothing to leave it out"
                )
            else:
                self._value(outputs[0], result)
            return
        self._several(result)
        self._complete()

    def _several(self, result: Any) -> None:
        outputs = self._step.outputs
        if result is None and not any(slot.stores_value for slot in outputs):
            return
        if self._is_event(result):
            self._event(result)
            return
        if not isinstance(result, (tuple, list)):
            raise DagsterInvariantViolationError(
                f"{self._where} makes {len(outputs)} assets, but returned one {kind_of(result)}; return a tuple "
                f"with a value for each ({', '.join(slot.name for slot in outputs)}), or yield each as an Output"
            )
        if len(result) != len(outputs) and not all(map(self._is_event, result)):
            raise DagsterInvariantViolationError(
                f"{self._where} makes {len(outputs)} assets ({', '.join(slot.name for slot in outputs)}), "
                f"but returned {len(result)} values"
            )
        by_position = len(result) == len(outputs)
        for position, item in enumerate(result):
            slot = outputs[position] if by_position else None
            if self._is_event(item):
                self._event(item, slot)
            elif slot is not None:
                self._value(slot, item)

    def _complete(self) -> None:
        for slot in self._step.outputs:
            if slot.name in self._seen or not slot.required:
                continue
            if self._context.requires_typed_event_stream:
                raise DagsterInvariantViolationError(
                    f'{self._where} ended without a result for asset "{slot.key.to_user_string()}"{self._typed()}'
                )
            if not slot.stores_value:
                self._made(slot, NO_VALUE, {}, None)
                continue
            raise DagsterStepOutputNotFoundError(
                f'{self._where} ended without its output "{slot.name}" (asset '
                f'"{slot.key.to_user_string()}"); yield an Output for it, or mark it output_required=False'
            )

    def _is_event(self, item: Any) -> bool:
        return isinstance(item, _EVENTS) or (
            self._step.definition.execution_type == "observation"
            and isinstance(item, results.DataVersion)
        )

    def _event(self, item: Any, slot: OutputSlot | None = None) -> None:
        if isinstance(item, results.Output):
            self._output(item, slot)
        elif isinstance(item, (results.MaterializeResult, results.ObserveResult)):
            self._result(item, slot)
        elif isinstance(item, results.DataVersion):
            only = self._only("a DataVersion")
            self._seen.add(only.name)
            self._step.sink.observed(only.key, item.value, {})
        elif isinstance(item, results.AssetCheckResult):
            self._step.sink.checked(item, item.asset_key or self._step.outputs[0].key)
        elif isinstance(item, results.AssetMaterialization):
            self._step.sink.materialized(item.asset_key, None, item.metadata or {})
        elif isinstance(item, results.AssetObservation):
            self._step.sink.observed(item.asset_key, None, item.metadata or {})
        else:
            raise DagsterInvariantViolationError(
                f"{self._where} yielded a {kind_of(item)}; yield Output or MaterializeResult objects, "
                f"or return the value instead of yielding it{self._typed()}"
            )

    def _typed(self) -> str:
        """What to do, as whoever wants results instead of values has put it."""
        sentence = self._context.typed_event_stream_error_message
        return f"; {sentence}" if sentence else ""

    def _only(self, what: str) -> OutputSlot:
        if len(self._step.outputs) != 1:
            raise DagsterInvariantViolationError(
                f"{self._where} makes {len(self._step.outputs)} assets, so {what} must say which one it is for"
            )
        return self._step.outputs[0]

    def _output(self, item: Any, slot: OutputSlot | None) -> None:
        if slot is None:
            name = item.output_name
            named = [one for one in self._step.outputs if one.name == name]
            if named:
                slot = named[0]
            elif name in (None, "result"):
                slot = self._only("an Output")
            elif any(one.name == name for one in self._step.definition.outputs):
                raise DagsterInvariantViolationError(
                    f'{self._where} gave output "{name}", which was not selected in this run; '
                    "look at context.selected_output_names"
                )
            else:
                names = ", ".join(one.name for one in self._step.definition.outputs)
                raise DagsterInvariantViolationError(
                    f'{self._where} has no output "{name}"; its outputs are {names}'
                )
        self._made(slot, item.value, item.metadata or {}, _text(item.data_version))

    def _result(self, item: Any, slot: OutputSlot | None) -> None:
        if item.asset_key is not None:
            named = [one for one in self._step.outputs if one.key == item.asset_key]
            if not named:
                keys = ", ".join(one.key.to_user_string() for one in self._step.outputs)
                raise DagsterInvariantViolationError(
                    f'{self._where} returned a result for asset "{item.asset_key.to_user_string()}", '
                    f"which it does not make in this run; it makes {keys}"
                )
            slot = named[0]
        elif slot is None:
            slot = self._only(f"a {type(item).__name__}")
        for check in getattr(item, "check_results", None) or ():
            self._step.sink.checked(check, check.asset_key or slot.key)
        version, metadata = _text(item.data_version), item.metadata or {}
        if isinstance(item, results.ObserveResult):
            self._seen.add(slot.name)
            self._step.sink.observed(slot.key, version, metadata)
            return
        value = item.value if item.has_value else NO_VALUE
        self._made(slot, value, metadata, version)

    def _value(self, slot: OutputSlot, value: Any) -> None:
        if not slot.stores_value:
            if value is not None:
                raise DagsterTypeCheckDidNotPass(
                    f'asset "{slot.key.to_user_string()}" is declared to have no value ("-> None" or an AssetSpec '
                    f"without an I/O manager), but {self._where} returned a {kind_of(value)}; drop the value, or "
                    "annotate its type to have it stored"
                )
            value = NO_VALUE
        self._made(slot, value, {}, None)

    def _made(
        self, slot: OutputSlot, value: Any, metadata: Mapping[str, Any], version: str | None
    ) -> None:
        if slot.name in self._seen:
            raise DagsterInvariantViolationError(
                f'{self._where} gave output "{slot.name}" twice; give it once'
            )
        self._seen.add(slot.name)
        if self._step.definition.execution_type == "observation":
            self._step.sink.observed(slot.key, version, metadata)
            return
        merged = {**self._context.metadata_of(slot), **metadata}
        if self._step.definition.hook_defs:
            self._step.made[slot.name] = (None if value is NO_VALUE else value, dict(merged))
        if value is NO_VALUE and slot.stores_value and _names_a_type(slot.annotation):
            raise DagsterTypeCheckDidNotPass(
                f'asset "{slot.key.to_user_string()}" is annotated {typecheck.shown(slot.annotation)}, but '
                f"{self._where} returned a result without a value; pass value=... to MaterializeResult"
            )
        if value is not NO_VALUE and (slot.stores_value or value is not None):
            merged.update(self._store(slot, value, merged))
            self._step.values[slot.name] = value
        self._step.sink.materialized(slot.key, version, merged)

    def _store(self, slot: OutputSlot, value: Any, metadata: Mapping[str, Any]) -> dict[str, Any]:
        if not typecheck.fits(value, slot.annotation):
            raise DagsterTypeCheckDidNotPass(
                f'asset "{slot.key.to_user_string()}" is annotated {typecheck.shown(slot.annotation)}, but '
                f"{self._where} returned a {kind_of(value)}; change the annotation or the value"
            )
        step = self._step
        manager = self._manager_of(slot)
        context = OutputContext(
            step_key=step.name,
            name=slot.name,
            run_id=step.run.run_id,
            job_name=step.run.job_name,
            asset_key=slot.key,
            asset_spec=step.spec(slot.key),
            definition_metadata=slot.metadata,
            output_metadata=dict(metadata),
            annotation=slot.annotation,
            manager_key=slot.io_manager_key,
            session=step.session,
            log=self._log,
            resources=self._opened,
            op_def=step.definition.op,
        )
        returned = manager.handle_output(context, value)
        if hasattr(returned, "__next__"):
            for event in returned:
                context.log_event(event)
        if context.session is not None and not context.reported:
            context.tell_stored(manager, _unversioned(manager, value))
        return context.consume_logged_metadata()


def _names_a_type(annotation: Any) -> bool:
    return isinstance(annotation, type) and annotation is not type(None)


def _unversioned(manager: Any, value: Any) -> dict[str, Any]:
    """The `output` facts of a manager that writes where it likes."""
    facts = manager.storage_facts() if hasattr(manager, "storage_facts") else None
    facts = facts or {"kind": "custom", "base": None, "format": None}
    name = type(manager).__name__
    if facts["kind"] == "memory":
        note = f"{name} keeps values in the memory of one process: it is gone when the step ends"
    else:
        note = f"{name} writes in place: plait records that it was written, and keeps no earlier versions"
    return {
        "version": None,
        "versioned": False,
        "storage": {name: facts.get(name) for name in ("kind", "base", "format")},
        "directory": None,
        "files": {},
        "views": [],
        "rows": frames.rows(value),
        "columns": frames.columns(value),
        "note": note,
    }


def _text(version: Any) -> str | None:
    return None if version is None else str(getattr(version, "value", version))
