"""Loading what a step takes, by the I/O managers of its upstreams."""

from __future__ import annotations

from typing import Any

from plait import signatures, typecheck
from plait.define.assets import InputSlot
from plait.define.managers import input_manager_of, with_default_manager
from plait.errors import DagsterTypeCheckDidNotPass
from plait.io import frames
from plait.io.contexts import InputContext, OutputContext
from plait.keys import AssetKey
from plait.resources import open_resources
from plait.running.step import Step
from plait.typecheck import kind_of


def load_inputs(step: Step, opened: Any, log: Any) -> dict[str, Any]:
    arguments = {}
    for slot in step.definition.inputs:
        if slot.loaded:
            arguments[slot.name] = _load(step, slot, opened, log)
    return arguments


def _load(step: Step, slot: InputSlot, opened: Any, log: Any) -> Any:
    manager_key = input_manager_of(slot, step.catalog)
    manager = getattr(opened, manager_key)
    context = _input_context(step, slot, opened, log)
    value = manager.load_input(context)
    if context.session is not None and not context.reported:
        # A manager that writes in place has one value only: the one of the latest version.
        pin = context.session.pin(slot.key)
        version = pin.version if pin is not None and not pin.files else None
        context.tell_opened(version, False, None, frames.rows(value))
    if not typecheck.fits(value, slot.annotation):
        raise DagsterTypeCheckDidNotPass(
            f'asset "{slot.key.to_user_string()}" was loaded for parameter "{slot.name}" of '
            f"{step.definition.name} as a {kind_of(value)}, but the parameter is annotated "
            f"{typecheck.shown(slot.annotation)}; change the annotation, or what the upstream returns"
        )
    return value


def _input_context(step: Step, slot: InputSlot, opened: Any, log: Any) -> InputContext:
    upstream = None
    spec, maker = step.catalog.get(slot.key, (None, None))
    if maker is not None:
        output = maker.output_for(slot.key)
        upstream = OutputContext(
            step_key=maker.name,
            name=output.name,
            run_id=step.run.run_id,
            job_name=step.run.job_name,
            asset_key=slot.key,
            asset_spec=spec,
            definition_metadata=output.metadata,
            annotation=output.annotation,
            log=log,
            resources=opened,
        )
    return InputContext(
        name=slot.name,
        job_name=step.run.job_name,
        asset_key=slot.key,
        asset_spec=spec,
        definition_metadata=slot.metadata,
        annotation=slot.annotation,
        upstream_output=upstream,
        session=step.session,
        log=log,
        resources=opened,
        op_def=step.definition.op,
    )


def load_in_step(step: Step, key: AssetKey, python_type: Any, opened: Any, log: Any) -> Any:
    """`context.load_asset_value`: the managers that the step does not need otherwise are opened for it."""
    slot = InputSlot(key.path[-1], key, None, python_type or signatures.EMPTY, {})
    manager_key = input_manager_of(slot, step.catalog)
    resources = with_default_manager(step.resources)
    with open_resources(resources, {manager_key}, run=step.run, log=log) as managers:
        return _load(step, slot, managers, log)
