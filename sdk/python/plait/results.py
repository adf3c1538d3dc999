"""What a step's body may return, yield or raise, and how it is retried."""

from __future__ import annotations

from enum import Enum
from typing import Generic, TypeVar

from plait import check, names
from plait.errors import DagsterInvalidDefinitionError
from plait.keys import AssetCheckKey, AssetKey
from plait.metadata import MetadataValue, normalise
from plait.record import Record
from plait.specs import MISSING, check_later, coerce_deps, coerce_key

T = TypeVar("T")


class DataVersion(Record):
    """A text that is equal for equal data."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = check.text(value, "value of DataVersion")


class DataProvenance(Record):
    """What an asset's latest value was made from."""

    __slots__ = ("code_version", "input_data_versions", "input_storage_ids", "is_user_provided")

    def __init__(
        self, code_version, input_data_versions, input_storage_ids=None, is_user_provided=False
    ) -> None:
        self.code_version = code_version
        self.input_data_versions = dict(input_data_versions)
        self.input_storage_ids = dict(input_storage_ids or {})
        self.is_user_provided = is_user_provided


def _data_version(value, where: str) -> DataVersion | None:
    return check.opt_of(value, DataVersion, "data_version of %s" % where, "a DataVersion")


def _tags(value, where: str) -> dict | None:
    return None if value is None else names.tags(check.mapping(value, "tags of %s" % where))


class Output(Generic[T]):
    """One value of a step, with its metadata. ``output_name`` tells the outputs of a multi-asset apart."""

    def __init__(
        self,
        value: T,
        output_name: str | None = "result",
        metadata=None,
        data_version=None,
        *,
        tags=None,
    ) -> None:
        self._value = value
        self._output_name = check.text(output_name, "output_name")
        self._metadata = normalise(metadata)
        self._data_version = _data_version(data_version, "Output")
        self._tags = _tags(tags, "Output") or {}

    @property
    def value(self) -> T:
        return self._value

    @property
    def output_name(self) -> str:
        return self._output_name

    @property
    def metadata(self) -> dict:
        return self._metadata

    @property
    def data_version(self) -> DataVersion | None:
        return self._data_version

    @property
    def tags(self) -> dict:
        return self._tags

    def with_metadata(self, metadata) -> Output[T]:
        return Output(self._value, self._output_name, metadata, self._data_version, tags=self._tags)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Output) and self.__dict__ == other.__dict__

    __hash__ = None

    def __repr__(self) -> str:
        return "Output(%r, output_name=%r)" % (self._value, self._output_name)


class _Result(Record):
    """What materialising and observing have in common."""

    __slots__ = ()

    def _fill(self, asset_key, metadata, check_results, data_version, tags) -> None:
        where = type(self).__name__
        self.asset_key = None if asset_key is None else AssetKey.from_coercible(asset_key)
        if metadata is not None:
            normalise(metadata)
        self.metadata = None if metadata is None else dict(metadata)
        self.check_results = check.items(
            check_results, AssetCheckResult, "check_results of %s" % where, "an AssetCheckResult"
        )
        self.data_version = _data_version(data_version, where)
        self.tags = _tags(tags, where)

    def check_result_named(self, check_name: str) -> AssetCheckResult:
        for result in self.check_results:
            if result.check_name == check_name:
                return result
        raise check.CheckError("no check result of the name %r" % check_name)

    def _replace(self, **changed):
        return type(self)(**{**dict(zip(self._fields, self._values())), **changed})


class MaterializeResult(_Result, Generic[T]):
    """The asset was made. Without ``value`` the body stored the data itself; with it an I/O manager stores it."""

    __slots__ = ("asset_key", "metadata", "check_results", "data_version", "tags", "value")

    def __init__(
        self,
        asset_key=None,
        metadata=None,
        check_results=None,
        data_version=None,
        tags=None,
        value: T = MISSING,
    ) -> None:
        self._fill(asset_key, metadata, check_results, data_version, tags)
        self.value = value

    @property
    def has_value(self) -> bool:
        return self.value is not MISSING


class ObserveResult(_Result):
    """The asset was looked at."""

    __slots__ = ("asset_key", "metadata", "check_results", "data_version", "tags")

    def __init__(
        self, asset_key=None, metadata=None, check_results=None, data_version=None, tags=None
    ) -> None:
        self._fill(asset_key, metadata, check_results, data_version, tags)


class _Event(Record):
    __slots__ = ()

    def _fill(self, asset_key, description, metadata, partition, tags) -> None:
        where = type(self).__name__
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.description = check.opt_text(description, "description of %s" % where)
        self.metadata = normalise(metadata)
        self.partition = check.opt_text(partition, "partition of %s" % where)
        self.tags = _tags(tags, where) or {}

    @property
    def label(self) -> str:
        return " ".join(self.asset_key.path)

    def with_metadata(self, metadata):
        return type(self)(self.asset_key, self.description, metadata, self.partition, self.tags)


class AssetMaterialization(_Event):
    """An event: this asset was made."""

    __slots__ = ("asset_key", "description", "metadata", "partition", "tags")

    def __init__(
        self, asset_key, description=None, metadata=None, partition=None, tags=None
    ) -> None:
        self._fill(asset_key, description, metadata, partition, tags)

    @staticmethod
    def file(path: str, description: str | None = None, asset_key=None) -> AssetMaterialization:
        """A materialization that points at a file."""
        return AssetMaterialization(
            path if asset_key is None else asset_key,
            description,
            {"path": MetadataValue.path(path)},
        )


class AssetObservation(_Event):
    """An event: this asset was looked at."""

    __slots__ = ("asset_key", "description", "metadata", "partition", "tags")

    def __init__(
        self, asset_key, description=None, metadata=None, partition=None, tags=None
    ) -> None:
        self._fill(asset_key, description, metadata, partition, tags)


class AssetCheckSeverity(Enum):
    """How bad it is that a check did not pass."""

    WARN = "WARN"
    ERROR = "ERROR"


class AssetCheckSpec(Record):
    """A check that the step of an asset evaluates and reports."""

    __slots__ = (
        "name",
        "asset_key",
        "description",
        "additional_deps",
        "blocking",
        "metadata",
        "automation_condition",
        "partitions_def",
    )

    def __init__(
        self,
        name,
        *,
        asset,
        description=None,
        additional_deps=None,
        blocking=False,
        metadata=None,
        automation_condition=None,
        partitions_def=None,
    ) -> None:
        where = "AssetCheckSpec %s" % (name,)
        check_later(where, "automation_condition", automation_condition)
        check_later(where, "partitions_def", partitions_def)
        self.name = check.text(name, "name of AssetCheckSpec")
        self.asset_key = coerce_key(asset)
        self.description = check.opt_text(description, "description")
        self.additional_deps = coerce_deps(additional_deps, "check %s" % name)
        if self.asset_key in [dep.asset_key for dep in self.additional_deps]:
            raise DagsterInvalidDefinitionError(
                "check %s: asset %s stands in additional_deps too; leave it out there"
                % (name, self.asset_key.to_user_string())
            )
        self.blocking = check.flag(blocking, "blocking")
        self.metadata = check.mapping(metadata, "metadata")
        self.automation_condition = automation_condition
        self.partitions_def = partitions_def

    @property
    def key(self) -> AssetCheckKey:
        return AssetCheckKey(self.asset_key, self.name)

    def get_python_identifier(self) -> str:
        return "%s_%s" % (self.asset_key.to_python_identifier(), self.name)

    def replace_key_of_asset(self, asset_key: AssetKey) -> AssetCheckSpec:
        return AssetCheckSpec(
            self.name,
            asset=asset_key,
            description=self.description,
            additional_deps=self.additional_deps,
            blocking=self.blocking,
            metadata=self.metadata,
        )


class AssetCheckResult(Record):
    """The outcome of a check."""

    __slots__ = ("passed", "asset_key", "check_name", "metadata", "severity", "description")

    def __init__(
        self,
        *,
        passed,
        asset_key=None,
        check_name=None,
        metadata=None,
        severity=AssetCheckSeverity.ERROR,
        description=None,
    ) -> None:
        unboxed = (
            passed.item()
            if type(passed).__name__ in ("bool_", "bool") and hasattr(passed, "item")
            else passed
        )
        self.passed = check.flag(unboxed, "passed")
        self.asset_key = None if asset_key is None else AssetKey.from_coercible(asset_key)
        self.check_name = check.opt_text(check_name, "check_name")
        self.metadata = normalise(metadata)
        self.severity = check.of(severity, AssetCheckSeverity, "severity", "an AssetCheckSeverity")
        self.description = check.opt_text(description, "description")

    def with_metadata(self, metadata) -> AssetCheckResult:
        return AssetCheckResult(
            passed=self.passed,
            asset_key=self.asset_key,
            check_name=self.check_name,
            metadata=metadata,
            severity=self.severity,
            description=self.description,
        )


class AssetCheckEvaluation(Record):
    """An event: this check was evaluated."""

    __slots__ = (
        "asset_key",
        "check_name",
        "passed",
        "metadata",
        "severity",
        "description",
        "blocking",
        "partition",
    )

    def __init__(
        self,
        asset_key,
        check_name,
        passed,
        metadata=None,
        target_materialization_data=None,
        severity=AssetCheckSeverity.ERROR,
        description=None,
        blocking=None,
        partition=None,
    ) -> None:
        self.asset_key = asset_key
        self.check_name = check_name
        self.passed = passed
        self.metadata = normalise(metadata)
        self.severity = severity
        self.description = description
        self.blocking = blocking
        self.partition = partition

    @property
    def asset_check_key(self) -> AssetCheckKey:
        return AssetCheckKey(self.asset_key, self.check_name)


class Failure(Exception):
    """Raised by a body: the step has failed, for a reason given in words and metadata."""

    def __init__(
        self, description: str | None = None, metadata=None, allow_retries: bool | None = None
    ) -> None:
        super().__init__(description)
        self.description = check.opt_text(description, "description of Failure")
        self.metadata = normalise(metadata)
        self.allow_retries = (
            True if allow_retries is None else check.flag(allow_retries, "allow_retries")
        )


class RetryRequested(Exception):
    """Raised by a body: try the step again."""

    def __init__(self, max_retries: int = 1, seconds_to_wait: float | int | None = None) -> None:
        super().__init__()
        self.max_retries = check.of(max_retries, int, "max_retries", "an integer")
        self.seconds_to_wait = check.opt_of(
            seconds_to_wait, (int, float), "seconds_to_wait", "a number of seconds"
        )


class Backoff(Enum):
    """How the wait grows from one retry to the next."""

    LINEAR = "LINEAR"
    EXPONENTIAL = "EXPONENTIAL"


class Jitter(Enum):
    """How the wait is made uneven, so that retries of many steps do not come at once."""

    FULL = "FULL"
    PLUS_MINUS = "PLUS_MINUS"


class RetryPolicy(Record):
    """Try a failed step again, ``max_retries`` times, ``delay`` seconds apart."""

    __slots__ = ("max_retries", "delay", "backoff", "jitter")

    def __init__(
        self,
        max_retries: int = 1,
        delay: float | int | None = None,
        backoff: Backoff | None = None,
        jitter: Jitter | None = None,
    ) -> None:
        self.max_retries = check.of(max_retries, int, "max_retries", "an integer")
        self.delay = check.opt_of(delay, (int, float), "delay", "a number of seconds")
        self.backoff = check.opt_of(backoff, Backoff, "backoff", "a Backoff")
        self.jitter = check.opt_of(jitter, Jitter, "jitter", "a Jitter")
        if delay is None and (backoff is not None or jitter is not None):
            raise DagsterInvalidDefinitionError(
                "RetryPolicy: backoff and jitter need a delay; give delay=SECONDS"
            )

    def calculate_delay(self, attempt_num: int) -> float:
        """Seconds to wait before retry ``attempt_num`` (1-based)."""
        delay = self.delay or 0
        if self.backoff is Backoff.EXPONENTIAL:
            wait = (2**attempt_num - 1) * delay
        elif self.backoff is Backoff.LINEAR:
            wait = attempt_num * delay
        else:
            wait = delay
        if self.jitter is None:
            return wait
        from random import random

        if self.jitter is Jitter.FULL:
            return random() * wait
        return wait + (2 * random() - 1) * delay
