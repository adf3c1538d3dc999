"""Partitions. An asset that has them is listed, and its step refuses to run: which part to make is not yet said to it."""

from __future__ import annotations

from plait import check
from plait.inert import Value

_TIME = tuple("start_date end_date minute_offset hour_offset timezone fmt end_offset".split())


class PartitionsDefinition(Value):
    __plait_inert__ = "partitions definition"


class TimeWindowPartitionsDefinition(PartitionsDefinition):
    _names = tuple("start fmt end schedule_type timezone end_offset".split())


class DailyPartitionsDefinition(TimeWindowPartitionsDefinition):
    _names = _TIME


class HourlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    _names = tuple([name for name in _TIME if name != "hour_offset"])


class WeeklyPartitionsDefinition(TimeWindowPartitionsDefinition):
    _names = (*_TIME[:4], "day_offset", *_TIME[4:])


class MonthlyPartitionsDefinition(WeeklyPartitionsDefinition): ...


class StaticPartitionsDefinition(PartitionsDefinition):
    _names = ("partition_keys",)

    def __init__(self, partition_keys) -> None:
        super().__init__(tuple(check.texts(partition_keys, "partition_keys")))

    def get_partition_keys(self, *args, **given) -> list[str]:
        return list(self.partition_keys)


class DynamicPartitionsDefinition(PartitionsDefinition):
    _names = ("partition_fn", "name")


class MultiPartitionsDefinition(PartitionsDefinition):
    _names = ("partitions_defs",)


def described(definition: object) -> dict | None:
    """A definition as JSON: `type` ("daily", "static", …) and what it was given. None for what is no definition of plait's."""
    if not isinstance(definition, PartitionsDefinition):
        return None
    word = type(definition).__name__.replace("PartitionsDefinition", "")
    kind = "".join("_" + letter.lower() if letter.isupper() else letter for letter in word)
    given = {name: _plain(value) for name, value in vars(definition).items() if value is not None}
    return {"type": kind.strip("_"), **given}


def _plain(value: object) -> object:
    if isinstance(value, PartitionsDefinition):
        return described(value)
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class MultiPartitionKey(Value):
    _names = ("keys_by_dimension",)


class PartitionKeyRange(Value):
    _names = ("start", "end")


class TimeWindow(PartitionKeyRange): ...


class PartitionMapping(Value):
    __plait_inert__ = "partition mapping"


class IdentityPartitionMapping(PartitionMapping): ...


class AllPartitionMapping(PartitionMapping): ...


class LastPartitionMapping(PartitionMapping): ...


class TimeWindowPartitionMapping(PartitionMapping):
    _names = ("start_offset", "end_offset", "allow_nonexistent_upstream_partitions")


class SpecificPartitionsPartitionMapping(PartitionMapping):
    _names = ("partition_keys",)


class StaticPartitionMapping(PartitionMapping):
    _names = ("downstream_partition_keys_by_upstream_partition_key",)


class MultiToSingleDimensionPartitionMapping(PartitionMapping):
    _names = ("partition_dimension_name",)


class MultiPartitionMapping(PartitionMapping):
    _names = ("downstream_mappings_by_upstream_dimension",)


class DimensionPartitionMapping(Value):
    _names = ("dimension_name", "partition_mapping")


class BackfillPolicy(Value):
    __plait_inert__ = "backfill policy"
    _names = ("max_partitions_per_run",)

    @staticmethod
    def single_run() -> BackfillPolicy:
        return BackfillPolicy(None)

    @staticmethod
    def multi_run(max_partitions_per_run: int = 1) -> BackfillPolicy:
        return BackfillPolicy(max_partitions_per_run)
