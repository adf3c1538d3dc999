"""Files that are complete before anyone can see them: hashing writers, fsync, write-and-rename."""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

CHUNK = 1 << 20


class HashingFile:
    """A binary file open for writing that knows its size and SHA-256 when it is closed."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.bytes = 0
        self._digest = hashlib.sha256()
        self._file = open(path, "wb", buffering=CHUNK)  # noqa: SIM115 - closed by close()

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B") if not isinstance(data, (bytes, bytearray)) else data
        self._file.write(view)
        self._digest.update(view)
        self.bytes += len(view)
        return len(view)

    def close(self) -> None:
        """Flush to the disk and close; the file is durable afterwards, apart from its folder entry."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def discard(self) -> None:
        """Close without caring for what a full disk still refuses."""
        try:
            self._file.close()
        except OSError:
            pass

    def facts(self) -> dict[str, Any]:
        return {"path": self.path, "bytes": self.bytes, "sha256": self._digest.hexdigest()}


def facts_of(path: str) -> dict[str, Any]:
    """Size and SHA-256 of a file somebody else wrote; it is fsynced on the way."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while True:
            chunk = file.read(CHUNK)
            if not chunk:
                break
            digest.update(chunk)
            size += len(chunk)
        os.fsync(file.fileno())
    return {"path": path, "bytes": size, "sha256": digest.hexdigest()}


def sync_directory(path: str) -> None:
    """Make the entries of a folder durable."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(fd)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to; it takes the place of `path` only if the block succeeds.

    The name stays the same (in a hidden folder beside), for some writers look at the extension.
    """
    folder = path.parent / f".plait-{uuid.uuid4().hex[:12]}"
    folder.mkdir()
    try:
        beside = folder / path.name
        yield beside
        if path.is_dir() and not path.is_symlink():
            remove_tree(path)
        os.replace(beside, path)
    finally:
        remove_tree(folder)


def remove_tree(path: Any) -> None:
    """Remove a file or a folder with everything in it; nothing there is fine, and so is a refusal."""
    import shutil

    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        os.unlink(path)
    except OSError:
        pass
