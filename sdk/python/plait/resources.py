"""Resources without pydantic: environment variables as values, ``@resource``, and how any resource is opened and closed.

The classes whose fields are configuration (``ConfigurableResource``) live in ``config``, which needs pydantic.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, nullcontext

from plait import check, signatures
from plait.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidInvocationError,
    DagsterResourceFunctionError,
    DagsterUnknownResourceError,
)


class EnvVar(str):
    """The value of an environment variable, read when a step starts and never when the code is loaded.

    It stands where configuration is given: ``MyResource(token=EnvVar("TOKEN"))``.
    """

    __slots__ = ()

    @classmethod
    def int(cls, name: str) -> IntEnvVar:
        """A variable that holds an integer."""
        return IntEnvVar.named(name)

    @property
    def env_var_name(self) -> str:
        return str.__str__(self)

    def get_value(self, default: str | None = None) -> str | None:
        """The value now."""
        return os.environ.get(self.env_var_name, default)

    def __str__(self) -> str:
        raise _too_early(self.env_var_name)

    def __format__(self, spec: str) -> str:
        raise _too_early(self.env_var_name)

    def __repr__(self) -> str:
        return "EnvVar(%s)" % str.__repr__(self)

    def __reduce__(self) -> tuple:
        return (EnvVar, (str.__str__(self),))


class IntEnvVar(int):
    """As ``EnvVar``, for an integer."""

    name: str

    @classmethod
    def named(cls, name: str) -> IntEnvVar:
        variable = int.__new__(cls, 0)
        variable.name = check.text(name, "name of EnvVar.int")
        return variable

    @property
    def env_var_name(self) -> str:
        return self.name

    def get_value(self, default=None):
        text = os.environ.get(self.name)
        if text is None:
            return default
        try:
            return int(text)
        except ValueError:
            raise DagsterInvalidConfigError(
                "environment variable %s must hold an integer, not %r" % (self.name, text)
            ) from None

    def _early(self, *_):
        raise _too_early(self.name)

    __str__ = __int__ = __index__ = __format__ = _early

    def __repr__(self) -> str:
        return "EnvVar.int(%r)" % self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IntEnvVar) and other.name == self.name

    def __reduce__(self) -> tuple:
        return (IntEnvVar.named, (self.name,))


def _too_early(name: str) -> RuntimeError:
    return RuntimeError(
        "the environment variable %s is read when a step starts, so it has no value yet; pass EnvVar(%r) on as "
        "configuration, or call .get_value() on it" % (name, name)
    )


def env_value(variable: EnvVar | IntEnvVar, where: str):
    """The value of a variable that must be set; ``where`` says what needs it."""
    value = variable.get_value()
    if value is None:
        raise DagsterInvalidConfigError(
            "%s needs the environment variable %s, which is not set; set it where plait runs or in the location's .env file"
            % (where, variable.env_var_name)
        )
    return value


def plain_config(value):
    """A configuration value for a manifest: plain JSON, with ``{"env": NAME}`` for variables and never a secret."""
    if isinstance(value, (EnvVar, IntEnvVar)):
        return {"env": value.env_var_name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {str(key): plain_config(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [
            plain_config(item)
            for item in (sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value)
        ]
    described = getattr(value, "describe_config", None)
    if described is not None:
        return described()
    if type(value).__name__.startswith("Secret"):
        return "***"
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return "<%s>" % type(value).__name__


class _ResourceMark:
    """The mark in ``Annotated[...]`` by which a parameter is known as a resource."""

    __plait_resource__ = True

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


RESOURCE_PARAM = _ResourceMark("resource_param")


class ResourceParam:
    """``ResourceParam[T]``: a parameter that is a resource of any type ``T``."""

    def __class_getitem__(cls, item):
        from typing import Annotated

        return Annotated[item, RESOURCE_PARAM]


class TreatAsResourceParam:
    """Mixed into a class: a parameter annotated with it is a resource."""

    __plait_resource__ = True


class Resources:
    """Opened resources as attributes."""

    def __init__(self, by_key: dict) -> None:
        self.__dict__.update(by_key)

    def __getattr__(self, name: str):
        raise DagsterUnknownResourceError(
            "no resource %r here (%s); add it to required_resource_keys, or make it a parameter"
            % (
                name,
                "there are: %s" % ", ".join(sorted(self.__dict__))
                if self.__dict__
                else "there are none",
            )
        )

    def _asdict(self) -> dict:
        return dict(self.__dict__)


class InitResourceContext:
    """What a resource is told when it is made."""

    def __init__(
        self,
        resource_config=None,
        resources=None,
        run=None,
        log=None,
        instance=None,
        resource_def=None,
    ) -> None:
        self.resource_config = resource_config if resource_config is not None else {}
        self._resources = resources
        self.run = run
        self.dagster_run = run
        self.instance = instance
        self.resource_def = resource_def
        self._log = log

    @property
    def resources(self):
        return self._resources

    @property
    def run_id(self) -> str | None:
        return None if self.run is None else self.run.run_id

    @property
    def log(self):
        if self._log is None:
            from plait.log import step_logger

            self._log = step_logger()
        return self._log

    def replace_config(self, config) -> InitResourceContext:
        return InitResourceContext(
            config, self._resources, self.run, self._log, self.instance, self.resource_def
        )


class ResourceDefinition:
    """A function that makes a resource; one that yields is closed after its yield."""

    __plait_resource__ = True

    def __init__(
        self,
        resource_fn=None,
        config_schema=None,
        description=None,
        required_resource_keys=None,
        version=None,
    ) -> None:
        if not callable(resource_fn):
            raise check.wrong("resource_fn", "a function", resource_fn)
        self.resource_fn = resource_fn
        self.config_schema = config_schema
        self.description = check.opt_text(description, "description")
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.version = version
        self.config = None
        self.__doc__ = getattr(resource_fn, "__doc__", None)

    @staticmethod
    def hardcoded_resource(value, description=None) -> ResourceDefinition:
        return ResourceDefinition(lambda _context: value, description=description)

    @staticmethod
    def none_resource(description=None) -> ResourceDefinition:
        return ResourceDefinition.hardcoded_resource(None, description)

    @staticmethod
    def string_resource(description=None) -> ResourceDefinition:
        return ResourceDefinition(lambda context: context.resource_config, str, description)

    @staticmethod
    def mock_resource(description=None) -> ResourceDefinition:
        def make(_context):
            from unittest.mock import MagicMock

            return MagicMock()

        return ResourceDefinition(make, description=description)

    def configured(
        self, config_or_config_fn, name=None, config_schema=None, description=None
    ) -> ResourceDefinition:
        """A copy with its configuration given: a value, or a function of configuration given later."""
        new = type(self).__new__(type(self))
        new.__dict__.update(self.__dict__)
        if callable(config_or_config_fn):
            inner = self.resource_fn

            def make(context):
                return _call(
                    inner, context.replace_config(config_or_config_fn(context.resource_config))
                )

            new.resource_fn, new.config_schema = make, config_schema
        else:
            new.config = config_or_config_fn
        if description is not None:
            new.description = description
        return new

    def describe_config(self):
        return plain_config(self.config)

    def __call__(self, *args, **kwargs):
        """Make the resource as plain code does: with a context, or with nothing where the function takes nothing."""
        given = [*args, *kwargs.values()]
        takes = len(signatures.read(self.resource_fn).positional)
        if len(given) > 1 or (takes and not given):
            raise DagsterInvalidInvocationError(
                "resource %s takes one argument, a context; build_init_resource_context() makes one"
                % getattr(self.resource_fn, "__name__", "function")
            )
        context = (
            given[0]
            if given and given[0] is not None
            else InitResourceContext(resource_config=self.config)
        )
        made = _call(self.resource_fn, context)
        return next(made) if hasattr(made, "__next__") else made


def resource(config_schema=None, description=None, required_resource_keys=None, version=None):
    """Make a resource of a function that takes a context, or nothing."""
    if callable(config_schema) and not isinstance(config_schema, type):
        return ResourceDefinition(config_schema, description=_doc(config_schema))

    def decorate(fn) -> ResourceDefinition:
        return ResourceDefinition(
            fn, config_schema, description or _doc(fn), required_resource_keys, version
        )

    return decorate


def _doc(fn) -> str | None:
    return signatures.docstring(fn)


def _call(fn, context):
    return fn(context) if signatures.read(fn).positional else fn()


def with_resources(definitions, resource_defs, resource_config_by_key=None) -> list:
    """The asset definitions with resources bound to them."""
    for key, config in (resource_config_by_key or {}).items():
        resource_defs = {
            **resource_defs,
            key: resource_defs[key].configured(config.get("config", config)),
        }
    return [item.with_resources(resource_defs) for item in definitions]


def build_init_resource_context(
    config=None, resources=None, instance=None, **other
) -> InitResourceContext:
    """An InitResourceContext for unit tests of resources; `resources` are made ready at once."""
    return InitResourceContext(config, Resources(dict(resources or {})), instance=instance)


def open_resources(resources, keys=None, *, run=None, log=None, instance=None, config=None):
    """The resources named by ``keys`` (all of them by default), open inside the ``with`` block, as attributes.

    ``resources`` are the raw objects of ``Definitions``; what one of them requires is opened before it. ``config`` holds
    configuration by key. A key that is not there is a ``DagsterUnknownResourceError``.
    """
    if keys is not None and not keys:
        return nullcontext(Resources({}))
    return _open_resources(resources, keys, run, log, instance, config)


@contextmanager
def _open_resources(resources, keys, run, log, instance, config):
    made: dict = {}
    with ExitStack() as stack:

        def need(key: str, path: tuple) -> None:
            if key in made:
                return
            if key not in resources:
                raise DagsterUnknownResourceError(
                    "no resource %r%s; add it to resources of Definitions"
                    % (key, ", needed by %s" % path[-1] if path else "")
                )
            if key in path:
                raise DagsterInvalidConfigError(
                    "resources need each other: %s" % " needs ".join([*path, key])
                )
            value = resources[key]
            inner = sorted(getattr(value, "required_resource_keys", None) or ())
            for other in inner:
                need(other, (*path, key))
            context = InitResourceContext(
                resource_config=(config or {}).get(key),
                run=run,
                log=log,
                instance=instance,
                resources=Resources({other: made[other] for other in inner}),
            )
            made[key] = stack.enter_context(opened(key, value, context))

        for key in sorted(resources if keys is None else keys):
            need(key, ())
        yield Resources(made)


@contextmanager
def opened(key: str, value, context=None):
    """The object that bodies see for one raw resource, open inside the ``with`` block.

    Errors of the resource's own code are ``DagsterResourceFunctionError`` naming the key, with the cause attached.
    """
    context = context if context is not None else InitResourceContext()
    with ExitStack() as stack:
        try:
            thing = _open(stack, key, value, context)
        except (DagsterInvalidConfigError, DagsterResourceFunctionError):
            raise
        except Exception as error:
            raise DagsterResourceFunctionError(
                "resource %r (%s) could not be made: %s: %s"
                % (key, type(value).__name__, type(error).__name__, error),
                user_exception=error,
            ) from error
        yield thing


def _open(stack: ExitStack, key: str, value, context):
    if isinstance(value, ResourceDefinition):
        config = value.config if value.config is not None else context.resource_config
        made = _call(
            value.resource_fn, context.replace_config(resolved_config(config, "resource %r" % key))
        )
        if hasattr(made, "__next__"):
            return stack.enter_context(_stepped(made))
        if type(made).__name__ == "_GeneratorContextManager":
            return stack.enter_context(made)
        return made
    enter = getattr(value, "open_for_execution", None)
    if enter is not None and not isinstance(value, type):
        return stack.enter_context(enter(key, context))
    return value


@contextmanager
def _stepped(generator):
    """A generator that yields once, as a context manager."""
    value = next(generator)
    try:
        yield value
    finally:
        for _ in generator:
            break


def resolved_config(value, where: str):
    """``value`` with every environment variable in it read."""
    if isinstance(value, (EnvVar, IntEnvVar)):
        return env_value(value, where)
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(value.get("env"), str):
            return env_value(EnvVar(value["env"]), where)
        return {key: resolved_config(item, where) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved_config(item, where) for item in value]
    return value


@contextmanager
def build_resources(
    resources,
    instance=None,
    resource_config=None,
    dagster_run=None,
    log_manager=None,
    event_loop=None,
):
    """Open resources outside a step, in a test for instance: ``with build_resources({...}) as resources``."""
    config = {
        key: value["config"] if isinstance(value, dict) and set(value) == {"config"} else value
        for key, value in (resource_config or {}).items()
    }
    with open_resources(
        resources, instance=instance, config=config, run=dagster_run, log=log_manager
    ) as made:
        yield made
