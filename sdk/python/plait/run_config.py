"""``RunConfig``: configuration for one run, per asset (by the name of its step) and per resource."""

from __future__ import annotations

from plait import check


class RunConfig:
    """``ops`` and ``resources`` map a name to a ``Config`` object or to ``{"config": {...}}``."""

    def __init__(self, ops=None, resources=None, loggers=None, execution=None) -> None:
        self.ops = check.mapping(ops, "ops")
        self.resources = check.mapping(resources, "resources")
        self.loggers = check.mapping(loggers, "loggers")
        self.execution = check.mapping(execution, "execution")

    def to_config_dict(self) -> dict:
        return {
            "loggers": self.loggers,
            "resources": {key: _plain(value) for key, value in self.resources.items()},
            "ops": {key: _plain(value) for key, value in self.ops.items()},
            "execution": self.execution,
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunConfig) and self.to_config_dict() == other.to_config_dict()

    __hash__ = None


def _plain(value):
    if getattr(type(value), "__plait_config__", False):
        return {"config": value.model_dump()}
    return value
