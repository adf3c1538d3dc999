"""Reading a function's parameters and annotations, without ``inspect`` for the functions people write.

Annotations may be text (``from __future__ import annotations``); what cannot be resolved stays an ``Unresolved`` and is
never an error here.
"""

from __future__ import annotations

_VARARGS, _VARKEYWORDS = 0x04, 0x08
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200


_BUILTINS = {
    kind.__name__: kind for kind in (int, str, float, bool, list, dict, tuple, set, bytes, object)
}


class _Empty:
    def __repr__(self) -> str:
        return "<no annotation>"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "EMPTY"


EMPTY = _Empty()


class Unresolved(str):
    """The text of an annotation whose names have no meaning at load time."""

    __slots__ = ()


class Signature:
    """Names of the positional and the keyword-only parameters, annotations by name, and what kind of function it is."""

    __slots__ = (
        "positional",
        "keyword_only",
        "annotations",
        "returns",
        "varargs",
        "varkeywords",
        "generator",
        "coroutine",
        "positional_only",
        "keyword_defaults",
    )

    def annotation(self, name: str):
        return self.annotations.get(name, EMPTY)


def unwrapped(fn):
    """The function below ``functools.wraps``: the one whose parameters count."""
    seen = 0
    while hasattr(fn, "__wrapped__") and seen < 64:
        fn = fn.__wrapped__
        seen += 1
    return fn


def read(fn) -> Signature:
    """The signature of ``fn``; raises TypeError if it is not callable."""
    target = unwrapped(fn)
    code = getattr(target, "__code__", None)
    if code is None or hasattr(target, "__self__") or hasattr(fn, "__signature__"):
        return _inspected(fn)
    sig = Signature()
    flags, count = code.co_flags, code.co_argcount
    names = code.co_varnames
    sig.positional = names[:count]
    sig.positional_only = names[: code.co_posonlyargcount]
    sig.keyword_only = names[count : count + code.co_kwonlyargcount]
    sig.keyword_defaults = frozenset(target.__kwdefaults__ or ())
    sig.varargs = bool(flags & _VARARGS)
    sig.varkeywords = bool(flags & _VARKEYWORDS)
    sig.generator = bool(flags & (_GENERATOR | _ASYNC_GENERATOR))
    sig.coroutine = bool(flags & (_COROUTINE | _ASYNC_GENERATOR))
    _annotate(sig, target)
    return sig


def _inspected(fn) -> Signature:
    import inspect

    sig = Signature()
    parameters = inspect.signature(fn).parameters.values()
    sig.positional = tuple(
        [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    )
    sig.positional_only = tuple([p.name for p in parameters if p.kind is p.POSITIONAL_ONLY])
    sig.keyword_only = tuple([p.name for p in parameters if p.kind is p.KEYWORD_ONLY])
    sig.keyword_defaults = frozenset(
        [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is not p.empty]
    )
    sig.varargs = any([p.kind is p.VAR_POSITIONAL for p in parameters])
    sig.varkeywords = any([p.kind is p.VAR_KEYWORD for p in parameters])
    target = unwrapped(fn)
    target = getattr(target, "func", target)  # functools.partial
    if not hasattr(target, "__code__") and hasattr(target, "__call__"):
        target = target.__call__
    code = getattr(target, "__code__", None)
    flags = code.co_flags if code is not None else 0
    sig.generator = bool(flags & (_GENERATOR | _ASYNC_GENERATOR))
    sig.coroutine = bool(flags & (_COROUTINE | _ASYNC_GENERATOR))
    _annotate(sig, getattr(target, "__func__", target))
    return sig


def _annotate(sig: Signature, target) -> None:
    try:
        raw = target.__annotations__
    except Exception:  # annotations evaluated on demand may name what does not exist yet
        raw = {}
    sig.annotations = (
        {
            name: resolve(value, target) if isinstance(value, str) else value
            for name, value in raw.items()
        }
        if raw
        else raw
    )
    sig.returns = sig.annotations.get("return", EMPTY) if raw else EMPTY


def resolve(text: str, fn):
    """The object that an annotation's text means where ``fn`` was defined, or an ``Unresolved``."""
    if text == "None":
        return None
    space = getattr(fn, "__globals__", {})
    first, *rest = text.split(".")
    if first in space and all([part.isidentifier() for part in rest]):
        try:
            value = space[first]
            for part in rest:
                value = getattr(value, part)
        except Exception:  # whatever a module's own __getattr__ raises
            return Unresolved(text)
        return value
    if text in _BUILTINS:
        return _BUILTINS[text]
    local = None
    closure = getattr(fn, "__closure__", None)
    if closure:
        local = {}
        for name, cell in zip(fn.__code__.co_freevars, closure):
            try:
                local[name] = cell.cell_contents
            except ValueError:
                pass
    try:
        value = eval(text, space, local)
    except Exception:
        return Unresolved(text)
    return resolve(value, fn) if isinstance(value, str) and value != text else value


def docstring(fn) -> str | None:
    """The function's documentation with its common indentation removed."""
    text = getattr(fn, "__doc__", None)
    if hasattr(fn, "func") and text == type(fn).__doc__:
        text = getattr(fn.func, "__doc__", None)  # functools.partial would tell about itself
    if not isinstance(text, str):
        return None
    if "\n" not in text:
        return text.strip() or None
    lines = text.expandtabs().split("\n")
    margins = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    margin = min(margins) if margins else 0
    lines = [lines[0].lstrip()] + [line[margin:] for line in lines[1:]]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines) or None


def position(fn) -> tuple[str, int] | None:
    """File and line of the definition."""
    target = unwrapped(fn)
    target = getattr(target, "func", target)
    code = getattr(target, "__code__", None)
    if code is None:
        code = getattr(getattr(type(target), "__call__", None), "__code__", None)
    return None if code is None else (code.co_filename, code.co_firstlineno)
