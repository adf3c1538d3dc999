"""One thing that happened to a step, under Dagster's names: what `materialize()` returns and hooks of one's own are given."""

from __future__ import annotations

from typing import Any

from plait.keys import AssetKey


class Event:
    """`event_type_value` is Dagster's name for what happened."""

    def __init__(
        self, event_type_value: str, step_key: str | None, data: Any = None, message: str = ""
    ) -> None:
        self.event_type_value = event_type_value
        self.step_key = step_key
        self.event_specific_data = data
        self.message = message

    @property
    def is_failure(self) -> bool:
        return self.event_type_value in ("STEP_FAILURE", "RUN_FAILURE")

    @property
    def is_step_success(self) -> bool:
        return self.event_type_value == "STEP_SUCCESS"

    @property
    def is_step_failure(self) -> bool:
        return self.event_type_value == "STEP_FAILURE"

    @property
    def is_step_up_for_retry(self) -> bool:
        return self.event_type_value == "STEP_UP_FOR_RETRY"

    @property
    def is_step_skipped(self) -> bool:
        return self.event_type_value == "STEP_SKIPPED"

    @property
    def is_step_materialization(self) -> bool:
        return self.event_type_value == "ASSET_MATERIALIZATION"

    @property
    def is_hook_event(self) -> bool:
        return self.event_type_value.startswith("HOOK_")

    @property
    def materialization(self) -> Any:
        return getattr(self.event_specific_data, "materialization", self.event_specific_data)

    step_materialization_data = property(lambda self: self)

    @property
    def asset_key(self) -> AssetKey | None:
        return getattr(self.event_specific_data, "asset_key", None)

    def __repr__(self) -> str:
        return f"<{self.event_type_value} {self.step_key or ''}>"
