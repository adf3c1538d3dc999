"""What a host step knows about stored values: the versions it reads (pins) and the ones it writes.

`Session` is handed to I/O managers through their contexts; it is None outside a host. It refuses to know how
facts travel: `report` takes a kind and a dict (the members of doc/formats/step.md).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

from plait.io import files


class Pin:
    """A version that an input is pinned to, as `extras.plait.inputs` gives it."""

    __slots__ = ("version", "location", "storage", "files", "data_version", "manager_type")

    def __init__(self, facts: dict) -> None:
        self.version = facts.get("version")
        self.location = facts.get("location")
        self.storage = facts.get("storage") or {}
        self.files: dict[str, str] = dict(facts.get("files") or {})
        self.data_version = facts.get("data_version")
        self.manager_type = facts.get("manager_type")


class Session:
    """One step attempt's view of storage. Keys are escaped user strings."""

    def __init__(
        self,
        location: str,
        inputs: dict[str, dict],
        outputs: dict[str, dict],
        report: Callable[[str, dict], None],
    ) -> None:
        self.location = location
        self.pins = {key: Pin(facts) for key, facts in inputs.items()}
        self.versions = {key: facts.get("version") for key, facts in outputs.items()}
        self.reported: set[str] = set()
        self._report = report

    def pin(self, key: Any) -> Pin | None:
        return self.pins.get(key.to_escaped_user_string())

    def version(self, key: Any) -> str | None:
        return self.versions.get(key.to_escaped_user_string())

    def opened(
        self, key: Any, version: str | None, pinned: bool, path: Any, rows: int | None
    ) -> None:
        """Tell that an input was read, and which version of it."""
        name = key if isinstance(key, str) else key.to_escaped_user_string()
        self.reported.add(name)
        self._report(
            "input",
            {
                "asset_key": name,
                "version": version,
                "pinned": pinned,
                "path": None if path is None else str(path),
                "rows": rows,
            },
        )

    def stored(self, facts: dict) -> None:
        """Tell that an output is complete; `facts` are the members of the `output` message."""
        self._report("output", facts)


class Staged:
    """The folder of one new version while it is filled: BASE/.plait/<asset path>/<version>/."""

    def __init__(self, base: Path, relative: Path, version: str) -> None:
        self.base = base
        self.relative = relative
        self.directory = base / ".plait" / relative / version
        self._facts: dict[str, dict] = {}
        #: folders that get a new entry: down from the deepest that was there before
        self._changed: list[Path] = []
        self._make()

    def _make(self) -> None:
        folder = self.directory.parent
        while not folder.is_dir() and folder != folder.parent:
            self._changed.append(folder)
            folder = folder.parent
        self._changed.append(folder)
        self.directory.mkdir(parents=True, exist_ok=False)

    def path(self, name: str) -> Path:
        return self.directory / name

    def add(self, name: str, facts: dict) -> None:
        """Take over the facts of a file that was hashed while it was written."""
        self._facts[name] = facts

    def drop(self, name: str) -> None:
        files.remove_tree(self.path(name))

    def finish(self) -> dict[str, dict]:
        """Hash and fsync what is not yet known, then every folder with a new entry. Returns `files`."""
        for root, _, names in os.walk(self.directory):
            for name in names:
                path = os.path.join(root, name)
                relative = os.path.relpath(path, self.directory)
                if relative not in self._facts:
                    self._facts[relative] = files.facts_of(path)
            files.sync_directory(root)
        for folder in self._changed:
            files.sync_directory(str(folder))
        return {name: self._facts[name] for name in sorted(self._facts)}

    def views(self) -> list[dict[str, str]]:
        """The current views: one for each entry at the top of the version's folder."""
        parent = (self.base / self.relative).parent
        return [
            {"path": str(parent / name), "target": str(self.directory / name)}
            for name in sorted(os.listdir(self.directory))
        ]

    def leave(self, name: str, content: bytes | None) -> None:
        """Put something beside the value that is no part of it: nobody counts it, nothing depends on it."""
        if content is None:
            return
        try:
            with open(self.directory / name, "xb") as file:
                file.write(content)
        except OSError:
            pass  # a value of that name, a full disk: then there is none

    def discard(self) -> None:
        """Remove the folder and everything in it; empty parents under .plait go too."""
        files.remove_tree(self.directory)
        folder = self.directory.parent
        while folder != self.base and folder.name != "":
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def version_of(path: Any) -> str | None:
    """The version id that a current view points to, read from its link; None for a plain file."""
    real = os.path.realpath(path)
    parts = real.split(os.sep)
    return parts[-2] if ".plait" in parts and len(parts) > 3 else None
