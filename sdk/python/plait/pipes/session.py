"""One conversation with an external process: its context goes out, its messages come in."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import Any, Iterator, Mapping, Sequence

from plait import check
from plait.pipes import protocol
from plait.pipes.handler import (
    PipesExecutionResult,
    PipesLaunchedData,
    PipesMessageHandler,
    keys_in_scope,
)
from plait.results import MaterializeResult
from plait.running.direct import DirectExecutionContext

#: under this key a reader gives the parameters of several writers (composite.py)
WRITERS = "dagster_pipes_composite_writers"

_RETURN_RESULTS = (
    "what the external process reported must be returned or yielded: `return client.run(...).get_results()`, "
    "`return client.run(...).get_materialize_result()`, or `yield from session.get_results()` after the "
    "`with open_pipes_session(...)` block"
)


class PipesSession:
    """What a process needs to be started, and what it has reported so far."""

    def __init__(
        self,
        context_data: Mapping[str, Any],
        message_handler: PipesMessageHandler,
        context_injector_params: Mapping[str, Any],
        message_reader_params: Mapping[str, Any],
        context: Any,
        created_at: datetime | None = None,
    ) -> None:
        self.context_data = context_data
        self.message_handler = message_handler
        self.context_injector_params = context_injector_params
        self.message_reader_params = message_reader_params
        self.context = context
        self.created_at = created_at or datetime.now()

    # For the start of the process.

    def get_bootstrap_params(self) -> Mapping[str, Any]:
        """The two parameters, not encoded."""
        return _bootstrap(self.context_injector_params, self.message_reader_params)

    def get_bootstrap_env_vars(self) -> Mapping[str, str]:
        """The environment variables that the process must see."""
        return _as_variables(self.get_bootstrap_params())

    def get_bootstrap_cli_arguments(self) -> Mapping[str, str]:
        """Command line options and their values, where the environment cannot be set."""
        return _as_options(self.get_bootstrap_params())

    def get_per_writer_bootstrap_env_vars(self) -> Sequence[Mapping[str, str]]:
        """The environment variables of each process, where several report into one session."""
        return [_as_variables(params) for params in self._per_writer()]

    def get_per_writer_bootstrap_cli_arguments(self) -> Sequence[Mapping[str, str]]:
        return [_as_options(params) for params in self._per_writer()]

    def _per_writer(self) -> list[dict[str, Any]]:
        several = self.message_reader_params.get(WRITERS, [self.message_reader_params])
        return [_bootstrap(self.context_injector_params, one) for one in several]

    @property
    def stdio(self) -> Mapping[str, int]:
        """The descriptors that the reader wants the process's "stdout" or "stderr" connected to."""
        return dict(self.message_handler.stdio)

    def report_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Hand the reader what is known of the process only once it runs."""
        self.message_handler.on_launched(launched_payload)

    # What it reported.

    def get_results(
        self, *, implicit_materializations: bool = True, metadata: Mapping[str, Any] | None = None
    ) -> Sequence[PipesExecutionResult]:
        """Everything reported, and a result for each asset of the step that was not. `metadata` is added to each."""
        results = list(self.get_reported_results())
        if implicit_materializations:
            reported = {
                result.asset_key for result in results if isinstance(result, MaterializeResult)
            }
            results += [
                MaterializeResult(asset_key=key)
                for key in keys_in_scope(self.context)
                if key not in reported
            ]
        if not metadata:
            return tuple(results)
        return tuple([_with_metadata(result, metadata) for result in results])

    def get_reported_results(self) -> Sequence[PipesExecutionResult]:
        return self.message_handler.get_reported_results()

    def get_custom_messages(self) -> Sequence[Any]:
        """The payloads that the process sent with `report_custom_message`."""
        return self.message_handler.get_custom_messages()


def _with_metadata(result: Any, metadata: Mapping[str, Any]) -> Any:
    merged = {**(result.metadata or {}), **metadata}
    if isinstance(result, MaterializeResult):
        return result._replace(metadata=merged)
    return result.with_metadata(merged)


def _bootstrap(context: Mapping[str, Any], messages: Mapping[str, Any]) -> dict[str, Any]:
    return {protocol.CONTEXT_VARIABLE: context, protocol.MESSAGES_VARIABLE: messages}


def _as_variables(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: protocol.encode(value) for name, value in params.items()}


def _as_options(params: Mapping[str, Any]) -> dict[str, str]:
    return {protocol.option(name): protocol.encode(value) for name, value in params.items()}


def context_data_of(context: Any, extras: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the process is told about the step (doc/formats/step.md)."""
    import json

    extras = check.mapping(extras, "extras")
    try:
        json.dumps(extras)
    except (TypeError, ValueError) as error:
        raise check.CheckError(f"extras cannot be written as JSON: {error}") from None
    direct = isinstance(context, DirectExecutionContext)
    keys = sorted(keys_in_scope(context)) if context.has_assets_def else None
    partition = context.partition_key if context.has_partition_key else None
    return {
        "asset_keys": None if keys is None else [key.to_escaped_user_string() for key in keys],
        "code_version_by_asset_key": None
        if keys is None
        else {
            key.to_escaped_user_string(): context.assets_def.specs_by_key[key].code_version
            for key in keys
        },
        "provenance_by_asset_key": None
        if keys is None
        else {key.to_escaped_user_string(): None for key in keys},
        "partition_key": partition,
        "partition_key_range": None
        if partition is None
        else {"start": partition, "end": partition},
        "partition_time_window": None,
        "run_id": context.run_id,
        "job_name": None if direct else context.job_name,
        "retry_number": 0 if direct else context.retry_number,
        "extras": extras,
    }


@contextmanager
def open_pipes_session(
    context: Any,
    context_injector: Any,
    message_reader: Any,
    extras: Mapping[str, Any] | None = None,
) -> Iterator[PipesSession]:
    """A session around a process that the block starts and waits for in its own way.

    On leaving, messages that are there are read to the end; `DagsterPipesExecutionError` when one cannot be taken.
    """
    with session_of(context, context_injector, message_reader, extras) as session:
        yield session
    session.message_handler.raise_faults()


@contextmanager
def session_of(
    context: Any, injector: Any, reader: Any, extras: Mapping[str, Any] | None
) -> Iterator[PipesSession]:
    """The same, which leaves it to the caller to raise faults."""
    if context.has_assets_def:
        context.set_requires_typed_event_stream(error_message=_RETURN_RESULTS)
    data = context_data_of(context, extras)
    handler = PipesMessageHandler(context, reader)
    try:
        with injector.inject_context(data) as told, handler.handle_messages() as heard:
            yield PipesSession(data, handler, told, heard, context)
    finally:
        _warn_of_silence(handler, injector, reader)


def _warn_of_silence(handler: PipesMessageHandler, injector: Any, reader: Any) -> None:
    if not handler.received_opened_message:
        handler.context.log.warning(
            "[pipes] no messages came from the external process: it does not speak Pipes, or it ended before it could. "
            "Its output may tell more.\n"
            f"{type(injector).__name__}: {injector.no_messages_debug_text()}\n"
            f"{type(reader).__name__}: {reader.no_messages_debug_text()}"
        )
    elif not handler.received_closed_message:
        handler.context.log.warning(
            "[pipes] the external process ended without closing its session: messages that it still held are lost. "
            "Let it close at its end (in Python: `with open_dagster_pipes() as pipes:`)"
        )
