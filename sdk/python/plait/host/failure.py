"""Exceptions of user code as facts: kind, sentence, place in the user's code, remedy, traceback."""

from __future__ import annotations

import os
import re
import traceback
from types import TracebackType

from plait import errors
from plait.host.territory import Territory
from plait.running.retries import wish_of

_CONFIG = (errors.DagsterInvalidConfigError, errors.DagsterInvalidConfigDefinitionError)


def place_of(error: BaseException, territory: Territory) -> tuple[str | None, int | None]:
    """File and line of the deepest frame in the user's code; of the cause where the error itself has none."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if (
            isinstance(current, SyntaxError)
            and current.filename
            and territory.mine(current.filename)
        ):
            return os.path.abspath(current.filename), current.lineno
        place = _deepest(current.__traceback__, territory)
        if place is not None:
            return place
        current = current.__cause__ or current.__context__
    return None, None


def _deepest(tb: TracebackType | None, territory: Territory) -> tuple[str, int] | None:
    place = None
    while tb is not None:
        path = tb.tb_frame.f_code.co_filename
        if territory.mine(path):
            place = (os.path.abspath(path), tb.tb_lineno)
        tb = tb.tb_next
    return place


def _shown(path: str, territory: Territory) -> bool:
    return "importlib" not in path and territory.kind(path) != "sdk"


def _summary(
    error: BaseException, territory: Territory, whole: bool
) -> traceback.TracebackException:
    summary = traceback.TracebackException(type(error), error, error.__traceback__)
    pending, seen = [summary], set()
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if not whole:
            one.stack[:] = [frame for frame in one.stack if _shown(frame.filename, territory)]
        pending += [one.__cause__, one.__context__]
    return summary


def text_of(error: BaseException, territory: Territory, whole: bool = False) -> str:
    """The traceback as text; unless `whole`, without the frames of the SDK and of the import machinery."""
    return "".join(_summary(error, territory, whole).format())


def class_of(error: BaseException) -> str:
    kind = type(error)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def _sentence(error: BaseException) -> str:
    text = str(error).strip()
    name = type(error).__name__
    return f"{name}: {text}" if text else name


# Loading.


def of_loading(error: BaseException, location: dict, territory: Territory) -> dict:
    """The host protocol's `error` for what was raised while the location's code was loaded."""
    kind, message, hint = _classify(error, location, territory)
    file, line = place_of(error, territory)
    if kind == "import" and file is None and _inside_sdk(error, territory):
        kind, hint = (
            "internal",
            "this looks like a fault of plait itself: please report it with the traceback",
        )
    return {
        "kind": kind,
        "message": message,
        "file": file,
        "line": line,
        "hint": getattr(error, "hint", None) or hint,
        "traceback": text_of(error, territory, whole=kind == "internal"),
        "exception": class_of(error),
    }


def _inside_sdk(error: BaseException, territory: Territory) -> bool:
    tb, last = error.__traceback__, None
    while tb is not None:
        last, tb = tb.tb_frame.f_code.co_filename, tb.tb_next
    return territory.kind(last) == "sdk" and not isinstance(
        error, (errors.DagsterError, errors.CheckError)
    )


def _classify(
    error: BaseException, location: dict, territory: Territory
) -> tuple[str, str, str | None]:
    if isinstance(error, SyntaxError):
        text = (error.text or "").strip()
        return "syntax", f"{error.msg}: {text}" if text else str(error.msg), None
    if _not_covered(error):
        return "unsupported", str(error), None
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _missing(error, location)
    if isinstance(error, _CONFIG):
        return "config", str(error), None
    if isinstance(error, (errors.DagsterError, errors.CheckError)):
        return "definition", str(error), None
    if isinstance(error, SystemExit):
        return (
            "import",
            f"the code called sys.exit({error.code!r}) while it was loaded",
            "do not end the process at import; guard it with: if __name__ == '__main__'",
        )
    if isinstance(error, KeyboardInterrupt):
        return "import", "loading was interrupted (KeyboardInterrupt)", None
    return "import", _sentence(error), None


def _not_covered(error: BaseException) -> bool:
    """True for what the SDK itself refuses: a feature, a name or an integration of Dagster."""
    if isinstance(error, errors.PlaitNotCoveredError):
        return True
    return isinstance(error, (ImportError, AttributeError)) and "plait does not cover" in str(error)


def _missing(error: ModuleNotFoundError, location: dict) -> tuple[str, str, str | None]:
    name = str(error.name)
    root = name.split(".")[0]
    target = str(location.get("target"))
    searched = ", ".join(location.get("import_paths") or [location.get("working_directory", ".")])
    if location.get("loader") != "python_file" and (
        target == name or target.startswith(name + ".")
    ):
        return (
            "missing_module",
            f'module "{target}" of location "{location["name"]}" was not found (no "{name}"); '
            f"looked in {searched} and in the environment's packages",
            "check the module's name and the location's working_directory; for a src/ layout point "
            "working_directory at src, or install the project: plait env sync "
            + str(location["name"]),
        )
    own = target.split(".")[0]
    if root == own and root != name:
        return (
            "missing_module",
            f'module "{name}" does not exist',
            f"check the spelling, and that {root} has a file or folder of that name",
        )
    sync = f"plait env sync {location['name']}"
    return (
        "missing_module",
        f'package "{root}" is not installed in the environment of location "{location["name"]}"',
        f"run: {sync}"
        if _declared(root, location)
        else f"add {root} to the project's dependencies, then run: {sync}",
    )


def _declared(package: str, location: dict) -> bool:
    """Whether the project's file names the package at all; no more than a hint depends on it."""
    try:
        path = os.path.join(str(location.get("project_root")), "pyproject.toml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return False
    name = re.escape(package).replace("_", "[-_]")
    return re.search(rf"""["']{name}(?![\w-])""", text, re.IGNORECASE) is not None


# Running.


def of_step(error: BaseException, territory: Territory) -> dict:
    """The Pipes exception object, with `file`, `line` and `hint` added."""
    exception = _pipes(error, territory, 0)
    file, line = place_of(error, territory)
    exception.update(file=file, line=line, hint=getattr(error, "hint", None), retry=_retry(error))
    return exception


def _retry(error: BaseException) -> dict | None:
    """What `Failure` and `RetryRequested` say about trying again; None when the retry policy decides."""
    wish = wish_of(error)
    return None if wish is None else dict(zip(("allowed", "max_retries", "delay"), wish))


def _pipes(error: BaseException, territory: Territory, depth: int) -> dict:
    frames = traceback.extract_tb(error.__traceback__)
    kept = [frame for frame in frames if _shown(frame.filename, territory)]
    if not kept and not getattr(error, "hint", None):  # what the SDK says with a remedy needs none
        kept = list(frames)
    cause = error.__cause__ if depth < 8 else None
    context = error.__context__ if depth < 8 and not error.__suppress_context__ else None
    if context is cause:
        context = None
    return {
        "message": str(error).strip() or type(error).__name__,
        "stack": traceback.format_list(kept),
        "name": type(error).__name__,
        "cause": None if cause is None else _pipes(cause, territory, depth + 1),
        "context": None if context is None else _pipes(context, territory, depth + 1),
    }
