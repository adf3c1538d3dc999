"""The manifest of a loaded location, as canonical bytes. Members: doc/formats/manifest.md.

Whatever could differ between two compilations of the same code (times, process ids, the order of a set) stays
out, for the hash of these bytes is the manifest's identity.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from typing import Any

import plait
from plait.define.managers import with_default_manager
from plait.host import environment
from plait.host.compile import Loaded
from plait.host.encoding import plain
from plait.io import files
from plait.io.definition import is_io_manager
from plait.io.upath import UPathIOManager
from plait.metadata import serialise

FORMAT = 1
_KIND_PREFIX = "dagster/kind/"


def build(loaded: Loaded) -> dict[str, Any]:
    """The manifest as plain data."""
    resolved = loaded.definitions.resolve()
    location = loaded.location
    root = location.get("project_root") or location["working_directory"]
    problems = [_problem(sentence, source) for sentence, source in resolved.problems]
    resources = _resources(resolved, problems)
    return {
        "format": FORMAT,
        "sdk": {"name": "plait", "version": plait.__version__},
        "definitions": location.get("definitions") or "plait",
        "location": location["name"],
        "python": environment.python(),
        "environment": environment.environment([path for path in sys.path if path]),
        "git": environment.git(root, loaded.sources),
        "sources": {"digest": loaded.digest, "files": loaded.sources},
        "modules": loaded.modules,
        "environment_variables": loaded.variables,
        "start": loaded.start,
        "assets": _assets(resolved),
        "steps": sorted((_step(name, step) for name, step in resolved.steps.items()), key=_name),
        "resources": resources,
        "problems": problems,
    }


def canonical(manifest: dict[str, Any]) -> bytes:
    """The bytes whose SHA-256 is the manifest's identity."""
    text = json.dumps(
        plain(manifest), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def write(data: bytes, path: str) -> None:
    """Write `path` whole: beside it first, then renamed."""
    beside = f"{path}.{uuid.uuid4().hex[:12]}.tmp"
    try:
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        files.remove_tree(beside)
        raise


def _name(entry: dict) -> str:
    return entry["name"]


def _source(source: Any) -> dict | None:
    return None if source is None else {"file": os.path.abspath(source[0]), "line": source[1]}


def _problem(message: str, source: Any) -> dict:
    at = _source(source) or {"file": None, "line": None}
    return {"severity": "warning", "message": message, **at}


# Assets and steps.


def _assets(resolved: Any) -> list[dict]:
    step_of = {}
    for name, step in resolved.steps.items():
        for key in step.keys_in_order:
            step_of[key] = (name, step)
    entries = []
    for key, (spec, _) in resolved.assets.items():
        name, step = step_of.get(key, (None, None))
        entries.append(_asset(spec, name, step))
    return sorted(entries, key=lambda entry: entry["key"])


def _asset(spec: Any, name: str | None, step: Any) -> dict:
    slot = None if step is None else step.output_for(spec.key)
    manager = slot.io_manager_key if slot is not None and slot.stores_value else None
    metadata = {
        key: value
        for key, value in serialise(spec.metadata, lenient=True).items()
        if key != "dagster/io_manager_key"
    }
    return {
        "key": list(spec.key.path),
        "kind": "external" if step is None else step.execution_type,
        "step": name,
        "output": None if slot is None else slot.name,
        "group": spec.group_name or "default",
        "description": spec.description,
        "owners": list(spec.owners),
        "kinds": sorted(spec.kinds),
        "tags": {tag: text for tag, text in spec.tags.items() if not tag.startswith(_KIND_PREFIX)},
        "metadata": metadata,
        "code_version": spec.code_version,
        "deps": _deps(spec, step),
        "io_manager": manager,
        "required": slot is None or bool(slot.required),
        "partitions": _partitions(spec.partitions_def),
        "automation": None,
        "freshness": None,
        "backfill": None,
        "source": _source(spec.source or (step.source if step is not None else None)),
    }


def _partitions(definition: Any) -> dict | None:
    if definition is None:
        return None
    from plait.later.partitions import described

    return described(definition)


def _deps(spec: Any, step: Any) -> list[dict]:
    slots = {} if step is None else {slot.key: slot for slot in step.inputs if slot.loaded}
    entries = []
    for dep in spec.deps:
        slot = slots.get(dep.asset_key)
        entries.append(
            {
                "key": list(dep.asset_key.path),
                "loaded": slot is not None,
                "input": None if slot is None else slot.name,
                "io_manager": None if slot is None else slot.input_manager_key,
                "metadata": serialise(dep.metadata, lenient=True),
            }
        )
    return sorted(entries, key=lambda entry: entry["key"])


def _step(name: str, step: Any) -> dict:
    return {
        "name": name,
        "assets": [list(key.path) for key in step.keys_in_order],
        "can_subset": bool(step.can_subset),
        "description": step.description,
        "resources": sorted(step.required_resource_keys),
        "tags": dict(step.op_tags),
        "retry": _retry(step.retry_policy),
        "pool": step.pool,
        "refusal": step.refusal,
        "checks": [],
        "source": _source(step.source),
    }


def _retry(policy: Any) -> dict | None:
    if policy is None:
        return None
    return {
        "max_retries": policy.max_retries,
        "delay": policy.delay,
        "backoff": getattr(policy.backoff, "value", policy.backoff),
        "jitter": getattr(policy.jitter, "value", policy.jitter),
    }


# Resources.


def _resources(resolved: Any, problems: list[dict]) -> list[dict]:
    entries = []
    for key, resource in with_default_manager(resolved.resources).items():
        entries.append(_resource(key, resource, problems))
    return sorted(entries, key=lambda entry: entry["key"])


def _resource(key: str, resource: Any, problems: list[dict]) -> dict:
    kind = _kind(resource)
    storage = None
    if getattr(resource, "stands_for", None) is not None:
        resource = resource.stands_for(resource.config)
        kind = type(resource)
    if hasattr(resource, "storage_facts"):
        try:
            storage = resource.storage_facts()
        except Exception as error:
            problems.append(_problem(f'resource "{key}": {error}', None))
    return {
        "key": key,
        "type": f"{kind.__module__}.{getattr(kind, '__qualname__', type(kind).__qualname__)}",
        "io_manager": is_io_manager(resource),
        "versioned": isinstance(resource, UPathIOManager)
        and (storage or {}).get("kind") == "filesystem",
        "storage": storage,
        "config": _config(resource),
        "source": _source(_declared_at(resource)),
    }


def _declared_at(resource: Any) -> tuple[str, int] | None:
    """File and line where the user made it, for the managers that note it."""
    return getattr(resource, "declared_at", None) if hasattr(resource, "storage_facts") else None


def _kind(resource: Any) -> Any:
    """What names a resource's type: its class, or the function that makes it."""
    if isinstance(resource, type):
        return resource
    return getattr(resource, "resource_fn", type(resource))


def _config(resource: Any) -> dict:
    """Configuration as it was given; variables by name, secrets left out."""
    described = resource.describe_config() if hasattr(resource, "describe_config") else None
    return described if isinstance(described, dict) else {}
