"""What is declared about an asset, apart from how it is made: ``AssetSpec``, ``AssetDep``, ``AssetIn``, ``AssetOut``."""

from __future__ import annotations

from plait import check, names
from plait.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from plait.keys import AssetKey, key_prefix
from plait.record import Record

IO_MANAGER_KEY = "dagster/io_manager_key"
_KEEP = ...

# Options of later features (plait.later): kept, and told when the location is resolved. Option -> what it must be.
LATER = {
    "automation_condition": "automation condition",
    "auto_materialize_policy": "automation condition",
    "partitions_def": "partitions definition",
    "partition_mapping": "partition mapping",
    "freshness_policy": "freshness policy",
    "legacy_freshness_policy": "freshness policy",
    "backfill_policy": "backfill policy",
}
# Older names -> what they are called now.
_OLDER = {
    "auto_materialize_policy": "automation_condition",
    "legacy_freshness_policy": "freshness_policy",
}


SPEC_LATER = ("automation_condition", "partitions_def", "freshness_policy")


class _Missing:
    """The mark for "not given" where None is a value."""

    def __repr__(self) -> str:
        return "<not given>"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def check_later(where: object, option: str, value) -> None:
    """An option of a later feature is what it must be, or absent."""
    wanted = LATER[option]
    if value is None or getattr(value, "__plait_inert__", None) == wanted:
        return
    article = "an" if wanted[0] in "aeiou" else "a"
    raise check.wrong("%s of %s" % (option, shown(where)), "%s %s" % (article, wanted), value)


def refuse_unknown(where: str, given: dict) -> None:
    """Raise for an argument that there is not; ``older`` has taken those of older names."""
    for option in given:
        raise TypeError("%s got an unexpected keyword argument %r" % (where, option))


def older(given: dict, other: dict) -> dict:
    """``given`` with the options in ``other`` that have an older name; they are taken out of ``other``."""
    for name, now in _OLDER.items():
        value = other.pop(name, None)
        if value is not None and given.get(now) is None:
            given = {**given, now: value}
    return given


def shown(where: object) -> str:
    """A key or a definition as people read it."""
    if isinstance(where, AssetKey):
        return "asset %s" % where.to_user_string()
    return str(where)


def coerce_key(value: object, what: str = "asset") -> AssetKey:
    """The key of whatever may stand for one asset; a definition of several assets is refused."""
    if isinstance(value, AssetKey):
        return value
    if isinstance(value, (str, list, tuple)):
        return AssetKey(value)
    if isinstance(value, AssetSpec):
        return value.key
    if getattr(value, "__plait_definition__", False):
        return value.key
    raise ParameterCheckError(
        "%s must be an AssetKey, a string, a list of strings, an AssetSpec or an asset definition, not %r of type %s"
        % (what, value, type(value).__name__)
    )


class AssetDep(Record):
    """One upstream asset, with what is said about the edge."""

    __slots__ = ("asset_key", "partition_mapping", "metadata")

    def __init__(self, asset, *, partition_mapping=None, metadata=None) -> None:
        self.asset_key = asset if type(asset) is AssetKey else _dep_key(asset)
        self.partition_mapping = partition_mapping
        self.metadata = check.mapping(metadata, "metadata") if metadata else {}
        if partition_mapping is not None:
            where = "AssetDep on %s" % self.asset_key.to_user_string()
            check_later(where, "partition_mapping", partition_mapping)

    @staticmethod
    def from_coercible(value) -> AssetDep:
        return value if isinstance(value, AssetDep) else AssetDep(value)

    def __hash__(self) -> int:
        return hash(self.asset_key)


def _dep_key(value: object) -> AssetKey:
    if getattr(value, "__plait_definition__", False) and len(value.keys) != 1:
        raise DagsterInvalidDefinitionError(
            "AssetDep: %s makes %d assets; name the one that is meant, with AssetDep(AssetKey(...))"
            % (value.name, len(value.keys))
        )
    return coerce_key(value)


def coerce_deps(values, where: object) -> list[AssetDep]:
    """The deps of one asset, in the order given. A definition of several assets adds all its keys; a repeated key is an
    error unless both say the same."""
    if values is None:
        return []
    if isinstance(values, str):
        raise ParameterCheckError(
            "%s: deps must be a list, not the string %r; write deps=[%r]"
            % (shown(where), values, values)
        )
    found: dict[AssetKey, AssetDep] = {}
    for value in values:
        if isinstance(value, AssetDep):
            add = (value,)
        elif getattr(value, "__plait_definition__", False):
            add = [AssetDep(key) for key in value.keys_in_order]
        else:
            add = (AssetDep(value),)
        for dep in add:
            known = found.get(dep.asset_key)
            if known is None:
                found[dep.asset_key] = dep
            elif known != dep:
                raise DagsterInvariantViolationError(
                    "%s: deps names %s more than once, with different settings; keep one of them"
                    % (shown(where), dep.asset_key.to_user_string())
                )
    return list(found.values())


class AssetSpec:
    """What is declared about one asset. Immutable: the methods return a changed copy."""

    __slots__ = (
        "key",
        "deps",
        "description",
        "metadata",
        "skippable",
        "group_name",
        "code_version",
        "owners",
        "tags",
        "automation_condition",
        "partitions_def",
        "freshness_policy",
        "is_virtual",
        "source",
    )

    def __init__(
        self,
        key,
        *,
        deps=None,
        description: str | None = None,
        metadata=None,
        skippable: bool = False,
        group_name: str | None = None,
        code_version: str | None = None,
        automation_condition=None,
        owners=None,
        tags=None,
        kinds=None,
        partitions_def=None,
        freshness_policy=None,
        is_virtual: bool = False,
        _source: tuple[str, int] | None = None,
        **other,
    ) -> None:
        key = AssetKey.from_coercible(key)
        if other:
            now = older(
                dict(automation_condition=automation_condition, freshness_policy=freshness_policy),
                other,
            )
            automation_condition = now["automation_condition"]
            freshness_policy = now["freshness_policy"]
            refuse_unknown("AssetSpec", other)
        self.automation_condition = automation_condition
        self.partitions_def = partitions_def
        self.freshness_policy = freshness_policy
        if (
            automation_condition is not None
            or partitions_def is not None
            or freshness_policy is not None
        ):
            for option in SPEC_LATER:
                check_later(key, option, getattr(self, option))
        self.key = key
        self.deps = coerce_deps(deps, key) if deps else []
        self.description = check.opt_text(description, "description")
        self.metadata = check.mapping(metadata, "metadata") if metadata is not None else {}
        self.skippable = check.flag(skippable, "skippable")
        self.group_name = names.group(group_name, key) if group_name is not None else None
        self.code_version = check.opt_text(code_version, "code_version")
        self.owners = names.owners(check.texts(owners, "owners"), key) if owners is not None else []
        if tags is not None or kinds:
            tags = names.tags(check.mapping(tags, "tags"), key)
            tags.update(names.kind_tags(kinds, key))
            self.tags = tags
            if len(tags) > names.KINDS_LIMIT:
                names.kind_tags(self.kinds, key)
        else:
            self.tags = {}
        self.is_virtual = is_virtual
        self.source = _source if _source is not None else _caller()

    @property
    def kinds(self) -> set[str]:
        cut = len(names.KIND_PREFIX)
        return {tag[cut:] for tag in self.tags if tag.startswith(names.KIND_PREFIX)}

    @property
    def partition_mappings(self) -> dict:
        return {}

    @property
    def auto_materialize_policy(self):
        return self.automation_condition

    @property
    def legacy_freshness_policy(self):
        return self.freshness_policy

    def copy(self, **changed) -> AssetSpec:
        """A copy with some attributes replaced and nothing checked: for values that were checked already."""
        spec = AssetSpec.__new__(AssetSpec)
        for name in AssetSpec.__slots__:
            setattr(spec, name, changed[name] if name in changed else getattr(self, name))
        return spec

    def with_io_manager_key(self, io_manager_key: str) -> AssetSpec:
        """A copy whose value is loaded and stored by the I/O manager of that resource key."""
        return self.copy(
            metadata={**self.metadata, IO_MANAGER_KEY: check.text(io_manager_key, "io_manager_key")}
        )

    def replace_attributes(
        self,
        *,
        key=_KEEP,
        deps=_KEEP,
        description=_KEEP,
        metadata=_KEEP,
        skippable=_KEEP,
        group_name=_KEEP,
        code_version=_KEEP,
        automation_condition=_KEEP,
        owners=_KEEP,
        tags=_KEEP,
        kinds=_KEEP,
        partitions_def=_KEEP,
        legacy_freshness_policy=_KEEP,
        freshness_policy=_KEEP,
        is_virtual=_KEEP,
    ) -> AssetSpec:
        """A copy with the given attributes in place of the old ones; ``...`` keeps one. Tags and kinds are replaced
        apart from each other although kinds are stored as tags."""
        if freshness_policy is _KEEP:
            freshness_policy = legacy_freshness_policy
        given = dict(
            automation_condition=automation_condition,
            partitions_def=partitions_def,
            freshness_policy=freshness_policy,
        )
        plain = {
            tag: text for tag, text in self.tags.items() if not tag.startswith(names.KIND_PREFIX)
        }
        new = AssetSpec(
            self.key if key is _KEEP else key,
            deps=self.deps if deps is _KEEP else deps,
            description=self.description if description is _KEEP else description,
            metadata=self.metadata if metadata is _KEEP else metadata,
            skippable=self.skippable if skippable is _KEEP else skippable,
            group_name=self.group_name if group_name is _KEEP else group_name,
            code_version=self.code_version if code_version is _KEEP else code_version,
            owners=self.owners if owners is _KEEP else owners,
            tags=plain if tags is _KEEP else tags,
            kinds=self.kinds if kinds is _KEEP else kinds,
            is_virtual=self.is_virtual if is_virtual is _KEEP else is_virtual,
            **{k: getattr(self, k) if value is _KEEP else value for k, value in given.items()},
        )
        new.source = self.source
        return new

    def merge_attributes(
        self, *, deps=_KEEP, metadata=_KEEP, owners=_KEEP, tags=_KEEP, kinds=_KEEP
    ) -> AssetSpec:
        """A copy with the given attributes added to the old ones; of two values of one tag or metadata name the new wins."""
        new = AssetSpec(
            self.key,
            deps=self.deps if deps is _KEEP else [*self.deps, *(deps or ())],
            description=self.description,
            metadata=self.metadata if metadata is _KEEP else {**self.metadata, **(metadata or {})},
            skippable=self.skippable,
            group_name=self.group_name,
            code_version=self.code_version,
            owners=self.owners if owners is _KEEP else [*self.owners, *(owners or ())],
            tags=self.tags if tags is _KEEP else {**self.tags, **(tags or {})},
            kinds=None if kinds is _KEEP else kinds,
            is_virtual=self.is_virtual,
            **{name: getattr(self, name) for name in SPEC_LATER},
        )
        new.source = self.source
        return new

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AssetSpec):
            return NotImplemented
        return all(
            [
                getattr(self, name) == getattr(other, name)
                for name in AssetSpec.__slots__
                if name != "source"
            ]
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        fields = [
            "%s=%r" % (name, getattr(self, name))
            for name in AssetSpec.__slots__[1:]
            if name != "source" and getattr(self, name)
        ]
        return "AssetSpec(%s)" % ", ".join([repr(self.key), *fields])


class AssetIn(Record):
    """How one parameter of an asset's function is loaded: from which asset, by which I/O manager."""

    __slots__ = (
        "key",
        "metadata",
        "key_prefix",
        "input_manager_key",
        "partition_mapping",
        "dagster_type",
    )

    def __init__(
        self,
        key=None,
        metadata=None,
        key_prefix=None,
        input_manager_key=None,
        partition_mapping=None,
        dagster_type=MISSING,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise CheckError("AssetIn: give key or key_prefix, not both")
        check_later("AssetIn", "partition_mapping", partition_mapping)
        self.key = None if key is None else AssetKey.from_coercible(key)
        self.metadata = None if metadata is None else check.mapping(metadata, "metadata")
        self.key_prefix = prefix_of(key_prefix)
        self.input_manager_key = check.opt_text(input_manager_key, "input_manager_key")
        self.partition_mapping = partition_mapping
        self.dagster_type = dagster_type

    @staticmethod
    def from_coercible(value) -> AssetIn:
        return value if isinstance(value, AssetIn) else AssetIn(key=value)

    def resolve_key(self, parameter: str) -> AssetKey:
        """The upstream key: ``key``, else the parameter's name below ``key_prefix``."""
        return self.key if self.key is not None else AssetKey([*self.key_prefix, parameter])


prefix_of = key_prefix


class AssetOut(Record):
    """One output of a ``@multi_asset``: the asset it becomes and the I/O manager that stores it."""

    __slots__ = (
        "key",
        "key_prefix",
        "description",
        "is_required",
        "io_manager_key",
        "metadata",
        "group_name",
        "code_version",
        "owners",
        "tags",
        "dagster_type",
        "deps",
        "is_virtual",
        "automation_condition",
        "backfill_policy",
        "freshness_policy",
    )

    def __init__(
        self,
        key_prefix=None,
        key=None,
        dagster_type=MISSING,
        description=None,
        is_required=True,
        io_manager_key=None,
        metadata=None,
        group_name=None,
        code_version=None,
        automation_condition=None,
        backfill_policy=None,
        owners=None,
        tags=None,
        kinds=None,
        freshness_policy=None,
        is_virtual=False,
        **other,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise CheckError("AssetOut: give key or key_prefix, not both")
        check_later("AssetOut", "backfill_policy", backfill_policy)
        spec = AssetSpec(
            key if key is not None else "out",
            description=description,
            metadata=metadata,
            group_name=group_name,
            code_version=code_version,
            owners=owners,
            tags=tags,
            kinds=kinds,
            automation_condition=automation_condition,
            freshness_policy=freshness_policy,
            **other,
        )
        self.automation_condition = spec.automation_condition
        self.backfill_policy = backfill_policy
        self.freshness_policy = spec.freshness_policy
        self.key = None if key is None else spec.key
        self.key_prefix = prefix_of(key_prefix)
        self.description = spec.description
        self.is_required = check.flag(is_required, "is_required")
        self.io_manager_key = check.opt_text(io_manager_key, "io_manager_key")
        self.metadata = spec.metadata
        self.group_name = spec.group_name
        self.code_version = spec.code_version
        self.owners = spec.owners
        self.tags = spec.tags
        self.dagster_type = dagster_type
        self.deps = []
        self.is_virtual = is_virtual

    @property
    def kinds(self) -> set[str]:
        cut = len(names.KIND_PREFIX)
        return {tag[cut:] for tag in self.tags if tag.startswith(names.KIND_PREFIX)}

    @staticmethod
    def from_spec(
        spec: AssetSpec,
        dagster_type=MISSING,
        is_required=True,
        io_manager_key=None,
        backfill_policy=None,
    ) -> AssetOut:
        """An output for an asset already specified; deps of the spec come from the function's inputs instead."""
        if spec.deps:
            raise DagsterInvalidDefinitionError(
                "AssetOut.from_spec: the spec of %s has deps; give them to @multi_asset"
                % spec.key.to_user_string()
            )
        return AssetOut(
            key=spec.key,
            dagster_type=dagster_type,
            description=spec.description,
            is_required=is_required,
            io_manager_key=io_manager_key,
            metadata=spec.metadata,
            group_name=spec.group_name,
            code_version=spec.code_version,
            owners=spec.owners,
            tags=spec.tags,
            automation_condition=spec.automation_condition,
            backfill_policy=backfill_policy,
            freshness_policy=spec.freshness_policy,
        )

    def to_spec(
        self, key: AssetKey, deps=(), group_name=None, description=None, code_version=None
    ) -> AssetSpec:
        return AssetSpec(
            key,
            deps=deps,
            description=self.description if self.description is not None else description,
            metadata=self.metadata,
            skippable=not self.is_required,
            group_name=self.group_name if self.group_name is not None else group_name,
            code_version=self.code_version if self.code_version is not None else code_version,
            owners=self.owners,
            tags=self.tags,
            automation_condition=self.automation_condition,
            freshness_policy=self.freshness_policy,
        )


def map_asset_specs(func, iterable) -> list:
    """``func`` applied to every spec: of plain specs, and of the specs inside definitions."""
    result = []
    for item in iterable:
        if isinstance(item, AssetSpec):
            result.append(func(item))
        else:
            result.append(item.map_asset_specs(func))
    return result


def _caller() -> tuple[str, int] | None:
    """File and line of the nearest frame outside this package."""
    import sys

    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("plait."):
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
