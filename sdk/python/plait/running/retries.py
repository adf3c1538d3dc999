"""Whether a failed step is tried again. The server decides with the same rules (plan/retry); here they tell which
failure is a step's last, and drive the retries of `materialize()`."""

from __future__ import annotations

from typing import Any

from plait.errors import DagsterError, DagsterPipesExecutionError
from plait.results import Failure, RetryRequested


def wish_of(error: BaseException) -> tuple[bool, int | None, float | None] | None:
    """What an exception says about trying again: allowed, retries at most, seconds; None: the policy decides.

    A policy is for what may go better the next time: not for a broken rule (a result of the wrong type) or `sys.exit`.
    """
    if isinstance(error, RetryRequested):
        return True, max(error.max_retries, 0), error.seconds_to_wait
    if isinstance(error, Failure):
        return None if error.allow_retries else (False, None, None)
    if isinstance(error, SystemExit):
        return False, None, None
    if isinstance(error, DagsterError) and not isinstance(error, DagsterPipesExecutionError):
        return None if error.is_user_code_error else (False, None, None)
    return None


def wait_before_retry(error: BaseException, policy: Any, retry_number: int) -> float | None:
    """Seconds until the next attempt after one that failed with `error`; None when there is none.

    `retry_number` counts the retries already done.
    """
    wish = wish_of(error)
    if wish is not None:
        allowed, most, delay = wish
        return (delay or 0) if allowed and retry_number < most else None
    if policy is None or retry_number >= policy.max_retries:
        return None
    return policy.calculate_delay(retry_number + 1)
