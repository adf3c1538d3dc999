"""Runs the steps of one location, and tells what they tell. What a step is to do stands in its context (step.md)."""

from __future__ import annotations

import os
import sys
from typing import Any, Mapping

from plait import log
from plait.define.managers import with_default_manager
from plait.host import failure
from plait.host.compile import load, territory_of
from plait.host.messages import Messages
from plait.host.reads import Reads
from plait.host.territory import Territory
from plait.io import frames
from plait.io.staging import Session
from plait.keys import AssetKey
from plait.metadata import serialise
from plait.running.execution import run_step
from plait.running.step import Run, Sink, Step


def warm(loaded: Any) -> None:
    """Import, before forking, what every step needs; resolve the definitions."""
    import pickle  # noqa: F401

    from plait.io import filesystem  # noqa: F401

    frames.warm()
    log.warm()
    if "plait.define.hooks" in sys.modules:
        from plait.running import hooks  # noqa: F401
    if "plait.pipes" in sys.modules:
        import tempfile  # noqa: F401

        from plait.pipes import child  # noqa: F401
    resolved = loaded.definitions.resolve()
    with_default_manager(resolved.resources)


class Runner:
    """Runs steps of one location in this process. What does not depend on the step is looked up once, before any fork."""

    def __init__(self, loaded: Any) -> None:
        warm(loaded)
        resolved = loaded.definitions.resolve()
        #: the state directory
        self.state: str = loaded.state
        self._territory: Territory = loaded.territory
        self._location: str = loaded.location["name"]
        self._catalog = resolved.assets
        self._definitions: dict[str, Any] = dict(resolved.steps)
        self._resources = with_default_manager(resolved.resources)
        self._keys = {
            key.to_escaped_user_string(): key
            for definition in self._definitions.values()
            for key in definition.keys
        }
        #: by step: upstreams that managers load, and so tell of
        self._loads = {
            name: {slot.key.to_escaped_user_string() for slot in definition.inputs if slot.loaded}
            for name, definition in self._definitions.items()
        }

    def run(self, context: dict, part: dict, messages: Messages) -> None:
        """Run the step that `context` (its part for plait is `part`) describes; raises whatever goes wrong."""
        name = part["step"]
        definition = self._definitions.get(name)
        if definition is None:
            raise LookupError(
                f'step "{name}" is not in the code of location "{self._location}" any more; '
                "load the location again"
            )
        pins = part.get("inputs") or {}
        session = Session(self._location, pins, part.get("outputs") or {}, messages.custom)
        step = Step(
            name,
            definition,
            self._catalog,
            self._resources,
            Run(context["run_id"], context.get("job_name"), part.get("run_tags")),
            _MessageSink(messages, definition, self._territory),
            selected=[self._key(text) for text in context["asset_keys"]],
            session=session,
            retry_number=context.get("retry_number") or 0,
        )
        unloaded = pins.keys() - self._loads[name]
        reads = Reads(session, unloaded) if unloaded else None
        try:
            run_step(step)
        finally:
            if reads is not None:
                reads.report()

    def _key(self, text: str) -> AssetKey:
        return self._keys.get(text) or AssetKey.from_escaped_user_string(text)

    def exception(self, error: BaseException, part: dict) -> dict:
        """What `run` raised, as the exception of `closed`."""
        exception = failure.of_step(error, self._territory)
        definition = self._definitions.get(part["step"])
        if exception["file"] is None and definition is not None and definition.source is not None:
            file, line = definition.source
            exception.update(file=os.path.abspath(file), line=line)
        if isinstance(error, SystemExit):
            exception["message"] = f"the step called sys.exit({error.code!r})"
            exception["hint"] = "return from the function to succeed, raise dg.Failure(...) to fail"
        return exception


class Unloadable:
    """In the place of a runner where the code could not be loaded: why is every step's exception."""

    def __init__(self, error: BaseException, location: dict, state: str) -> None:
        self.state = state
        self._error = error
        self._territory = territory_of(location)
        told = failure.of_loading(error, location, self._territory)
        self._exception = failure.of_step(error, self._territory)
        self._exception.update(message=told["message"], hint=told["hint"])

    def run(self, context: dict, part: dict, messages: Messages) -> None:
        raise self._error

    def exception(self, error: BaseException, part: dict) -> dict:
        if error is self._error:
            return self._exception
        return failure.of_step(error, self._territory)


def loading(location: dict, state: str) -> Runner | Unloadable:
    """A runner whose code is loaded here and now."""
    try:
        return Runner(load(location, state, lambda module: None))
    except BaseException as error:
        return Unloadable(error, location, state)


class _MessageSink(Sink):
    """Turns what a step tells into messages."""

    def __init__(self, messages: Messages, definition: Any, territory: Any) -> None:
        self._messages = messages
        self._territory = territory
        self._definition = definition

    def log(self, level: str, message: str) -> None:
        self._messages.log(level, message)

    def added_metadata(self, key: Any, metadata: Mapping[str, Any]) -> None:
        facts = {"asset_key": key.to_escaped_user_string(), "metadata": _encoded(metadata)}
        self._messages.custom("metadata", facts)

    def materialized(self, key: Any, data_version: str | None, metadata: Mapping[str, Any]) -> None:
        self._messages.send(
            "report_asset_materialization",
            {
                "asset_key": key.to_escaped_user_string(),
                "data_version": data_version,
                "metadata": _encoded(metadata),
            },
            wait=True,
        )

    def observed(self, key: Any, data_version: str | None, metadata: Mapping[str, Any]) -> None:
        self._messages.custom(
            "observation",
            {
                "asset_key": key.to_escaped_user_string(),
                "data_version": data_version,
                "metadata": _encoded(metadata),
            },
        )

    def custom(self, payload: Any) -> None:
        if (
            not isinstance(payload, dict) or "plait" not in payload
        ):  # that is how plait marks its own
            self._messages.send("report_custom_message", {"payload": payload})

    def hook(self, name: str, status: str, error: BaseException | None) -> None:
        facts = {"name": name, "status": status, "error": None}
        if error is not None:
            facts["error"] = failure.of_step(error, self._territory)
            del facts["error"]["retry"]
            place = facts["error"]
            where = f" ({place['file']}:{place['line']})" if place["file"] else ""
            self._messages.log(
                "ERROR", f'hook "{name}" failed: {type(error).__name__}: {error}{where}'
            )
        self._messages.custom("hook", facts)

    def checked(self, result: Any, key: Any) -> None:
        name = result.check_name
        if name is None:
            names = [spec.name for spec in self._definition.check_specs if spec.asset_key == key]
            name = names[0] if names else "check"
        self._messages.send(
            "report_asset_check",
            {
                "asset_key": key.to_escaped_user_string(),
                "check_name": name,
                "passed": bool(result.passed),
                "severity": getattr(result.severity, "value", "ERROR"),
                "metadata": _encoded(result.metadata or {}),
            },
        )


def _encoded(metadata: Mapping[str, Any]) -> dict:
    if not metadata:
        return {}
    return serialise(metadata)
