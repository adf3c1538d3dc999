"""ParquetIOManager: tables of pandas, polars or pyarrow as `<key>.parquet`."""

from __future__ import annotations

from typing import Any

from plait.io import frames, problems
from plait.io.filesystem import _FolderIOManager, _lazy, load_recorded
from plait.io.staging import Pin


class ParquetIOManager(_FolderIOManager):
    """Stores tables under `base_dir`; the library follows the value when writing, the annotation when reading.

    Without an annotation a table comes back as the first of pandas, polars and pyarrow that is there.
    """

    extension = ".parquet"
    format = "parquet"

    def dump_to_path(self, context: Any, obj: Any, path: Any) -> None:
        library = frames.library_of(obj)
        if library is None:
            kind = type(obj)
            raise problems.StorageError(
                f"{context.what()} returned a {kind.__module__}.{kind.__qualname__}; ParquetIOManager stores "
                "pandas.DataFrame, polars.DataFrame, polars.LazyFrame and pyarrow.Table",
                "return a table, or choose another I/O manager for it with io_manager_key",
            )
        if not frames.can_write(library):
            raise problems.StorageError(
                f"{context.what()}: pandas needs pyarrow or fastparquet to write Parquet, "
                "and neither is installed",
                "add pyarrow to the project's dependencies",
            )
        try:
            frames.write(obj, library, str(path))
        except OSError as error:
            if error.errno is not None:
                raise
            raise self._refused(context, error) from error
        except Exception as error:
            raise self._refused(context, error) from error

    def load_from_path(self, context: Any, path: Any) -> Any:
        return frames.read(str(path), frames.library_wanted(context.annotation), _lazy(context))

    def load_other(self, context: Any, pin: Pin) -> tuple[str, Any]:
        return load_recorded(self, context, pin)

    @staticmethod
    def _refused(context: Any, error: Exception) -> problems.StorageError:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        return problems.StorageError(
            f"{context.what()} cannot be written as Parquet: {type(error).__name__}: {first}",
            "give every column one type and a text name, or choose FilesystemIOManager for it",
        )
