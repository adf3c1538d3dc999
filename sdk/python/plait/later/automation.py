"""Schedules, sensors, automation conditions, and what their functions return. Nothing here starts a run yet."""

from __future__ import annotations

from enum import Enum

from plait import check
from plait.inert import Chain, Definition, Value, named, opaque
from plait.keys import AssetKey


class DefaultScheduleStatus(Enum):
    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class DefaultSensorStatus(Enum):
    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class DagsterRunStatus(Enum):
    """The states of a run, as Dagster names them."""

    QUEUED = "QUEUED"
    NOT_STARTED = "NOT_STARTED"
    MANAGED = "MANAGED"
    STARTING = "STARTING"
    STARTED = "STARTED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"


class RunRequest(Value):
    _names = tuple(
        "run_key run_config tags job_name asset_selection stale_assets_only partition_key "
        "asset_check_keys".split()
    )

    def __init__(self, *args, **given) -> None:
        super().__init__(*args, **given)
        self.tags = dict(self.tags or {})
        if self.run_config is None:
            self.run_config = {}


class SkipReason(Value):
    _names = ("skip_message",)


class SensorResult(Value):
    _names = (
        "run_requests",
        "skip_reason",
        "cursor",
        "dynamic_partitions_requests",
        "asset_events",
    )


class AddDynamicPartitionsRequest(Value):
    _names = ("partitions_def_name", "partition_keys")


class DeleteDynamicPartitionsRequest(AddDynamicPartitionsRequest): ...


class JobSelector(Value):
    _names = ("location_name", "repository_name", "job_name")


class CodeLocationSelector(Value):
    _names = ("location_name",)


class RepositorySelector(Value):
    _names = ("location_name", "repository_name")


class AutomationCondition(Chain):
    """When an asset is to be made by itself."""

    __plait_inert__ = "automation condition"


class AutoMaterializePolicy(AutomationCondition):
    """The older form of a condition."""


class AutoMaterializeRule(Chain): ...


ScheduleEvaluationContext = opaque("ScheduleEvaluationContext", "the evaluation of schedules")
SensorEvaluationContext = opaque("SensorEvaluationContext", "the evaluation of sensors")
MultiAssetSensorEvaluationContext = opaque(
    "MultiAssetSensorEvaluationContext", "the evaluation of sensors"
)
RunStatusSensorContext = opaque("RunStatusSensorContext", "the evaluation of sensors")
RunFailureSensorContext = opaque("RunFailureSensorContext", "the evaluation of sensors")
EventLogEntry = opaque("EventLogEntry", "the event log of an instance")
DagsterEvent = opaque("DagsterEvent", "the event log of an instance")
DagsterRun = opaque("DagsterRun", "the runs of an instance")


class ScheduleDefinition(Definition):
    """Runs at given times."""

    family, noun = "schedules", "schedule"

    def __init__(self, name=None, *, cron_schedule, fn=None, **given) -> None:
        if not isinstance(cron_schedule, str):
            check.texts(cron_schedule, "cron_schedule")
        job = given.get("job") or given.get("target") or given.get("job_name")
        job = job if isinstance(job, str) else getattr(job, "name", None)
        own = name or ("%s_schedule" % job if isinstance(job, str) else "schedule")
        super().__init__(own, fn=fn, cron_schedule=cron_schedule, **given)

    def _remedy(self) -> str:
        return ": nothing starts at its times; plait materialize makes the assets, from cron for instance"


class SensorDefinition(Definition):
    """Runs when something has happened."""

    family, noun = "sensors", "sensor"

    def __init__(self, name=None, **given) -> None:
        function = given.get("evaluation_fn")
        super().__init__(named(function, name) if function or name else "sensor", **given)

    def _remedy(self) -> str:
        return ": nothing starts by itself; plait materialize makes the assets"


class AssetSensorDefinition(SensorDefinition): ...


class MultiAssetSensorDefinition(SensorDefinition): ...


class RunStatusSensorDefinition(SensorDefinition): ...


class AutomationConditionSensorDefinition(SensorDefinition):
    def _remedy(self) -> str:
        return ": automation conditions are not evaluated"


def schedule(cron_schedule, *, name=None, **given):
    """Make a schedule of a function."""

    def decorate(fn):
        return ScheduleDefinition(named(fn, name), cron_schedule=cron_schedule, fn=fn, **given)

    return decorate


def build_schedule_from_partitioned_job(job, description=None, name=None, **given):
    given.setdefault("cron_schedule", "")
    return ScheduleDefinition(name, job=job, description=description, **given)


def sensor(job_name=None, *, name=None, **given):
    """Make a sensor of a function."""

    def decorate(fn):
        return SensorDefinition(named(fn, name), fn=fn, job_name=job_name, **given)

    return decorate


def asset_sensor(asset_key, *, name=None, **given):
    key = AssetKey.from_coercible(asset_key)

    def decorate(fn):
        return AssetSensorDefinition(named(fn, name), fn=fn, asset_key=key, **given)

    return decorate


def multi_asset_sensor(monitored_assets, *, name=None, **given):
    def decorate(fn):
        return MultiAssetSensorDefinition(
            named(fn, name), fn=fn, monitored_assets=monitored_assets, **given
        )

    return decorate


def run_status_sensor(run_status, name=None, **given):
    check.of(run_status, DagsterRunStatus, "run_status", "a DagsterRunStatus")

    def decorate(fn):
        return RunStatusSensorDefinition(named(fn, name), fn=fn, run_status=run_status, **given)

    return decorate


def run_failure_sensor(name=None, **given):
    if callable(name):
        return run_status_sensor(DagsterRunStatus.FAILURE, **given)(name)
    return run_status_sensor(DagsterRunStatus.FAILURE, name, **given)


def make_email_on_run_failure_sensor(*args, name=None, **given):
    return RunStatusSensorDefinition(name or "email_on_run_failure")
