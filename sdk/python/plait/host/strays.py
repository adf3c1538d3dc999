"""Processes that a step leaves running outside of its worker's process group. The server ends the group once its leader has
ended; then nobody knows any more whose children the others were, so their worker ends them before it goes.
"""

from __future__ import annotations

import os
import signal
from typing import Iterator


def kill() -> None:
    """Kill what this process started, and what that started, as far as it is not in our group."""
    if _is_childless():
        return
    group = os.getpgrp()
    for pid in list(_descendants(os.getpid())):
        try:
            if os.getpgid(pid) != group:
                os.kill(pid, signal.SIGKILL)
        except OSError:
            pass  # it has ended


def _is_childless() -> bool:
    """Most are, which costs one call to find out."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    except AttributeError:
        pass  # PyPy has no waitid
    return False


def _descendants(pid: int) -> Iterator[int]:
    """Parents before their children. The kernel lists children by the thread that made them."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return
    for thread in threads:
        try:
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                children = [int(child) for child in file.read().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _descendants(child)
