"""The base of managers that store each value as one path: Dagster's UPathIOManager interface over pathlib.

Layout under the base path: asset `a/b` -> `a/b<extension>`; an op's output -> `<run>/<step>/<output>`.
Inside a host step a local value is staged as a new version (doc/formats/versions.md) without the subclass
knowing: it is merely given another path to write to. Remote paths are written in place, as Dagster does.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from pathlib import Path
from typing import Any, Optional

from plait.io import files, frames, preview, problems
from plait.io.manager import IOManager
from plait.io.staging import Pin, Staged, version_of


class UPathIOManager(IOManager):
    """Subclasses give `dump_to_path` and `load_from_path`, and set `extension` (with the dot) if they want one."""

    # Annotated for pydantic, which makes fields of a mixin's annotations, on Python 3.9 as well.
    extension: Optional[str] = None

    #: what holds a version while it is written
    _stage: Any = Staged

    def __init__(self, base_path: Any = None) -> None:
        if self.extension and not self.extension.startswith("."):
            raise ValueError(
                f'extension "{self.extension}" of {type(self).__name__} must start with a dot'
            )
        # The only name for it: subclasses may have a field `base_path` and give `_base_path` as a property.
        self._base_path = (
            Path(base_path or ".") if isinstance(base_path, (str, type(None))) else base_path
        )

    # What subclasses give.

    @abstractmethod
    def dump_to_path(self, context: Any, obj: Any, path: Any) -> None:
        """Write `obj` to `path`; its folder exists."""

    @abstractmethod
    def load_from_path(self, context: Any, path: Any) -> Any:
        """The value written to `path`."""

    def get_metadata(self, context: Any, obj: Any) -> dict[str, Any]:
        """Further metadata for the materialization."""
        return {}

    def dump_beside(self, context: Any, obj: Any, staged: Staged, path: Path) -> str | None:
        """Further files of the same version; returns a note for people, or None."""
        return None

    def load_other(self, context: Any, pin: Pin) -> tuple[str, Any]:
        """Read a pinned version that holds no file of this manager's own kind: (path, value)."""
        raise problems.StorageError(
            f"{context.what()} was stored by {pin.manager_type or 'another manager'} as "
            f"{', '.join(sorted(pin.files))}; {type(self).__name__} cannot read that",
            "give both locations the same I/O manager for it, or set input_manager_key",
        )

    # Paths.

    @property
    def storage_options(self) -> dict[str, Any]:
        return dict(getattr(self._base_path, "storage_options", {}))

    def storage_facts(self) -> dict[str, Any] | None:
        """Where values lie, for the manifest; None when that is not a local folder."""
        base = self._base_path
        if not isinstance(base, Path):
            return None
        return {
            "kind": "filesystem",
            "base": os.path.abspath(base),
            "format": (self.extension or ".file")[1:],
            "declared": str(base),
        }

    def _with_extension(self, path: Any) -> Any:
        return path.with_suffix(path.suffix + self.extension) if self.extension else path

    def get_asset_relative_path(self, context: Any) -> Path:
        return Path(*context.asset_key.path)

    def get_op_output_relative_path(self, context: Any) -> Path:
        return Path(*context.get_identifier())

    def get_path_for_partition(self, context: Any, path: Any, partition: str) -> Any:
        return path / partition

    def _relative(self, context: Any) -> Any:
        if not context.has_asset_key:
            return self._with_extension(self.get_op_output_relative_path(context))
        relative = self.get_asset_relative_path(context)
        if context.has_asset_partitions:
            relative = self.get_path_for_partition(context, relative, context.partition_key)
        return self._with_extension(relative)

    def _get_path(self, context: Any) -> Any:
        return self._base_path / self._relative(context)

    def path_exists(self, path: Any) -> bool:
        return path.exists()

    def unlink(self, path: Any) -> None:
        path.unlink()

    def make_directory(self, path: Any) -> None:
        path.mkdir(parents=True, exist_ok=True)

    def has_output(self, context: Any) -> bool:
        return self.path_exists(self._get_path(context))

    def get_loading_input_log_message(self, path: Any) -> str:
        return f"{type(self).__name__} reads {path}"

    def get_writing_output_log_message(self, path: Any) -> str:
        return f"{type(self).__name__} writes {path}"

    # Storing.

    def handle_output(self, context: Any, obj: Any) -> None:
        path = self._get_path(context)
        version = None
        if context.session is not None and context.has_asset_key and isinstance(path, Path):
            version = context.session.version(context.asset_key)
        context.log.debug(self.get_writing_output_log_message(path))
        try:
            if version is None:
                self._write_in_place(context, obj, path)
            else:
                self._write_version(context, obj, path, version)
        except problems.StorageError:
            raise
        except OSError as error:
            raise problems.storing_failed(context.what(), path, self._base_path, error) from error
        if obj is not None:
            from plait.metadata import MetadataValue  # to declare a manager takes none

            context.add_output_metadata({"path": MetadataValue.path(str(path))})
        extra = self.get_metadata(context, obj)
        if extra:
            context.add_output_metadata(extra)

    def _write_in_place(self, context: Any, obj: Any, path: Any) -> None:
        self.make_directory(path.parent)
        if not isinstance(path, Path):
            self.dump_to_path(context, obj, path)
            return
        with files.replacing(path) as beside:
            self.dump_to_path(context, obj, beside)

    def _write_version(self, context: Any, obj: Any, path: Path, version: str) -> None:
        base = Path(os.path.abspath(self._base_path))
        relative = Path(*context.asset_key.path)
        staged = self._stage(base, relative, version)
        try:
            target = staged.path(path.name)
            self.dump_to_path(context, obj, target)
            note = self.dump_beside(context, obj, staged, target)
            written = staged.finish()
        except BaseException:
            staged.discard()
            raise
        facts = self.storage_facts() or {}
        views = staged.views()
        staged.leave(preview.NAME, preview.make(obj))
        context.tell_stored(
            self,
            {
                "version": version,
                "versioned": True,
                "storage": {"kind": "filesystem", "base": str(base), "format": facts.get("format")},
                "directory": str(staged.directory),
                "files": written,
                "views": views,
                "rows": frames.rows(obj),
                "columns": frames.columns(obj),
                "note": note,
            },
        )

    # Loading.

    def load_input(self, context: Any) -> Any:
        pin = None
        if context.session is not None and context.has_asset_key:
            pin = context.session.pin(context.asset_key)
        if pin is not None and pin.files:
            return self._load_pinned(context, pin)
        path = self._get_path(context)
        if not self.path_exists(path):
            raise self._missing(context, path, pin)
        context.log.debug(self.get_loading_input_log_message(path))
        value = self.load_from_path(context, path)
        local = isinstance(path, Path)
        context.tell_opened(version_of(path) if local else None, False, path, frames.rows(value))
        return value

    def _load_pinned(self, context: Any, pin: Pin) -> Any:
        own = self._relative(context).name
        if own in pin.files:
            path: Any = Path(pin.files[own])
            if not path.exists():
                raise self._missing(context, path, pin)
            context.log.debug(self.get_loading_input_log_message(path))
            value = self.load_from_path(context, path)
        else:
            path, value = self.load_other(context, pin)
        context.tell_opened(pin.version, True, path, frames.rows(value))
        return value

    def _missing(self, context: Any, path: Any, pin: Pin | None) -> problems.MissingValue:
        where = f' (location "{context.session.location}")' if context.session is not None else ""
        parameter = f', needed for parameter "{context.name}"{where},' if context.name else where
        sentence = f"{context.what()}{parameter} has no stored value at {path}"
        if pin is not None and pin.manager_type and not pin.files:
            sentence += (
                f"; it was stored by {pin.manager_type}, which {type(self).__name__} cannot follow"
            )
        key = context.asset_key.to_user_string() if context.has_asset_key else context.name
        return problems.MissingValue(
            sentence,
            f"materialize {key} first; if it has been, check that the location which makes it stores it "
            f"under {self._base_path} too",
        )
