"""`context.log` and `get_dagster_logger()`: a standard logger whose records become the step's `log` messages."""

from __future__ import annotations

import logging
from typing import Any, Callable

_LEVELS = ((50, "CRITICAL"), (40, "ERROR"), (30, "WARNING"), (20, "INFO"), (0, "DEBUG"))
_ROOT = "dagster"
# Looked up once: a step's process has no time to lose on the lock of all loggers.
_root = logging.getLogger(_ROOT)
_builtin = logging.getLogger(_ROOT + ".builtin")


class SinkHandler(logging.Handler):
    """Hands every record to `sink(level, text)`; a traceback becomes part of the text."""

    sink: Callable[[str, str], None]

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
            if record.exc_info and record.exc_info[0] is not None:
                text += "\n" + logging.Formatter().formatException(record.exc_info)
            self.sink(level_name(record.levelno), text)
        except Exception:
            self.handleError(record)


def level_name(number: int) -> str:
    """The nearest standard level name at or below `number`."""
    return next(name for least, name in _LEVELS if number >= least)


def step_logger() -> logging.Logger:
    """The logger behind `context.log`."""
    if _builtin.level != logging.DEBUG:
        _builtin.setLevel(logging.DEBUG)
    return _builtin


def warm() -> None:
    """Once for all steps of a process what the first would do: setting a level empties every logger's cache."""
    _root.setLevel(logging.DEBUG)
    step_logger()


def get_dagster_logger(name: str | None = None) -> logging.Logger:
    """A logger for code without a context; inside a step it goes where `context.log` goes."""
    return _builtin if name is None else logging.getLogger(f"{_ROOT}.{name}")


#: handlers that no step uses at the moment: making one takes longer than many a step
_spare = [SinkHandler()]


class to_sink:
    """While entered, `context.log` and `get_dagster_logger()` go to `sink(level, text)` and nowhere else."""

    def __init__(self, sink: Callable[[str, str], None]) -> None:
        self._sink = sink
        self._before: tuple[Any, ...] = ()

    def __enter__(self) -> logging.Logger:
        self._before = (_root.level, _root.propagate)
        if _root.level != logging.DEBUG:
            _root.setLevel(logging.DEBUG)
        _root.propagate = False
        self._handler = _spare.pop() if _spare else SinkHandler()
        self._handler.sink = self._sink
        _root.addHandler(self._handler)
        return step_logger()

    def __exit__(self, *problem: Any) -> None:
        _root.removeHandler(self._handler)
        _spare.append(self._handler)
        _root.level, _root.propagate = self._before
