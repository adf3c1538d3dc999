"""What a session makes of the messages that a process sends: results, log records, custom messages, and faults."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Mapping, Sequence, TypedDict, Union

from plait.errors import CheckError, DagsterError, DagsterPipesExecutionError
from plait.keys import AssetKey
from plait.pipes import protocol
from plait.pipes.values import metadata_of
from plait.results import AssetCheckResult, AssetCheckSeverity, DataVersion, MaterializeResult

PipesExecutionResult = Union[MaterializeResult, AssetCheckResult]

_LEVELS = {
    "DEBUG": 10,
    "INFO": 20,
    "WARNING": 30,
    "WARN": 30,
    "ERROR": 40,
    "CRITICAL": 50,
    "FATAL": 50,
}
_SHOWN = 200  # characters of a strange line that are quoted


class PipesLaunchedData(TypedDict):
    """What the starting side tells a reader once the process has been started."""

    extras: Mapping[str, Any]


class PipesMessageHandler:
    """Takes messages, from any thread. A message that cannot be taken is a *fault*: it is logged at once and fails the
    session at its end, and the messages behind it are still taken."""

    def __init__(self, context: Any, message_reader: Any) -> None:
        self._context = context
        self._message_reader = message_reader
        self._results: list[PipesExecutionResult] = []
        self._custom: list[Any] = []
        self._opened = self._closed = 0
        self._strange: set[str] = set()
        self._takers: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "opened": self._take_opened,
            "closed": self._take_closed,
            "log": self._take_log,
            "log_external_stream": self._take_stream,
            "report_asset_materialization": self._take_materialization,
            "report_asset_check": self._take_check,
            "report_custom_message": self._take_custom,
        }
        #: sentences about messages that could not be taken
        self.faults: list[str] = []
        #: the exception that the process closed with
        self.exception: Any = None
        #: "stdout", "stderr" -> the descriptor that a reader wants the process to write that stream to
        self.stdio: dict[str, int] = {}
        #: whether ordinary output that a reader comes across goes on to the step's own
        self.forward_stdio = True

    @property
    def context(self) -> Any:
        return self._context

    @contextmanager
    def handle_messages(self) -> Iterator[Mapping[str, Any]]:
        """Read messages while inside; gives the parameters that the process needs to write them."""
        with self._message_reader.read_messages(self) as params:
            yield params

    def get_reported_results(self) -> Sequence[PipesExecutionResult]:
        return tuple(self._results)

    def get_custom_messages(self) -> Sequence[Any]:
        return tuple(self._custom)

    @property
    def received_opened_message(self) -> bool:
        return self._opened > 0

    @property
    def received_closed_message(self) -> bool:
        """Whether every writer that the reader expects has closed."""
        return self._closed >= self._message_reader.expected_writer_count

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        self._message_reader.on_launched(launched_payload)

    # What readers hand over.

    def handle_message(self, message: Mapping[str, Any]) -> None:
        """Take one message. Never raises."""
        method, params = message.get("method"), message.get("params")
        if message.get(protocol.VERSION_FIELD, protocol.VERSION) != protocol.VERSION:
            self._once(
                f"[pipes] the process speaks version {message[protocol.VERSION_FIELD]!r:.20} of the protocol, plait "
                f"{protocol.VERSION}: not everything may be understood"
            )
        if self.received_closed_message:
            self._context.log.warning(
                f"[pipes] a message came after the process had closed its session: {method}"
            )
        take = self._takers.get(method) if isinstance(method, str) else None
        if take is None:
            self._once(
                f"[pipes] a message of method {method!r:.100} was left out: plait does not know it"
            )
            return
        if params is not None and not isinstance(params, dict):
            self.fault(f"{method}: params must be an object, not {params!r:.100}")
            return
        try:
            take(params or {})
        except (DagsterError, CheckError) as error:
            self.fault(f"{method}: {error}")
        except Exception:
            self.report_pipes_framework_exception(f"the handling of {method}", sys.exc_info())

    def handle_line(self, line: bytes) -> bool:
        """Take the message that stands on a line; False when it is none."""
        message = protocol.read_message(line)
        if message is not None:
            self.handle_message(message)
        return message is not None

    def garbled(self, line: bytes) -> None:
        """Tell of a line where only messages should be."""
        text = line.decode("utf-8", "replace").strip()
        if text:
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]} … ({len(line)} bytes)"
            self._context.log.warning(f"[pipes] this is no message and was left out: {shown}")

    def forward(self, stream: str, data: bytes) -> None:
        """Pass ordinary output on to the step's own, as it is."""
        if not self.forward_stdio:
            return
        target = sys.stderr if stream == "stderr" else sys.stdout
        try:
            if hasattr(target, "buffer"):
                target.flush()
                target.buffer.write(data)
            else:
                target.write(data.decode("utf-8", "replace"))
            target.flush()
        except (OSError, ValueError):
            pass  # nobody listens any more

    def fault(self, sentence: str) -> None:
        """Note a message that could not be taken."""
        self.faults.append(sentence)
        self._context.log.error(f"[pipes] a message could not be taken: {sentence}")

    def report_pipes_framework_exception(self, origin: str, exc_info: Any) -> None:
        """A reader, or a hook of one, has raised: that is a fault too."""
        self.faults.append(f"{origin} raised {exc_info[0].__name__}: {exc_info[1]}")
        self._context.log.error(f"[pipes] {origin} raised an exception", exc_info=exc_info)

    def raise_faults(self) -> None:
        """Raise `DagsterPipesExecutionError` when messages could not be taken."""
        if self.faults:
            more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
            raise DagsterPipesExecutionError(
                f"the external process sent what cannot be taken: {self.faults[0]}{more}"
            )

    def _once(self, sentence: str) -> None:
        if sentence not in self._strange:
            self._strange.add(sentence)
            self._context.log.warning(sentence)

    # The messages.

    def _take_opened(self, params: Mapping[str, Any]) -> None:
        self._opened += 1
        if self._opened == 1:
            self._context.log.debug("[pipes] the external process has opened its session")
        self._message_reader.on_opened({"extras": params.get("extras") or {}, **params})

    def _take_closed(self, params: Mapping[str, Any]) -> None:
        self._closed += 1
        if params.get("exception"):
            self.exception = params["exception"]
            self._context.log.error(
                "[pipes] the external process closed with an exception\n"
                + protocol.exception_text(self.exception)
            )

    def _take_log(self, params: Mapping[str, Any]) -> None:
        level = str(params.get("level") or "INFO").upper()
        self._context.log.log(_LEVELS.get(level, _LEVELS["INFO"]), "%s", params.get("message"))

    def _take_stream(self, params: Mapping[str, Any]) -> None:
        text = str(params.get("text") or "")
        self.forward(str(params.get("stream")), text.encode("utf-8", "surrogateescape"))

    def _take_materialization(self, params: Mapping[str, Any]) -> None:
        version = params.get("data_version")
        self._results.append(
            MaterializeResult(
                self._key(params),
                metadata=metadata_of(params.get("metadata")),
                data_version=None if version is None else DataVersion(version),
            )
        )

    def _take_check(self, params: Mapping[str, Any]) -> None:
        severity = params.get("severity") or "ERROR"
        if severity not in AssetCheckSeverity.__members__:
            raise CheckError(f"severity must be WARN or ERROR, not {severity!r:.100}")
        if not isinstance(params.get("check_name"), str):
            raise CheckError("check_name must be a string, but is missing or something else")
        self._results.append(
            AssetCheckResult(
                passed=params.get("passed"),
                asset_key=self._key(params, checked=True),
                check_name=params["check_name"],
                metadata=metadata_of(params.get("metadata")),
                severity=AssetCheckSeverity[severity],
            )
        )

    def _take_custom(self, params: Mapping[str, Any]) -> None:
        self._custom.append(params.get("payload"))
        if hasattr(self._context, "tell_custom"):  # a context made up for a test may have less
            self._context.tell_custom(params.get("payload"))

    def _key(self, params: Mapping[str, Any], checked: bool = False) -> AssetKey:
        """The asset that a message is about, which must be one of the step's."""
        text, scope = params.get("asset_key"), keys_in_scope(self._context)
        if text is None and len(scope) == 1:
            return scope[0]
        if not isinstance(text, str):
            raise CheckError(f"asset_key must say which asset is meant, not {text!r:.100}")
        key = AssetKey.from_escaped_user_string(text)
        allowed = list(scope)
        if checked and scope:
            allowed += [spec.asset_key for spec in self._context.assets_def.check_specs]
        if scope and key not in allowed:
            known = ", ".join(one.to_user_string() for one in scope)
            raise DagsterPipesExecutionError(
                f'asset "{key.to_user_string()}" is not one that this step makes; it makes {known}'
            )
        return key


def keys_in_scope(context: Any) -> list[AssetKey]:
    """The assets that the step makes in this run, in the order of their definition; none without an asset."""
    if not context.has_assets_def:
        return []
    chosen = context.selected_asset_keys
    return [key for key in context.assets_def.keys_in_order if key in chosen]
