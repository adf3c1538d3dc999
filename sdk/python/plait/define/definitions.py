"""``Definitions``: what one code location defines; and what it comes to once it is resolved.

``Definitions(...)`` only collects. ``resolve()`` does the checks that need the whole: keys and step names are unique, nothing
waits for itself, every resource that a step needs is there. The location host compiles the resolved form.
"""

from __future__ import annotations

from plait import check, signatures
from plait.define.assets import DEFAULT_IO_MANAGER, AssetsDefinition, InputSlot
from plait.errors import (
    CheckError,
    CircularDependencyError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    PlaitNotCoveredError,
)
from plait.keys import AssetKey
from plait.signatures import EMPTY
from plait.specs import AssetSpec

# What plait takes and does not run yet (plait.later); the other two it refuses.
_OTHERS = {
    "schedules": "a schedule",
    "sensors": "a sensor",
    "jobs": "a job",
    "asset_checks": "an asset check",
}
_REFUSED = {"loggers": "loggers", "component_tree": "components"}
# Options of specs that are not acted on -> what is said of the assets that have them.
_TOLD = {
    "automation_condition": "automation conditions are not yet evaluated by plait",
    "freshness_policy": "freshness policies are not yet evaluated by plait",
}


class ResolvedDefinitions:
    """A location's definitions after every check.

    ``steps``: the executable ``AssetsDefinition``s by step name, in the order of definition; ``external``: specs that are only
    declared; ``assets``: (spec, definition or None) by key; ``resources``: the raw resource objects by key.
    """

    __slots__ = ("steps", "external", "assets", "resources", "problems")

    def __init__(self) -> None:
        self.steps: dict[str, AssetsDefinition] = {}
        self.external: list[AssetSpec] = []
        self.assets: dict[AssetKey, tuple[AssetSpec, AssetsDefinition | None]] = {}
        self.resources: dict[str, object] = {}
        self.problems: list[tuple[str, tuple[str, int] | None]] = []

    @property
    def specs(self) -> list[AssetSpec]:
        return [spec for spec, _ in self.assets.values()]


class Definitions:
    """Everything that a code location defines. Each argument is optional; the same object given twice counts once."""

    def __init__(
        self,
        assets=None,
        schedules=None,
        sensors=None,
        jobs=None,
        resources=None,
        executor=None,
        loggers=None,
        asset_checks=None,
        metadata=None,
        component_tree=None,
    ) -> None:
        for name, value in (("loggers", loggers), ("component_tree", component_tree)):
            if value is None:
                continue
            if not hasattr(value, "__len__") and hasattr(value, "__iter__"):
                value = list(value)
            if not hasattr(value, "__len__") or len(value):
                raise PlaitNotCoveredError(
                    "Definitions: %s= is given, but plait does not cover %s yet; open an issue of the plait project"
                    % (name, _REFUSED[name])
                )
        self.assets: list = _assets(assets)
        self.resources: dict[str, object] = check.mapping(resources, "resources of Definitions")
        self.metadata: dict = _metadata(metadata)
        self.executor = executor
        self.schedules = _others("schedules", schedules)
        self.sensors = _others("sensors", sensors)
        self.jobs = _others("jobs", jobs)
        self.asset_checks = _others("asset_checks", asset_checks)
        self.loggers = {}
        self._resolved: ResolvedDefinitions | None = None

    @property
    def others(self) -> dict[str, list]:
        """What is defined here beside assets and resources, by family."""
        return {name: getattr(self, name) for name in _OTHERS}

    # What it comes to.

    def resolve(self) -> ResolvedDefinitions:
        """The checked form. Raises ``DagsterInvalidDefinitionError`` naming the definitions at fault and where they stand."""
        if self._resolved is None:
            self._resolved = _resolve(self)
        return self._resolved

    def resolve_steps(self) -> dict[str, AssetsDefinition]:
        """The executable definitions by step name."""
        return self.resolve().steps

    def resolve_all_asset_specs(self) -> list[AssetSpec]:
        return self.resolve().specs

    get_all_asset_specs = resolve_all_asset_specs

    def resolve_all_asset_keys(self) -> list[AssetKey]:
        return list(self.resolve().assets)

    def resolve_assets_def(self, key) -> AssetsDefinition:
        """The definition that makes ``key``."""
        key = AssetKey.from_coercible(key)
        found = self.resolve().assets.get(key)
        if found is None or found[1] is None:
            raise DagsterInvariantViolationError(
                "no definition makes asset %s here" % key.to_user_string()
            )
        return found[1]

    get_assets_def = resolve_assets_def

    def resolve_asset_spec(self, key) -> AssetSpec:
        key = AssetKey.from_coercible(key)
        found = self.resolve().assets.get(key)
        if found is None:
            raise DagsterInvariantViolationError(
                "asset %s is not defined here" % key.to_user_string()
            )
        return found[0]

    def get_job_def(self, name: str):
        raise PlaitNotCoveredError(
            "Definitions.get_job_def(%r): plait does not cover jobs yet; open an issue of the plait project"
            % (name,)
        )

    resolve_job_def = get_job_def

    def load_asset_value(
        self, asset_key, *, python_type=None, instance=None, partition_key=None, metadata=None
    ):
        """The stored value of an asset, read through its I/O manager."""
        from plait.define.stored import stored_value  # with all of plait.io

        key, resolved = AssetKey.from_coercible(asset_key), self.resolve()
        slot = InputSlot(key.path[-1], key, None, python_type or EMPTY, metadata or {})
        return stored_value(slot, resolved.assets, resolved.resources, partition_key)

    # Changed copies.

    def _with(self, **changed) -> Definitions:
        new = Definitions.__new__(Definitions)
        new.__dict__.update(self.__dict__)
        new.__dict__.update(changed)
        new._resolved = None
        return new

    def map_asset_specs(self, *, func, selection=None) -> Definitions:
        """A copy with ``func`` applied to every spec of every asset."""
        _no_selection(selection)
        return self._with(
            assets=[
                func(item) if isinstance(item, AssetSpec) else item.map_asset_specs(func)
                for item in self.assets
            ]
        )

    map_resolved_asset_specs = map_asset_specs

    def permissive_map_resolved_asset_specs(self, func, selection=None) -> Definitions:
        return self.map_asset_specs(func=func, selection=selection)

    def with_resources(self, resources) -> Definitions:
        """A copy with resources added; a key that is there already keeps its value."""
        return self._with(resources={**(resources or {}), **self.resources})

    def with_definition_metadata_update(self, update) -> Definitions:
        return self._with(metadata=update(self.metadata))

    @staticmethod
    def merge(*def_sets: Definitions) -> Definitions:
        """One ``Definitions`` of several. A resource key with two different values is an error."""
        assets, resources, metadata, seen = [], {}, {}, set()
        others: dict[str, list] = {name: [] for name in _OTHERS}
        for number, given in enumerate(def_sets, 1):
            check.of(
                given,
                Definitions,
                "argument %d of Definitions.merge" % number,
                "a Definitions object",
            )
            for item in given.assets:
                if id(item) not in seen:
                    seen.add(id(item))
                    assets.append(item)
            for family, items in given.others.items():
                others[family].extend(items)
            for key, value in given.resources.items():
                if key in resources and not _same(resources[key], value):
                    raise DagsterInvariantViolationError(
                        "Definitions.merge: resource %r has two different values (argument %d gives another one); "
                        "give it once" % (key, number)
                    )
                resources.setdefault(key, value)
            for key, value in given.metadata.items():
                if key in metadata and metadata[key] != value:
                    raise DagsterInvariantViolationError(
                        "Definitions.merge: metadata %r has two different values; give it once"
                        % key
                    )
                metadata[key] = value
        executors = [given.executor for given in def_sets if given.executor is not None]
        if any([executor is not executors[0] for executor in executors]):
            raise DagsterInvariantViolationError(
                "Definitions.merge: two different executors; give it once"
            )
        return Definitions(
            assets=assets,
            resources=resources,
            metadata=metadata,
            executor=executors[0] if executors else None,
            **others,
        )

    @staticmethod
    def merge_unbound_defs(*def_sets: Definitions) -> Definitions:
        return Definitions.merge(*def_sets)

    @staticmethod
    def validate_loadable(defs: Definitions) -> None:
        """Raise what loading this as a code location would raise."""
        check.of(defs, Definitions, "defs", "a Definitions object")._with().resolve()

    def __repr__(self) -> str:
        return "<Definitions: %d assets, resources %s>" % (
            len(self.assets),
            ", ".join(sorted(self.resources)) or "none",
        )


def definitions(fn):
    """Mark a function without parameters as the one that makes the module's ``Definitions`` when the location is loaded."""
    if isinstance(fn, Definitions) or not callable(fn):
        raise CheckError(
            "@definitions decorates a function that returns a Definitions object, not %r" % (fn,)
        )
    sig = signatures.read(fn)
    if sig.positional or sig.keyword_only:
        raise DagsterInvariantViolationError(
            "@definitions: %s takes parameters (%s); it must take none (a ComponentLoadContext is not covered yet)"
            % (fn.__name__, ", ".join([*sig.positional, *sig.keyword_only]))
        )
    return LazyDefinitions(fn)


class LazyDefinitions:
    """A function that makes a ``Definitions``; calling it calls the function."""

    def __init__(self, fn) -> None:
        self.fn = fn
        self._made: Definitions | None = None
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(self, name, getattr(fn, name, None))
        self.__wrapped__ = fn

    def __call__(self) -> Definitions:
        made = self.fn()
        if not isinstance(made, Definitions):
            raise DagsterInvariantViolationError(
                "@definitions: %s returned %r instead of a Definitions object (%s:%d)"
                % (
                    self.__name__,
                    made,
                    self.fn.__code__.co_filename,
                    self.fn.__code__.co_firstlineno,
                )
            )
        return made

    @property
    def made(self) -> Definitions:
        """What the function returned, called once however many modules bind it."""
        if self._made is None:
            self._made = self()
        return self._made


def _assets(given) -> list:
    """The assets as a list of definitions and specs; whatever else stands in it is named."""
    if given is None:
        return []
    if isinstance(given, (str, AssetsDefinition, AssetSpec)) or not hasattr(given, "__iter__"):
        raise check.wrong("assets of Definitions", "a list of assets and specs", given)
    result, seen = [], set()
    for item in given:
        if id(item) in seen:
            continue
        if not isinstance(item, (AssetsDefinition, AssetSpec)):
            hint = ""
            if isinstance(item, (list, tuple)):
                hint = "; unpack the inner list with *"
            elif callable(item):
                hint = "; is @asset missing on %s?" % getattr(item, "__name__", "the function")
            raise check.wrong(
                "every element of assets", "an asset definition or an AssetSpec", item
            ).__class__(
                "Definitions: every element of assets must be an asset definition or an AssetSpec, not %r%s"
                % (item, hint)
            )
        seen.add(id(item))
        result.append(item)
    return result


def _others(family: str, given) -> list:
    """The definitions of a family that plait does not run yet, as a list."""
    if given is None or (hasattr(given, "__len__") and not len(given)):
        return []
    from plait.inert import checked

    return checked(given, family, _OTHERS[family])


def _metadata(given) -> dict:
    if not given:
        return {}
    from plait.metadata import normalise

    return normalise(given)


def _no_selection(selection) -> None:
    if selection is not None:
        raise PlaitNotCoveredError(
            "map_asset_specs(selection=...): plait does not cover asset selections in Python yet; decide inside func"
        )


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    try:
        return type(one) is type(other) and bool(one == other)
    except Exception:  # what cannot be compared is not the same
        return False


def _at(source) -> str:
    return "%s:%d" % source if source else "an unknown place"


def _resolve(defs: Definitions) -> ResolvedDefinitions:
    out = ResolvedDefinitions()
    out.resources = dict(defs.resources)
    for item in defs.assets:
        if isinstance(item, AssetSpec):
            spec = item if item.group_name is not None else item.copy(group_name="default")
            if spec.key not in out.assets:
                out.external.append(spec)
            _claim(out, spec, None, spec.source)
            continue
        for spec in item.specs:
            _claim(out, spec, item if item.is_executable else None, item.source or spec.source)
        if item.is_executable:
            _add_step(out, item)
        else:
            out.external.extend(item.specs)
        for key, value in item.resource_defs.items():
            if key in out.resources and not _same(out.resources[key], value):
                raise DagsterInvalidDefinitionError(
                    "resource %r of %s (%s) differs from the one of that key in Definitions; give one of them another key"
                    % (key, item.name, _at(item.source))
                )
            out.resources.setdefault(key, value)
        out.problems.extend([(sentence, item.source) for sentence in item.problems])
    out.problems.extend(_not_run(defs, out))
    if defs.executor is not None:
        out.problems.append(
            (
                "Definitions names an executor; plait runs every step in a process of its own and does not use it",
                None,
            )
        )
    _check_resources(out)
    _check_cycles(out)
    return out


def _not_run(defs: Definitions, out: ResolvedDefinitions) -> list:
    """A sentence and a place for each thing that is defined here and not run yet."""
    found = [(item.problem, item.source) for items in defs.others.values() for item in items]
    for step in out.steps.values():
        if step.refusal is not None:
            found.append((step.refusal, step.source or step.specs[0].source))
    for option, sentence in _TOLD.items():
        specs = [spec for spec in out.specs if getattr(spec, option) is not None]
        if specs:
            shown = ", ".join([spec.key.to_user_string() for spec in specs[:3]])
            more = " and %d more" % (len(specs) - 3) if len(specs) > 3 else ""
            found.append(("%s (%s%s)" % (sentence, shown, more), specs[0].source))
    declared = [spec for spec in out.external if spec.partitions_def is not None]
    for spec in declared[:1]:
        more = " and %d more" % (len(declared) - 1) if len(declared) > 1 else ""
        sentence = "partitions of assets made elsewhere are not yet kept by plait (%s%s)"
        found.append((sentence % (spec.key.to_user_string(), more), spec.source))
    return found


def _claim(out: ResolvedDefinitions, spec: AssetSpec, maker, source) -> None:
    known = out.assets.get(spec.key)
    if known is not None and (maker is not None or known != (spec, None)):
        other = known[1].source if known[1] is not None else known[0].source
        raise DagsterInvalidDefinitionError(
            "duplicate asset key %s: defined at %s and again at %s; rename one of them, or give it a key_prefix"
            % (spec.key.to_user_string(), _at(other), _at(source))
        )
    out.assets[spec.key] = (spec, maker)


def _add_step(out: ResolvedDefinitions, item: AssetsDefinition) -> None:
    known = out.steps.setdefault(item.name, item)
    if known is not item:
        raise DagsterInvalidDefinitionError(
            "two steps of the name %r: at %s and at %s; rename one of them (a step is named after its asset's key, "
            "joined by __)" % (item.name, _at(known.source), _at(item.source))
        )


def _check_resources(out: ResolvedDefinitions) -> None:
    from plait.io.definition import is_io_manager  # only who resolves needs it

    for name, step in out.steps.items():
        for slot in step.outputs:
            manager = out.resources.get(slot.io_manager_key)
            if slot.io_manager_key in out.resources and not is_io_manager(manager):
                raise DagsterInvalidDefinitionError(
                    "resource %r stores the value of %s (%s), but it is no I/O manager: %r"
                    % (slot.io_manager_key, slot.key.to_user_string(), _at(step.source), manager)
                )
        for key in sorted(
            step.required_resource_keys.union([slot.io_manager_key for slot in step.outputs])
        ):
            if key not in out.resources and key != DEFAULT_IO_MANAGER:
                hooks = [hook.name for hook in step.hook_defs if key in hook.required_resource_keys]
                raise DagsterInvalidDefinitionError(
                    "resource %r is needed by %s%s (%s) but not given; add it to resources of Definitions (there %s)"
                    % (
                        key,
                        "hook %s of " % min(hooks) if hooks else "",
                        name,
                        _at(step.source),
                        ", ".join(sorted(out.resources)) or "are none",
                    )
                )


def _check_cycles(out: ResolvedDefinitions) -> None:
    """Kahn's algorithm over the keys of this location."""
    waiting = dict.fromkeys(out.assets, 0)
    down: dict[AssetKey, list[AssetKey]] = {}
    for key, (spec, _) in out.assets.items():
        for dep in spec.deps:
            if dep.asset_key in waiting:
                waiting[key] += 1
                down.setdefault(dep.asset_key, []).append(key)
    ready = [key for key, count in waiting.items() if count == 0]
    done = 0
    while ready:
        key = ready.pop()
        done += 1
        for below in down.get(key, ()):
            waiting[below] -= 1
            if waiting[below] == 0:
                ready.append(below)
    if done < len(waiting):
        raise CircularDependencyError("assets wait for each other: %s" % _one_cycle(out, waiting))


def _one_cycle(out: ResolvedDefinitions, waiting: dict) -> str:
    left = {key for key, count in waiting.items() if count}
    key, path, seen = min(left), [], {}
    while key not in seen:
        seen[key] = len(path)
        path.append(key)
        key = next(dep.asset_key for dep in out.assets[key][0].deps if dep.asset_key in left)
    loop = [*path[seen[key] :], key]
    return " needs ".join([k.to_user_string() for k in loop])
