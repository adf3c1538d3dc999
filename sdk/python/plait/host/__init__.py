"""The location host: compiles a location's code into a manifest and runs its steps.

Contract: doc/formats/host-protocol.md. Kept short, for it is read before bytecode can be cached.
"""

from __future__ import annotations


def main(*arguments: object) -> None:
    """Serve the location at the other end of a socket: `main(FD, STATE, LIBRARY)`; or run one step:
    `main("--step", FILE)`. Does not return."""
    import sys

    from plait.host.entry import run

    sys.exit(run([str(argument) for argument in arguments]))
