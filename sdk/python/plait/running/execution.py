"""Running one step's body: resources, inputs, the call, its results, their storage.

The one path for a host's steps (host/runner.py) and for `materialize()` (materialize.py). It refuses to know where
facts go: a `Sink` takes them.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from plait import signatures
from plait.coroutines import finished
from plait.define.assets import AssetsDefinition
from plait.define.managers import input_manager_of, with_default_manager
from plait.errors import PlaitNotCoveredError
from plait.log import to_sink
from plait.resources import open_resources
from plait.running.context import AssetExecutionContext, entered
from plait.running.inputs import load_inputs
from plait.running.managers import LateManagers
from plait.running.outputs import Outputs
from plait.running.step import Step


def needed_resources(step: Step) -> set[str]:
    """Keys of every resource that running the step takes."""
    needed = set(step.definition.required_resource_keys)
    needed.update(
        input_manager_of(slot, step.catalog) for slot in step.definition.inputs if slot.loaded
    )
    return needed


def run_step(step: Step) -> None:
    """Run a step to its end. Raises what user code, a manager or a check raised; resources are torn down anyway."""
    if step.definition.refusal is not None:
        raise PlaitNotCoveredError(step.definition.refusal)
    given = with_default_manager(step.resources)
    with (
        to_sink(step.sink.log) as log,
        open_resources(given, needed_resources(step), run=step.run, log=log) as opened,
    ):
        context = AssetExecutionContext(step=step, resources=opened, log=log)
        with (
            entered(context),
            _hooks(step, opened, log),
            LateManagers(step, given, opened, log) as managers,
        ):
            arguments = load_inputs(step, opened, log)
            results = Outputs(step, opened, log, context, managers.get)
            results.take(_call(step, context, opened, arguments))


def _hooks(step: Step, opened: Any, log: Any) -> Any:
    if not step.definition.hook_defs:
        return nullcontext()
    from plait.running.hooks import AfterStep

    return AfterStep(step, opened, log)


def _call(step: Step, context: Any, opened: Any, arguments: dict[str, Any]) -> Any:
    definition = step.definition
    keywords = dict(arguments)
    for parameter, key in definition.resource_parameters.items():
        keywords[parameter] = getattr(opened, key)
    if definition.config_parameter:
        keywords[definition.config_parameter] = config_for(definition, step.config)
    positional = []
    if definition.context_parameter:
        if definition.context_parameter in signatures.read(definition.fn).positional:
            positional = [context]
        else:
            keywords[definition.context_parameter] = context
    return finished(definition.fn(*positional, **keywords))


def config_for(definition: AssetsDefinition, given: Any) -> Any:
    """The value of the `config` parameter: an instance of its class, made of the run's configuration."""
    kind = definition.config_type
    if isinstance(kind, type) and isinstance(given, kind):
        return given
    if getattr(kind, "__plait_config__", False):
        return kind.from_values(given, definition.name)
    return given or {}
