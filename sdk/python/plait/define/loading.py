"""Finding definitions in modules, packages and folders of user code."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from plait import check, names
from plait.define.assets import AssetsDefinition
from plait.define.definitions import Definitions, LazyDefinitions
from plait.errors import (
    DagsterError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    PlaitNotCoveredError,
)
from plait.keys import key_prefix as prefix_of
from plait.specs import AssetSpec, check_later, older, refuse_unknown


def find_definitions(module, attribute: str | None = None) -> Definitions:
    """The ``Definitions`` that a location's module stands for.

    With ``attribute``: that object. Without: the module's single ``Definitions`` or ``@definitions`` function, else all its
    assets. Errors name the module and the remedy.
    """
    if attribute:
        return _of_attribute(module, attribute)
    found = {}
    for name, value in vars(module).items():
        if isinstance(value, (Definitions, LazyDefinitions)):
            found.setdefault(id(value), (name, value))
    if len(found) > 1:
        names = ", ".join([name for name, _ in found.values()])
        raise DagsterInvariantViolationError(
            "module %s has %d Definitions objects (%s); keep one, merge them with Definitions.merge, or name one with "
            "attribute" % (module.__name__, len(found), names)
        )
    for _, value in found.values():
        return _evaluated(value)
    defs = _loose([module])
    if defs is not None:
        return defs
    raise DagsterInvariantViolationError(
        "module %s (%s) defines nothing: no Definitions object, no @definitions function and no assets; add "
        "`defs = dg.Definitions(assets=[...])`"
        % (module.__name__, getattr(module, "__file__", None) or "no file")
    )


def _of_attribute(module, attribute: str) -> Definitions:
    try:
        value = getattr(module, attribute)
    except AttributeError:
        known = [
            name
            for name, item in vars(module).items()
            if isinstance(item, (Definitions, LazyDefinitions))
        ]
        raise DagsterInvariantViolationError(
            "module %s has no attribute %r%s"
            % (module.__name__, attribute, "; it has %s" % ", ".join(known) if known else "")
        ) from None
    if isinstance(value, LazyDefinitions):
        return _evaluated(value)
    if callable(value) and not isinstance(value, (Definitions, AssetsDefinition)):
        value = value()
    if isinstance(value, Definitions):
        return value
    if isinstance(value, (AssetsDefinition, AssetSpec)):
        return Definitions(assets=[value])
    if (
        isinstance(value, (list, tuple))
        and value
        and all([isinstance(item, (AssetsDefinition, AssetSpec)) for item in value])
    ):
        return Definitions(assets=value)
    raise DagsterInvariantViolationError(
        "attribute %r of module %s is %r; it must be a Definitions object or a function that returns one"
        % (attribute, module.__name__, value)
    )


def _assets_of(module, specs: bool):
    """(name, asset) for every asset bound in a module, alone or in a list of nothing but assets."""
    kinds = (AssetsDefinition, AssetSpec) if specs else AssetsDefinition
    for name, value in list(vars(module).items()):
        if isinstance(value, kinds):
            yield name, value
        elif isinstance(value, list) and value and all([isinstance(item, kinds) for item in value]):
            for item in value:
                yield name, item


def load_assets_from_modules(
    modules,
    group_name=None,
    key_prefix=None,
    *,
    automation_condition=None,
    backfill_policy=None,
    source_key_prefix=None,
    include_specs=False,
    freshness_policy=None,
    **other,
) -> list:
    """Every asset bound in the modules, once. Two definitions of one key are an error that names both places."""
    where = "load_assets_from_modules"
    later = older(
        dict(automation_condition=automation_condition, freshness_policy=freshness_policy), other
    )
    refuse_unknown(where, other)
    check_later(where, "backfill_policy", backfill_policy)
    for option, value in later.items():
        check_later(where, option, value)
    found, seen, owner = [], set(), {}
    for module in modules:
        _check_module(module)
        for name, item in _assets_of(module, include_specs):
            if id(item) in seen:
                continue
            seen.add(id(item))
            for key in [item.key] if isinstance(item, AssetSpec) else item.keys_in_order:
                if key in owner:
                    raise DagsterInvalidDefinitionError(
                        "asset key %s is defined twice: in %s and in %s; rename one of them"
                        % (key.to_user_string(), owner[key], "%s.%s" % (module.__name__, name))
                    )
                owner[key] = "%s.%s" % (module.__name__, name)
            found.append(item)
    found = _with_later(found, {name: value for name, value in later.items() if value is not None})
    return _with_prefix(found, group_name, key_prefix, source_key_prefix)


def _with_later(items: list, later: dict) -> list:
    """The items with options of later features, where a spec has none of its own."""
    if not later:
        return items

    def add(spec: AssetSpec) -> AssetSpec:
        return spec.copy(**{k: v for k, v in later.items() if getattr(spec, k) is None})

    return [
        add(item) if isinstance(item, AssetSpec) else item.map_asset_specs(add) for item in items
    ]


def _with_prefix(items: list, group_name, key_prefix, source_key_prefix) -> list:
    """Prefix the keys that the items define, and what among their deps refers to them; put all of them into a group."""
    if group_name is None and key_prefix is None and source_key_prefix is None:
        return items
    names.group(group_name)
    own, source = prefix_of(key_prefix), prefix_of(source_key_prefix)
    if group_name is not None:
        for item in items:
            for spec in [item] if isinstance(item, AssetSpec) else item.specs:
                if spec.group_name not in (None, names.DEFAULT_GROUP, group_name):
                    raise DagsterInvalidDefinitionError(
                        "asset %s is in group %s already and cannot be put into %s; leave one of them out"
                        % (spec.key.to_user_string(), spec.group_name, group_name)
                    )
    moved = {}
    for item in items:
        external = isinstance(item, AssetSpec) or not item.is_executable
        for key in [item.key] if isinstance(item, AssetSpec) else item.keys_in_order:
            part = source if external else own
            if part:
                moved[key] = key.with_prefix(part)
    result = []
    for item in items:
        if isinstance(item, AssetSpec):
            result.append(
                item.copy(
                    key=moved.get(item.key, item.key), group_name=group_name or item.group_name
                )
            )
            continue
        groups = dict.fromkeys(item.keys_in_order, group_name) if group_name is not None else {}
        result.append(item.with_attributes(asset_key_replacements=moved, group_names_by_key=groups))
    return result


def _check_module(module) -> None:
    if not hasattr(module, "__name__") or not hasattr(module, "__dict__"):
        raise check.wrong("every element of modules", "a module (import it first)", module)


def calling_module(depth: int = 2):
    name = sys._getframe(depth).f_globals.get("__name__", "__main__")
    if name not in sys.modules:
        raise DagsterInvariantViolationError("cannot find the module of the caller (%s)" % name)
    return sys.modules[name]


def modules_of_package(package) -> list:
    """A package and everything below it, imported, in the order of names."""
    _check_module(package)
    import pkgutil

    result = [package]
    for found in sorted(
        pkgutil.iter_modules(getattr(package, "__path__", [])), key=lambda found: found.name
    ):
        module = import_module(package.__name__ + "." + found.name)
        result.extend(modules_of_package(module) if found.ispkg else [module])
    return result


def load_assets_from_current_module(group_name=None, key_prefix=None, **options) -> list:
    """As ``load_assets_from_modules``, for the module that calls."""
    return load_assets_from_modules([calling_module()], group_name, key_prefix, **options)


def load_assets_from_package_module(
    package_module, group_name=None, key_prefix=None, **options
) -> list:
    """As ``load_assets_from_modules``, for a package and all modules below it."""
    return load_assets_from_modules(
        modules_of_package(package_module), group_name, key_prefix, **options
    )


def load_assets_from_package_name(
    package_name: str, group_name=None, key_prefix=None, **options
) -> list:
    """As ``load_assets_from_package_module``, by the package's name."""
    return load_assets_from_package_module(
        import_module(check.text(package_name, "package_name")), group_name, key_prefix, **options
    )


def load_definitions_from_modules(
    modules, resources=None, loggers=None, executor=None
) -> Definitions:
    """All assets and specs bound in the modules, with the given resources."""
    defs = _loose(modules) or Definitions()
    return Definitions(
        assets=defs.assets,
        resources=resources,
        loggers=loggers,
        executor=executor,
        **defs.others,
    )


def _loose(modules) -> Definitions | None:
    """What is bound in the modules outside of any ``Definitions``: assets, specs, and what plait does not run yet."""
    modules = list(modules)
    assets = load_assets_from_modules(modules, include_specs=True)
    others: dict[str, list] = {}
    if "plait.inert" in sys.modules:
        from plait.inert import definitions_in

        for item in definitions_in([v for m in modules for v in list(vars(m).values())]):
            others.setdefault(item.family, []).append(item)
    return Definitions(assets=assets, **others) if assets or others else None


def load_definitions_from_module(
    module, resources=None, loggers=None, executor=None
) -> Definitions:
    return load_definitions_from_modules([module], resources, loggers, executor)


def load_definitions_from_current_module(
    resources=None, loggers=None, executor=None
) -> Definitions:
    return load_definitions_from_modules([calling_module()], resources, loggers, executor)


def load_definitions_from_package_module(
    package_module, resources=None, loggers=None, executor=None
) -> Definitions:
    return load_definitions_from_modules(
        modules_of_package(package_module), resources, loggers, executor
    )


def load_definitions_from_package_name(
    package_name: str, resources=None, loggers=None, executor=None
) -> Definitions:
    return load_definitions_from_package_module(
        import_module(package_name), resources, loggers, executor
    )


def file_relative_path(dunderfile: str, relative_path: str) -> str:
    """The path of a file beside the one that asks: ``file_relative_path(__file__, "data.csv")``."""
    return os.path.normpath(
        os.path.join(os.path.dirname(check.text(dunderfile, "dunderfile")), relative_path)
    )


# The defs folder of a project.


def load_from_defs_folder(*, path_within_project=None, project_root=None) -> Definitions:
    """Everything defined below the project's defs module, as one ``Definitions``.

    The project is found upward from ``path_within_project`` (``project_root`` is its older name): the nearest folder with a
    ``dg.toml``, or a ``pyproject.toml`` that has ``[tool.dg]``.
    """
    if path_within_project is not None and project_root is not None:
        raise check.CheckError(
            "load_from_defs_folder: project_root is the older name of path_within_project; give one of them"
        )
    start = path_within_project if path_within_project is not None else project_root
    if start is None:
        raise check.CheckError(
            "load_from_defs_folder: give path_within_project=Path(__file__).parent"
        )
    root, project = _project_above(os.path.abspath(os.fspath(start)))
    package = project.get("root_module")
    if not isinstance(package, str):
        raise DagsterError(
            '%s: the project\'s root_module is missing; add root_module = "PACKAGE"' % root
        )
    name = project.get("defs_module") or package + ".defs"
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name + ".").startswith(error.name + "."):
            raise
        raise DagsterError(
            "the defs module %s of the project at %s cannot be found; is its folder there, and is the package's parent on "
            "the module path (%s)?" % (name, root, os.path.join(root, "src"))
        ) from error
    return load_defs(module)


def _project_above(path: str) -> tuple[str, dict]:
    """The project's folder and its settings."""
    from plait import toml  # most code is found otherwise

    folder = path
    while True:
        for name in ("dg.toml", "pyproject.toml"):
            file = os.path.join(folder, name)
            if not os.path.isfile(file):
                continue
            try:
                settings = toml.read(file)
            except ValueError as error:
                raise DagsterError("%s is not valid TOML: %s" % (file, error)) from None
            if name == "pyproject.toml":
                settings = settings.get("tool", {}).get("dg")
            if isinstance(settings, dict) and isinstance(settings.get("project"), dict):
                return folder, settings["project"]
        parent = os.path.dirname(folder)
        if parent == folder:
            raise DagsterError(
                "no project at %s or above it: there is no dg.toml, and no pyproject.toml with [tool.dg.project]; add one with "
                'root_module = "PACKAGE"' % path
            )
        folder = parent


def load_defs(
    defs_root, project_root=None, terminate_autoloading_on_keyword_files=None
) -> Definitions:
    """Everything defined in a module and, if it is a package, in every Python file below its folders."""
    _check_module(defs_root)
    found: list[Definitions] = []
    for module in _modules_below(defs_root):
        defs = _definitions_in(module)
        if defs is not None:
            found.append(defs)
    return Definitions.merge(*found)


def _modules_below(module):
    """Every Python file of a defs folder as a module; folders need no ``__init__.py``."""
    yield module
    for folder in list(getattr(module, "__path__", [])):
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if name.startswith(".") or name == "__pycache__":
                continue
            if name in ("defs.yaml", "defs.yml", "component.yaml"):
                raise PlaitNotCoveredError(
                    "%s: plait does not cover components (YAML definitions) yet; write the assets in Python, or open an "
                    "issue of the plait project" % path
                )
            if os.path.isdir(path):
                if _has_python(path):
                    yield from _modules_below(import_module(module.__name__ + "." + name))
            elif name.endswith(".py") and name != "__init__.py":
                yield import_module(module.__name__ + "." + name[:-3])


def _has_python(folder: str) -> bool:
    for _, folders, files in os.walk(folder):
        folders[:] = [
            name for name in folders if not name.startswith(".") and name != "__pycache__"
        ]
        if any([name.endswith(".py") or name in ("defs.yaml", "component.yaml") for name in files]):
            return True
    return False


def _definitions_in(module) -> Definitions | None:
    """A file's ``Definitions`` and ``@definitions`` together; where there is none, its assets."""
    explicit = {}
    for value in list(vars(module).values()):
        if isinstance(value, (Definitions, LazyDefinitions)):
            explicit[id(value)] = value
    ready = [value for value in explicit.values() if isinstance(value, Definitions)]
    if ready and len(explicit) > 1:
        raise DagsterInvalidDefinitionError(
            "%s has %d Definitions objects and %d @definitions functions; keep one object, or only functions"
            % (module.__file__, len(ready), len(explicit) - len(ready))
        )
    if explicit:
        return Definitions.merge(*[_evaluated(value) for value in explicit.values()])
    return _loose([module])


def _evaluated(value) -> Definitions:
    if isinstance(value, Definitions):
        return value
    return value.made
