"""Where this process stands: the location's working directory, the folder of the default manager, that of the step.

A location host sets the first two before user code is loaded, so that every relative path and every `~` means the
same thing in the manifest, in each step and in each location. Outside a host the current directory counts.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

_working_directory: str | None = None
_storage: str | None = None
_step: str | None = None


def enter(working_directory: str, state: str) -> None:
    """Fix the working directory and the state directory (both absolute) for the life of this process."""
    global _working_directory, _storage
    _working_directory = working_directory
    _storage = os.path.join(state, "storage")


def begin_step(folder: str) -> None:
    """From now on `folder` is the step's own."""
    global _step
    _step = folder


def temporary_folder(prefix: str) -> Any:
    """A folder for the time of a `with`: within the step's, so that what a killed step leaves goes when its run goes."""
    import tempfile

    return tempfile.TemporaryDirectory(prefix=prefix, dir=_step)


def resolve(declared: Any) -> Path:
    """The absolute path for `declared`: `~` expanded, relative to the location's working directory."""
    expanded = os.path.expanduser(os.fspath(declared))
    return Path(os.path.normpath(os.path.join(_working_directory or os.getcwd(), expanded)))


def default_storage() -> Path:
    """The folder of the default I/O manager: the state directory's, DAGSTER_HOME's, or a new temporary one."""
    global _storage
    if _storage is None:
        home = os.environ.get("DAGSTER_HOME")
        if home:
            _storage = os.path.join(os.path.abspath(os.path.expanduser(home)), "storage")
        else:
            import tempfile

            _storage = tempfile.mkdtemp(prefix="plait-storage-")
    return Path(_storage)
