"""Sentences for values that cannot be stored or found: what, where, and the remedy as `hint`."""

from __future__ import annotations

import errno

from plait.errors import DagsterError


class StorageError(DagsterError):
    """A value could not be stored or read. `hint` is the remedy."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UnpicklableValue(StorageError):
    """The returned object cannot be pickled."""


class MissingValue(StorageError, FileNotFoundError):
    """Nothing is stored where an input should be."""


_REFUSALS = {
    errno.ENOSPC: (
        "the disk is full",
        "free some space on the disk that holds {base}, then run it again",
    ),
    errno.EDQUOT: ("the disk quota is used up", "free some space under {base}, then run it again"),
    errno.EACCES: ("permission is denied", "make {base} writable for the user who runs plait"),
    errno.EPERM: ("permission is denied", "make {base} writable for the user who runs plait"),
    errno.EROFS: (
        "the file system is read-only",
        "choose a base_dir on a disk that can be written",
    ),
    errno.ENOTDIR: (
        "a file stands where a folder is needed",
        "move that file away, or choose another base_dir than {base}",
    ),
    errno.EEXIST: (
        "a file stands where a folder is needed",
        "move that file away, or choose another base_dir than {base}",
    ),
    errno.ENAMETOOLONG: ("the path is too long", "shorten the asset key or the base_dir {base}"),
}


def storing_failed(what: str, path: object, base: object, error: OSError) -> StorageError:
    """The sentence for an OSError met while `what` (such as 'asset "a/b"') was written to `path`."""
    reason, hint = _REFUSALS.get(error.errno or 0, (error.strerror or str(error), None))
    at = error.filename or path
    return StorageError(
        f"{what} could not be stored at {path}: {reason} ({at}). The previous version is untouched.",
        hint.format(base=base) if hint else None,
    )


def unpicklable(what: str, value: object, error: BaseException) -> UnpicklableValue:
    kind = type(value)
    return UnpicklableValue(
        f"{what} returned a {kind.__module__}.{kind.__qualname__} that cannot be pickled: {error}",
        "return plain data (a data frame, a dict, a list), choose another I/O manager for it with "
        "io_manager_key, or store it in the function and annotate it '-> None'",
    )
