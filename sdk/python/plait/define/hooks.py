"""Hooks: functions that run after a step's body, in its process: ``@success_hook`` and ``@failure_hook``."""

from __future__ import annotations

from plait import check, names, signatures
from plait.coroutines import finished
from plait.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
)
from plait.record import Record


class HookExecutionResult(Record):
    """What a hook function of one's own returns: whether it had nothing to do."""

    __slots__ = ("hook_name", "is_skipped")

    def __init__(self, hook_name, is_skipped=None) -> None:
        self.hook_name = check.text(hook_name, "hook_name")
        self.is_skipped = bool(is_skipped)


class AnyHookContext:
    """What a hook is told; ``running/hooks.py`` tells it."""

    def bound_to(self, hook: HookDefinition) -> AnyHookContext:
        """The same for a direct call of ``hook``."""
        return self


class HookDefinition(Record):
    """A hook by name. ``hook_fn(context, events)`` is given the step's events and returns a ``HookExecutionResult``."""

    __slots__ = ("name", "hook_fn", "required_resource_keys", "decorated_fn", "__dict__")

    def __init__(self, *, name, hook_fn, required_resource_keys=None, decorated_fn=None) -> None:
        self.name = names.name(check.text(name, "name of HookDefinition"), "hook")
        self.hook_fn = _function(hook_fn, "hook_fn of hook %s" % name)
        self.required_resource_keys = _keys(required_resource_keys, name)
        self.decorated_fn = (
            None
            if decorated_fn is None
            else _function(decorated_fn, "decorated_fn of hook %s" % name)
        )

    def _values(self) -> tuple:
        return (self.name, self.hook_fn, self.required_resource_keys, self.decorated_fn)

    def __hash__(self) -> int:
        return hash((self.name, self.hook_fn))

    def __repr__(self) -> str:
        return "<hook %s>" % self.name

    def __call__(self, *args, **kwargs):
        """Attach the hook to an asset definition; or run its function, as a unit test does."""
        if args and getattr(args[0], "takes_hooks", False):
            return args[0].with_hooks({self})
        if args and getattr(args[0], "family", None) == "jobs":
            return args[0]  # a job is not run yet, so nothing of it is hooked
        if self.decorated_fn is None:
            raise DagsterInvalidInvocationError(
                "hook %s was not made by @success_hook or @failure_hook, so it cannot be called; call its hook_fn"
                % self.name
            )
        parameter = signatures.read(self.decorated_fn).positional[0]
        if len(args) + len(kwargs) != 1 or (kwargs and parameter not in kwargs):
            raise DagsterInvalidInvocationError(
                "hook %s takes one argument, %s; pass dg.build_hook_context(...)"
                % (self.name, parameter)
            )
        context = args[0] if args else kwargs[parameter]
        check.opt_of(context, AnyHookContext, parameter, "a HookContext")
        return self.decorated_fn(None if context is None else context.bound_to(self))


def _function(value, what: str):
    if not callable(value):
        raise check.wrong(what, "a function", value)
    return value


def _keys(value, name) -> frozenset:
    what = "required_resource_keys of hook %s" % (name,)
    check.opt_of(value, (set, frozenset), what, "a set of strings")
    return frozenset(check.texts(value, what))


def hooks_of(value, what: str) -> frozenset:
    """A set of hooks, checked."""
    if not value and value is not None and isinstance(value, (set, frozenset)):
        return frozenset()
    check.opt_of(value, (set, frozenset), what, "a set of hooks, as in hooks={my_hook}")
    for hook in value or ():
        if not isinstance(hook, HookDefinition):
            raise CheckError(
                "%s: every element must be a hook, not %r; is @success_hook or @failure_hook missing?"
                % (what, hook)
            )
    return frozenset(value or ())


def success_hook(hook_fn=None, *, name=None, required_resource_keys=None):
    """Make a hook of a function: it runs when the step has succeeded."""
    return _decorated(hook_fn, name, required_resource_keys, "is_step_success")


def failure_hook(name=None, required_resource_keys=None):
    """Make a hook of a function: it runs when the step has failed and is not tried again."""
    if callable(name):
        return _decorated(name, None, required_resource_keys, "is_step_failure")
    return _decorated(None, name, required_resource_keys, "is_step_failure")


def _decorated(hook_fn, name, required_resource_keys, wanted: str):
    check.opt_text(name, "name of the hook")

    def decorate(fn):
        _function(fn, "what the hook decorates")
        called = name or getattr(fn, "__name__", type(fn).__name__)
        positional = signatures.read(fn).positional
        if not positional or positional[0].strip("_") not in ("", "context"):
            raise DagsterInvalidDefinitionError(
                "hook %s: its function must have a first parameter named context%s"
                % (called, _place(fn))
            )

        def run(context, events):
            for event in events:
                if getattr(event, wanted):
                    finished(fn(context))
                    return HookExecutionResult(called, False)
            return HookExecutionResult(called, True)

        hook = HookDefinition(
            name=called,
            hook_fn=run,
            required_resource_keys=required_resource_keys,
            decorated_fn=fn,
        )
        hook.__doc__ = fn.__doc__
        return hook

    return decorate if hook_fn is None else decorate(hook_fn)


def _place(fn) -> str:
    at = signatures.position(fn)
    return "" if at is None else " (%s:%d)" % at
