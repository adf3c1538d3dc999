"""FilesystemIOManager: pickles under a folder, at Dagster's own paths; the default manager.

Inside a host step a table (pandas, polars, pyarrow) is kept a second time as Parquet beside the pickle, so that
it can be read by path, by another library and by another Python.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

from plait import position
from plait.io import files, frames, place, problems
from plait.io.definition import io_manager
from plait.io.staging import Pin, Staged
from plait.io.upath import UPathIOManager

#: readable by every Python from 3.4 on
PICKLE_PROTOCOL = 4


class _FolderIOManager(UPathIOManager):
    """A manager whose base is a declared folder: resolved once, `~` and environment variables included."""

    def __init__(self, base_dir: Any = None) -> None:
        self.base_dir = base_dir
        self.declared_at = position.caller()
        self._resolved: Path | None = None

    @property
    def _base_path(self) -> Path:  # type: ignore[override]
        """The resolved folder."""
        if self._resolved is None:
            declared = self.base_dir
            if hasattr(declared, "get_value"):
                declared = declared.get_value()
                if declared is None:
                    raise problems.StorageError(
                        f"base_dir of {type(self).__name__} is EnvVar({self._env_name()!r}), "
                        "and that environment variable is not set",
                        f"set {self._env_name()} where plait runs, or in the project's .env file",
                    )
            self._resolved = (
                place.default_storage() if declared is None else place.resolve(declared)
            )
        return self._resolved

    def _env_name(self) -> str:
        return str(getattr(self.base_dir, "env_var_name", self.base_dir))

    def create_io_manager(self, context: Any) -> Any:
        """For code written against the factory form: the manager itself."""
        return self

    def describe_config(self) -> dict[str, Any]:
        """Configuration for the manifest: plain values, or the name of an environment variable."""
        if hasattr(self.base_dir, "get_value"):
            return {"base_dir": {"env": self._env_name()}}
        return {} if self.base_dir is None else {"base_dir": os.fspath(self.base_dir)}

    def storage_facts(self) -> dict[str, Any]:
        config = self.describe_config().get("base_dir")
        declared = f"${config['env']}" if isinstance(config, dict) else config
        return {
            "kind": "filesystem",
            "base": str(self._base_path),
            "format": self.format,
            "declared": declared,
        }

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.base_dir == self.base_dir

    def __hash__(self) -> int:
        return hash((type(self), repr(self.base_dir)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_dir={self.base_dir!r})"


class FilesystemIOManager(_FolderIOManager):
    """Pickles values to `base_dir` (default: the state directory's `storage`)."""

    format = "pickle"

    def dump_to_path(self, context: Any, obj: Any, path: Any) -> None:
        file = files.HashingFile(str(path))
        try:
            pickle.dump(obj, file, protocol=PICKLE_PROTOCOL)
            file.close()
        except OSError:
            file.discard()
            raise
        except Exception as error:
            file.discard()
            raise problems.unpicklable(context.what(), obj, error) from error
        self._last = file.facts()

    def dump_beside(self, context: Any, obj: Any, staged: Staged, path: Path) -> str | None:
        staged.add(path.name, self._last)
        library = frames.library_of(obj)
        if library is None:
            return None
        if not frames.can_write(library):
            return f"no Parquet copy: {library} needs pyarrow or fastparquet for that, and neither is installed"
        name = path.name + ".parquet"
        try:
            frames.write(obj, library, str(staged.path(name)))
        except OSError as error:
            if error.errno is not None:
                raise
            staged.drop(name)
            return f"no Parquet copy: {_first_line(error)}"
        except Exception as error:
            staged.drop(name)
            return f"no Parquet copy: {_first_line(error)}"
        return None

    def load_from_path(self, context: Any, path: Any) -> Any:
        path = Path(path)
        wanted = frames.library_wanted(context.annotation)
        parquet = path.with_name(path.name + ".parquet")
        try:
            with open(path, "rb") as file:
                value = pickle.load(file)
        except OSError:
            raise
        except Exception as error:
            if wanted is not None and parquet.exists():
                context.log.info(
                    f"{path} cannot be unpickled here ({_first_line(error)}); reading {parquet} instead"
                )
                return frames.read(str(parquet), wanted, _lazy(context))
            raise _unreadable(context, path, parquet, error) from error
        if (
            wanted is not None
            and frames.library_of(value) not in (None, wanted)
            and parquet.exists()
        ):
            return frames.read(str(parquet), wanted, _lazy(context))
        return value

    def load_other(self, context: Any, pin: Pin) -> tuple[str, Any]:
        return load_recorded(self, context, pin)


def load_recorded(manager: UPathIOManager, context: Any, pin: Pin) -> tuple[str, Any]:
    """Read a pinned version in the format it was recorded with: Parquet or pickle."""
    parquet = [path for name, path in sorted(pin.files.items()) if name.endswith(".parquet")]
    if parquet:
        wanted = frames.library_wanted(context.annotation)
        return parquet[0], frames.read(parquet[0], wanted, _lazy(context))
    if pin.storage.get("format") == "pickle" and len(pin.files) == 1:
        path = next(iter(pin.files.values()))
        return path, FilesystemIOManager.load_from_path(manager, context, path)
    return UPathIOManager.load_other(manager, context, pin)


def _lazy(context: Any) -> bool:
    annotation = context.annotation
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return name.endswith("LazyFrame")


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0]


def _unreadable(context: Any, path: Any, parquet: Path, error: Exception) -> problems.StorageError:
    if parquet.exists():
        hint = "annotate the parameter with pandas.DataFrame (or polars, pyarrow) to read its Parquet copy"
    else:
        hint = "install the packages that the value's classes come from here, or store plain data"
    return problems.StorageError(
        f"{context.what()}: {path} cannot be unpickled in this environment: "
        f"{type(error).__name__}: {_first_line(error)}",
        hint,
    )


@io_manager(config_schema={"base_dir": str}, description="Pickles values under a folder.")
def fs_io_manager(init_context: Any) -> FilesystemIOManager:
    config = getattr(init_context, "resource_config", None) or {}
    return FilesystemIOManager(base_dir=config.get("base_dir"))


fs_io_manager.stands_for = lambda config: FilesystemIOManager((config or {}).get("base_dir"))
