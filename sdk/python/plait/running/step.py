"""One step to run, the run that it belongs to, and who takes what it tells."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from plait.define.assets import AssetsDefinition, OutputSlot
from plait.io.staging import Session
from plait.keys import AssetKey
from plait.specs import AssetSpec


class Sink:
    """Takes what a step tells. Metadata is as the user gave it, not encoded."""

    def log(self, level: str, message: str) -> None:
        """A record of `context.log`."""

    def added_metadata(self, key: AssetKey, metadata: Mapping[str, Any]) -> None:
        """Metadata added before the value was returned."""

    def materialized(
        self, key: AssetKey, data_version: str | None, metadata: Mapping[str, Any]
    ) -> None:
        """One asset was made and stored. `data_version` is None unless user code gave one."""

    def observed(
        self, key: AssetKey, data_version: str | None, metadata: Mapping[str, Any]
    ) -> None:
        """One asset made elsewhere was looked at."""

    def checked(self, result: Any, key: AssetKey) -> None:
        """An AssetCheckResult."""

    def hook(self, name: str, status: str, error: BaseException | None) -> None:
        """A hook of the step ended: `completed`, `skipped`, or `errored` with what it raised."""

    def custom(self, payload: Any) -> None:
        """What an external process sent as a message of its own kind."""


class Run:
    """What user code may ask about the run."""

    def __init__(
        self, run_id: str, job_name: str | None = None, tags: Mapping[str, str] | None = None
    ) -> None:
        self.run_id = run_id
        self.job_name = job_name or "__ephemeral_asset_job__"
        self.tags = dict(tags or {})
        self.run_config: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<run {self.run_id}>"


class Step:
    """One step to run: which definition, which of its assets, with what around it."""

    def __init__(
        self,
        name: str,
        definition: AssetsDefinition,
        catalog: Mapping[AssetKey, tuple[AssetSpec, AssetsDefinition | None]],
        resources: Mapping[str, Any],
        run: Run,
        sink: Sink,
        selected: Iterable[AssetKey] | None = None,
        session: Session | None = None,
        retry_number: int = 0,
        config: Any = None,
    ) -> None:
        self.name = name
        self.definition = definition
        self.catalog = catalog
        self.resources = resources
        self.run = run
        self.sink = sink
        self.session = session
        self.retry_number = retry_number
        self.config = config
        chosen = set(definition.keys if selected is None else selected)
        self.outputs: list[OutputSlot] = [slot for slot in definition.outputs if slot.key in chosen]
        #: what the step handed on, by output name
        self.values: dict[str, Any] = {}
        #: by output name: value (None without one) and metadata, stored or not; for hooks
        self.made: dict[str, tuple[Any, Mapping[str, Any]]] = {}

    def spec(self, key: AssetKey) -> AssetSpec:
        return self.definition.specs_by_key[key]
