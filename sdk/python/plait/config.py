"""Configuration with types: ``Config``, ``ConfigurableResource``, ``ConfigurableIOManager``. Needs pydantic 2.

Everything else of plait works without pydantic; this module is imported when one of its names is used.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import Annotated, Any

try:
    import pydantic
except ImportError as error:
    raise ImportError(
        "Config and ConfigurableResource need pydantic 2, which this location's environment does not have; add "
        '"pydantic>=2" to the project\'s dependencies and run `plait env sync`'
    ) from error
if pydantic.VERSION.startswith("1."):
    raise ImportError(
        "Config and ConfigurableResource need pydantic 2, but this location's environment has pydantic %s; ask for "
        '"pydantic>=2" in the project\'s dependencies and run `plait env sync`' % pydantic.VERSION
    )

from plait.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidInvocationError,
    PlaitNotCoveredError,
)
from plait.io import IOManager
from plait.resources import (
    EnvVar,
    InitResourceContext,
    IntEnvVar,
    _ResourceMark,
    env_value,
    opened,
    plain_config,
)

_DEPENDENCY = _ResourceMark("resource_dependency")


class ResourceDependency:
    """``ResourceDependency[T]``: a field of a resource that is another resource of any type."""

    def __class_getitem__(cls, item):
        return Annotated[Any, _DEPENDENCY]


class _Base(pydantic.BaseModel):
    """Fields that may be environment variables until ``resolved``."""

    model_config = pydantic.ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    def __init__(self, **data) -> None:
        super().__init__(**data)
        for name, field in type(self).model_fields.items():
            given = data.get(name, data.get(field.alias) if field.alias else None)
            if isinstance(given, (EnvVar, IntEnvVar)):
                self.__dict__[name] = given  # pydantic made plain text of it

    def __setattr__(self, name: str, value) -> None:
        if not name.startswith("_") and name in type(self).model_fields:
            raise DagsterInvalidInvocationError(
                "%s is immutable: its field %r cannot be set; make a changed copy with model_copy(update=...), or keep "
                "state in a private attribute (_name: type = pydantic.PrivateAttr())"
                % (type(self).__name__, name)
            )
        super().__setattr__(name, value)

    def resolved(self, where: str):
        """A copy with every environment variable read and every field checked again; self where there is none."""
        changed, checked = {}, False
        for name in type(self).model_fields:
            value = self.__dict__.get(name)
            if isinstance(value, (EnvVar, IntEnvVar)):
                changed[name] = env_value(value, "field %r of %s" % (name, where))
                checked = True
            elif isinstance(value, _Base) and not isinstance(value, ConfigurableResourceFactory):
                inner = value.resolved("%s.%s" % (where, name))
                if inner is not value:
                    changed[name] = inner
        if not changed:
            return self
        if checked:
            fields = {
                name: changed.get(name, self.__dict__[name]) for name in type(self).model_fields
            }
            try:
                type(self).__pydantic_validator__.validate_python(
                    {
                        (field.alias or name): fields[name]
                        for name, field in type(self).model_fields.items()
                    }
                )
            except pydantic.ValidationError as error:
                raise DagsterInvalidConfigError(
                    "configuration of %s does not fit: %s" % (where, error)
                ) from None
        return self.model_copy(update=changed)

    def describe_config(self) -> dict:
        """The fields for a manifest: plain values, ``{"env": NAME}`` for variables, never a secret."""
        return {name: plain_config(self.__dict__.get(name)) for name in type(self).model_fields}


class Config(_Base):
    """Configuration of an asset: the class of a parameter named ``config``."""

    __plait_config__ = True

    @classmethod
    def from_values(cls, values, where: str):
        """The object for a mapping of given values; unknown and missing fields are errors that name ``where``."""
        values = dict(values or {})
        known = set(cls.model_fields) | {
            field.alias for field in cls.model_fields.values() if field.alias
        }
        if cls.model_config.get("extra") != "allow":
            for name in values:
                if name not in known:
                    raise DagsterInvalidConfigError(
                        "%s: unknown configuration field %r; known are %s"
                        % (where, name, ", ".join(sorted(known)) or "none")
                    )
        try:
            return cls(**values)
        except pydantic.ValidationError as error:
            raise DagsterInvalidConfigError(
                "configuration of %s does not fit: %s" % (where, error)
            ) from None


class PermissiveConfig(Config):
    """As ``Config``, and fields that it does not declare are kept."""

    model_config = pydantic.ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)


class ConfigurableResourceFactory(_Base):
    """A resource whose fields are its configuration; ``create_resource`` makes what bodies see."""

    __plait_resource__ = True

    def __class_getitem__(cls, item):
        return (
            super().__class_getitem__(item)
            if cls.__pydantic_generic_metadata__["parameters"]
            else cls
        )

    def create_resource(self, context):
        raise NotImplementedError("%s must define create_resource(context)" % type(self).__name__)

    def setup_for_execution(self, context) -> None:
        """Called before the step; private attributes may be set here."""

    def teardown_after_execution(self, context) -> None:
        """Called after the step, also when it failed."""

    @contextmanager
    def yield_for_execution(self, context):
        """The whole life of the resource around a step, for subclasses that prefer one ``with`` to two hooks."""
        self.setup_for_execution(context)
        try:
            yield self.create_resource(context)
        finally:
            self.teardown_after_execution(context)

    @contextmanager
    def open_for_execution(self, key: str, context):
        """The resource with variables read, the resources inside it opened first, and its hooks around the block."""
        with ExitStack() as stack:
            own = self.resolved("resource %r" % key)
            inner = {}
            for name in type(own).model_fields:
                value = own.__dict__.get(name)
                if value is not None and (
                    hasattr(value, "open_for_execution") or hasattr(value, "resource_fn")
                ):
                    inner[name] = stack.enter_context(opened("%s.%s" % (key, name), value, context))
            if inner or own is self:
                own = own.model_copy()
                own.__dict__.update(inner)
            yield stack.enter_context(_as_context(own.yield_for_execution(context)))

    def process_config_and_initialize(self):
        """The resource outside a step: variables read, no hooks called."""
        own = self.resolved(type(self).__name__)
        return own.create_resource(InitResourceContext())

    @contextmanager
    def process_config_and_initialize_cm(self):
        with self.open_for_execution(type(self).__name__, InitResourceContext()) as thing:
            yield thing

    @classmethod
    def configure_at_launch(cls, **_fields):
        raise PlaitNotCoveredError(
            "%s.configure_at_launch(): plait does not cover configuration at launch yet; give the fields where the resource "
            "is made, with EnvVar for what differs between environments" % cls.__name__
        )


def _as_context(thing):
    """``yield_for_execution`` may be a context manager, or a plain generator function."""
    return thing if hasattr(thing, "__enter__") else contextmanager(lambda: thing)()


class ConfigurableResource(ConfigurableResourceFactory):
    """A resource whose fields are its configuration; bodies see the object itself."""

    def create_resource(self, context):
        return self


class ConfigurableIOManagerFactory(ConfigurableResourceFactory):
    """Configuration of an I/O manager that ``create_io_manager`` makes."""

    def create_io_manager(self, context) -> IOManager:
        raise NotImplementedError("%s must define create_io_manager(context)" % type(self).__name__)

    def create_resource(self, context):
        return self.create_io_manager(context)


class ConfigurableIOManager(ConfigurableResource, IOManager):
    """An I/O manager whose fields are its configuration."""
