"""Run by two interpreters, with the same arguments: prints as JSON what a module of user code defines.

    python describe.py plait|dagster module FILE
    python describe.py plait|dagster cases FILE

``module`` describes the assets of FILE. ``cases`` runs every block of FILE (separated by lines of ``# ---- NAME``) and tells
whether it was refused, and what its variable ``r`` is.
"""

from __future__ import annotations

import json
import os
import sys
import warnings

warnings.simplefilter("ignore")


def use_plait() -> None:
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    import plait.alias

    plait.alias.install()


def asset_of_plait(spec, maker, metadata_kinds) -> dict:
    described = of_spec(spec, metadata_kinds)
    if maker is None:
        return {**described, "execution": "external", "step": None}
    slot = maker.output_for(spec.key)
    return {
        **described,
        "execution": maker.execution_type,
        "step": maker.name,
        "output": slot.name,
        "required": slot.required,
        "io_manager": slot.io_manager_key,
        "inputs": {s.name: s.key.to_user_string() for s in maker.inputs if s.loaded},
        "can_subset": maker.can_subset,
        "pool": maker.pool,
        "op_tags": maker.op_tags,
        "retries": None
        if maker.retry_policy is None
        else [maker.retry_policy.max_retries, maker.retry_policy.delay],
        "checks": sorted(
            [check.name for check in maker.check_specs if check.asset_key == spec.key]
        ),
    }


def asset_of_dagster(definition, key, metadata_kinds) -> dict:
    described = of_spec(definition.specs_by_key[key], metadata_kinds)
    if not definition.is_executable:
        return {**described, "execution": "external", "step": None}
    name = next(name for name, output in definition.keys_by_output_name.items() if output == key)
    op = definition.op
    slot = op.output_def_named(name)
    inputs = {
        name: key.to_user_string()
        for name, key in definition.keys_by_input_name.items()
        if op.input_def_named(name).dagster_type.kind.name != "NOTHING"
    }
    return {
        **described,
        "execution": "observation" if definition.is_observable else "materialization",
        "step": op.name,
        "output": name,
        "required": slot.is_required,
        "io_manager": slot.io_manager_key,
        "inputs": inputs,
        "can_subset": definition.can_subset,
        "pool": op.pool,
        "op_tags": dict(op.tags),
        "retries": None
        if op.retry_policy is None
        else [op.retry_policy.max_retries, op.retry_policy.delay],
        "checks": sorted(
            [check.name for check in definition.check_specs if check.asset_key == key]
        ),
    }


def of_spec(spec, metadata_kinds) -> dict:
    return {
        "deps": sorted([dep.asset_key.to_user_string() for dep in spec.deps]),
        "group": spec.group_name or "default",
        "tags": dict(sorted(spec.tags.items())),
        "owners": list(spec.owners),
        "kinds": sorted(spec.kinds),
        "description": spec.description,
        "code_version": spec.code_version,
        "skippable": spec.skippable,
        "metadata": metadata_kinds(spec.metadata),
    }


def describe(front: str, defs) -> dict:
    """Asset key -> what is known about it."""
    if front == "plait":
        from plait.metadata import normalise

        def kinds(metadata):
            return {
                name: [type(value).__name__, str(value.value)]
                for name, value in normalise(metadata, True).items()
                if not name.startswith("dagster/")
            }

        return {
            key.to_user_string(): asset_of_plait(spec, maker, kinds)
            for key, (spec, maker) in defs.resolve().assets.items()
        }
    from dagster._core.definitions.metadata import normalize_metadata

    def kinds(metadata):
        normal = normalize_metadata(metadata, allow_invalid=True)
        return {
            name: [type(value).__name__, str(value.value)]
            for name, value in normal.items()
            if not name.startswith("dagster/")
        }

    defs.validate_loadable(defs)
    found = {}
    for definition in defs.get_repository_def().asset_graph.assets_defs:
        for key in definition.keys:
            if not definition.is_auto_created_stub:
                found[key.to_user_string()] = asset_of_dagster(definition, key, kinds)
    return found


def definitions_of(front: str, module):
    if front == "plait":
        from plait.define.loading import find_definitions

        return find_definitions(module)
    import dagster

    for value in list(vars(module).values()):
        if isinstance(value, dagster.Definitions):
            return value
        if type(value).__name__ == "LazyDefinitions":
            return value()
    return dagster.load_definitions_from_module(module)


def load(path: str):
    import importlib.util

    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run_case(front: str, text: str) -> dict:
    """Whether a block was refused, and its ``r``: definitions are resolved and described, anything else shown."""
    import typing

    import dagster as dg

    space = {"dg": dg, "typing": typing, "__name__": "case"}
    try:
        exec(compile(text, "<case>", "exec", dont_inherit=True), space)
        result = space.get("r")
        if isinstance(result, dg.Definitions):
            return {"refused": False, "value": describe(front, result)}
        if isinstance(result, (dg.AssetsDefinition, dg.AssetSpec, dg.SourceAsset)):
            return {"refused": False, "value": describe_one(front, dg, result)}
        return {"refused": False, "value": repr(result)}
    except Exception as error:
        return {"refused": True, "error": type(error).__name__, "sentence": str(error)}


def describe_one(front: str, dg, item) -> dict:
    """One definition. Resources and upstream assets that it needs are made up, so that only the definition is judged."""
    needed = set(getattr(item, "required_resource_keys", ()))
    needed.update([getattr(item, "io_manager_key", None) or "io_manager"])
    needed.update([slot.io_manager_key for slot in getattr(item, "outputs", ())])
    resources = {
        key: dg.InMemoryIOManager()
        for key in needed - {"io_manager"} - set(getattr(item, "resource_defs", {}))
    }
    specs = [item] if isinstance(item, dg.AssetSpec) else getattr(item, "specs", [])
    own = {spec.key for spec in specs}
    upstream = {dep.asset_key for spec in specs for dep in spec.deps} - own
    described = describe(
        front,
        dg.Definitions(
            assets=[item, *[dg.AssetSpec(key) for key in upstream]], resources=resources
        ),
    )
    return {
        key: value
        for key, value in described.items()
        if key not in {up.to_user_string() for up in upstream}
    }


def blocks(path: str) -> dict:
    found: dict = {}
    name = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("# ---- "):
                name = line[7:].strip()
                assert name not in found, name
                found[name] = ""
            elif name is not None:
                found[name] += line
    return found


def main(front: str, what: str, path: str) -> None:
    if front == "plait":
        use_plait()
    if what == "module":
        answer = describe(front, definitions_of(front, load(path)))
    else:
        answer = {name: run_case(front, text) for name, text in blocks(path).items()}
    sys.__stdout__.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
