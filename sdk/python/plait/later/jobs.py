"""Jobs of assets, and jobs, graphs and ops. A function that is decorated as an op can be called; nothing composes it yet."""

from __future__ import annotations

from plait.define.decorators import asset
from plait.define.multi_assets import multi_asset
from plait.inert import Chain, Definition, Value, named


class AssetSelection(Chain):
    """A set of assets."""

    __plait_inert__ = "selection"


class In(Value):
    _names = ("dagster_type", "description", "default_value", "metadata", "asset_key")


class Out(Value):
    _names = ("dagster_type", "description", "is_required", "io_manager_key", "metadata")


class DynamicOut(Out): ...


class DynamicOutput(Value):
    _names = ("value", "mapping_key", "output_name", "metadata")


class GraphIn(Value):
    _names = ("description",)


class GraphOut(GraphIn): ...


class _Composed(Definition):
    """What may be hung about with hooks, tags and configuration: nothing of it counts yet."""

    def _same(self, *args, **given):
        return self

    with_hooks = with_retry_policy = alias = tag = configured = with_top_level_resources = _same


class AssetJobDefinition(_Composed):
    """A named selection of assets."""

    family, noun = "jobs", "job"

    def _remedy(self) -> str:
        selection = self.__dict__.get("selection")
        if isinstance(selection, str):
            return ": make its assets with plait materialize --select '%s'" % selection
        return ": make its assets with plait materialize --select"


class JobDefinition(_Composed):
    """A graph of ops to run."""

    family, noun = "jobs", "job"

    def __init__(self, name=None, **given) -> None:
        graph = given.get("graph_def")
        super().__init__(name or (graph.name if graph is not None else "job"), **given)

    def _remedy(self) -> str:
        return ": it consists of ops; plait runs assets"


class GraphDefinition(_Composed):
    noun = "graph"

    def __init__(self, name=None, **given) -> None:
        super().__init__(name or "graph", **given)

    def to_job(self, name=None, **given) -> JobDefinition:
        return JobDefinition(name or self.name, **given)


class OpDefinition(_Composed):
    noun = "op"

    def __init__(self, compute_fn=None, name=None, **given) -> None:
        given.setdefault("fn", compute_fn)
        super().__init__(named(given["fn"], name), **given)


def define_asset_job(name, selection=None, config=None, description=None, **given):
    """A job that makes the selected assets."""
    return AssetJobDefinition(name, selection=selection, description=description, **given)


def op(compute_fn=None, *, name=None, **given):
    """Make an op of a function."""

    def decorate(fn):
        return OpDefinition(fn, named(fn, name), **given)

    return decorate if compute_fn is None else decorate(compute_fn)


def graph(compose_fn=None, *, name=None, **given):
    """Make a graph of a function that calls ops. It is not called."""

    def decorate(fn):
        return GraphDefinition(named(fn, name), fn=fn, **given)

    return decorate if compose_fn is None else decorate(compose_fn)


def job(compose_fn=None, *, name=None, **given):
    """Make a job of a function that calls ops. It is not called."""

    def decorate(fn):
        return JobDefinition(named(fn, name), fn=fn, **given)

    return decorate if compose_fn is None else decorate(compose_fn)


_GRAPH = "it is composed of ops"


def graph_asset(compose_fn=None, **given):
    """An asset that ops make together: it is listed, and refuses to run."""
    for name in ("config", "resource_defs"):
        given.pop(name, None)

    def decorate(fn):
        return asset(fn, **given).copy(refusal=_GRAPH)

    return decorate if compose_fn is None else decorate(compose_fn)


def graph_multi_asset(*, outs, **given):
    """Several assets that ops make together: they are listed, and refuse to run."""
    for name in ("config", "resource_defs"):
        given.pop(name, None)

    def decorate(fn):
        return multi_asset(outs=outs, **given)(fn).copy(refusal=_GRAPH)

    return decorate
