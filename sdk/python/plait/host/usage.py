"""Processor time and memory of this process and of the children it waited for."""

from __future__ import annotations

import resource


def now() -> tuple[float, float]:
    """Seconds so far: of user code, of the kernel for it."""
    return _with_children(resource.getrusage(resource.RUSAGE_SELF))


def _with_children(own: resource.struct_rusage) -> tuple[float, float]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + children.ru_utime, own.ru_stime + children.ru_stime


def since(before: tuple[float, float]) -> dict[str, int]:
    own = resource.getrusage(resource.RUSAGE_SELF)
    user, system = _with_children(own)
    return {
        "user_us": int((user - before[0]) * 1_000_000),
        "system_us": int((system - before[1]) * 1_000_000),
        "max_rss_kib": own.ru_maxrss,
    }
