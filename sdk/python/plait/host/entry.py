"""The entry of the host: `run([FD, STATE, LIBRARY])` serves a location, `run(["--worker", FD, STATE])` waits for steps.

Started as `PYTHON -c BOOT SDK_DIR FD STATE LIBRARY`; see doc/formats/host-protocol.md. Kept short, for it is read
before bytecode can be cached; everything else is imported after that.
"""

from __future__ import annotations

import os
import sys


def run(argv: list[str]) -> int:
    """Serve or run a step until done; returns the exit code."""
    from plait.host import bytecode

    environment = dict(os.environ)
    if len(argv) >= 2 and argv[0] == "--step":
        bytecode.cache_under(
            os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(argv[1]))))
        )
        from plait.host.worker import run_by_hand

        return run_by_hand(argv[1])
    if len(argv) == 3 and argv[0] == "--worker":
        bytecode.cache_under(argv[2])
        from plait.host.worker import run_spawned

        os._exit(run_spawned(int(argv[1])))
    if not argv or not argv[0].isdigit():
        sys.stderr.write(
            "plait.host is started by plait itself: python -m plait.host FD STATE LIBRARY, --worker FD STATE, or --step FILE\n"
        )
        return 2
    if len(argv) > 1:
        bytecode.cache_under(argv[1])
    from plait.host.serve import serve

    return serve(int(argv[0]), environment, argv[2] if len(argv) > 2 else "")
