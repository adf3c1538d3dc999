"""Asks the real Dagster how long it waits and how often it tries, and prints the answers as rows of C tables.

    PYTHON_WITH_DAGSTER test/unit/plan/gen_retry_waits.py > test/unit/plan/retry_waits.inc

`random` is replaced by a known number, so that jitter can be compared too.
"""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions import policy as policies

DELAYS = (0, 0.2, 1, 7.5, 60)
RETRIES = (1, 2, 3, 4, 7, 12)
RANDOMS = (0.0, 0.25, 0.637, 0.999)
BACKOFFS = {None: "RETRY_CONSTANT", "LINEAR": "RETRY_LINEAR", "EXPONENTIAL": "RETRY_EXPONENTIAL"}
JITTERS = {None: "RETRY_EXACT", "FULL": "RETRY_FULL_JITTER", "PLUS_MINUS": "RETRY_PLUS_MINUS"}


def waits() -> None:
    for backoff, backoff_id in BACKOFFS.items():
        for jitter, jitter_id in JITTERS.items():
            for delay in DELAYS:
                policy = dg.RetryPolicy(
                    max_retries=99,
                    delay=delay,
                    backoff=backoff and dg.Backoff[backoff],
                    jitter=jitter and dg.Jitter[jitter],
                )
                for retry in RETRIES:
                    for number in RANDOMS if jitter else RANDOMS[:1]:
                        policies.random = lambda number=number: number
                        wait = round(policy.calculate_delay(retry) * 1e6)
                        print(
                            "WAIT(%d, %s, %s, %d, %r, %d)"
                            % (delay * 1e6, backoff_id, jitter_id, retry, number, wait)
                        )


def asked(most: int | None, seconds: float | None) -> Exception:
    return dg.RetryRequested(max_retries=most, seconds_to_wait=seconds)


# policy's retries (None: no policy), what the exception asked for as C, the exception
ATTEMPTS = (
    (None, "NULL", lambda: ValueError()),
    (0, "NULL", lambda: ValueError()),
    (1, "NULL", lambda: ValueError()),
    (3, "NULL", lambda: ValueError()),
    (2, "NULL", lambda: dg.Failure("x")),
    (2, "&(struct retry_wish){false, -1, -1}", lambda: dg.Failure("x", allow_retries=False)),
    (None, "&(struct retry_wish){false, -1, -1}", lambda: dg.Failure("x", allow_retries=False)),
    (None, "&(struct retry_wish){true, 2, -1}", lambda: asked(2, None)),
    (None, "&(struct retry_wish){true, 0, -1}", lambda: asked(0, None)),
    (None, "&(struct retry_wish){true, -1, -1}", lambda: dg.RetryRequested()),
    (5, "&(struct retry_wish){true, 1, -1}", lambda: asked(1, None)),
    (1, "&(struct retry_wish){true, 3, 10000}", lambda: asked(3, 0.01)),
    (0, "&(struct retry_wish){true, 1, 20000}", lambda: asked(1, 0.02)),
)


def attempts() -> None:
    for most, wish, error in ATTEMPTS:
        policy = None if most is None else dg.RetryPolicy(max_retries=most, delay=0.001)

        @dg.op(retry_policy=policy)
        def fails(error=error):
            raise error()

        @dg.job
        def job():
            fails()

        result = job.execute_in_process(raise_on_error=False)
        waited = [
            round((event.event_specific_data.seconds_to_wait or 0) * 1e6)
            for event in result.all_events
            if event.event_type_value == "STEP_UP_FOR_RETRY"
        ]
        print(
            "ATTEMPTS(%d, (%s), %d, %d)"
            % (most or 0, wish, len(waited) + 1, waited[0] if waited else 0)
        )


if __name__ == "__main__":
    import logging
    import sys

    logging.disable(logging.CRITICAL)
    print("/* Made by gen_retry_waits.py with Dagster %s; do not edit. */" % dg.__version__)
    print("#ifdef WAIT")
    waits()
    print("#endif\n#ifdef ATTEMPTS")
    attempts()
    print("#endif")
    sys.stdout.flush()
