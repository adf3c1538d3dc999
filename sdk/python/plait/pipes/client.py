"""The base of clients, and what a client's `run` gives back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Mapping, Sequence

from plait.errors import DagsterPipesError
from plait.metadata import normalise
from plait.pipes.handler import PipesExecutionResult
from plait.pipes.session import PipesSession
from plait.results import AssetCheckResult, MaterializeResult


class PipesClient(ABC):
    """Base of clients. A subclass knows how to start a process somewhere, and to wait for it."""

    @abstractmethod
    def run(
        self, *, context: Any, extras: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> PipesClientCompletedInvocation:
        """Run a process in a session, to its end. Raises when it failed."""


class PipesClientCompletedInvocation:
    """What a process that has ended well reported. `metadata` is added to each of its results."""

    def __init__(self, session: PipesSession, metadata: Mapping[str, Any] | None = None) -> None:
        self._session = session
        self._metadata = normalise(metadata)

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self._metadata

    def get_results(
        self, *, implicit_materializations: bool = True
    ) -> Sequence[PipesExecutionResult]:
        """Everything reported, and a result for each asset of the step that was not."""
        return self._session.get_results(
            implicit_materializations=implicit_materializations, metadata=self._metadata
        )

    def get_materialize_result(self, *, implicit_materialization: bool = True) -> MaterializeResult:
        """The one asset's result, with the results of its checks in it."""
        results = self.get_results(implicit_materializations=implicit_materialization)
        made = [result for result in results if isinstance(result, MaterializeResult)]
        checks = [result for result in results if isinstance(result, AssetCheckResult)]
        if not made:
            raise DagsterPipesError(
                "get_materialize_result: the external process reported no materialization; let it report one, or leave "
                "implicit_materialization on"
            )
        if len(made) > 1:
            keys = ", ".join(sorted(_shown(result) for result in made))
            raise DagsterPipesError(
                f"get_materialize_result: there are {len(made)} materializations ({keys}); use get_results()"
            )
        for result in checks:
            if result.asset_key not in (None, made[0].asset_key):
                raise DagsterPipesError(
                    f'get_materialize_result: check "{result.check_name}" is of asset "{_shown(result)}", not of '
                    f'"{_shown(made[0])}"; use get_results()'
                )
        return made[0]._replace(check_results=[*made[0].check_results, *checks])

    def get_asset_check_result(self) -> AssetCheckResult:
        """The one check's result, where the process reported nothing else."""
        results = self.get_results()
        if len(results) == 1 and isinstance(results[0], AssetCheckResult):
            return results[0]
        made = len([result for result in results if isinstance(result, MaterializeResult)])
        raise DagsterPipesError(
            f"get_asset_check_result: one check result is wanted, and there are {len(results) - made}, and {made} "
            "materializations; use get_results()"
        )

    def get_custom_messages(self) -> Sequence[Any]:
        """The payloads that the process sent with `report_custom_message`."""
        return self._session.get_custom_messages()


def _shown(result: Any) -> str:
    return "?" if result.asset_key is None else result.asset_key.to_user_string()
