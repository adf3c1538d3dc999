"""Annotations as text, factories, mapped specs, merged definitions, resources by parameter."""

from __future__ import annotations

from typing import Optional

import dagster as dg


def factory(name: str, upstream: Optional[str] = None):
    @dg.asset(
        name=name,
        key_prefix=["made", "here"],
        deps=[upstream] if upstream else None,
        kinds={"python"},
    )
    def made() -> None:
        """Made by a factory."""

    return made


@dg.asset
def plain(context, client: dg.ResourceParam[str], up: int) -> Optional[int]:
    return up


@dg.asset(required_resource_keys={"client"}, io_manager_key="files")
async def slow(context) -> dg.Output[int]:
    return dg.Output(1)


@dg.asset
def nothing() -> None: ...


@dg.asset(output_required=False)
def maybe() -> dg.MaterializeResult[int]:
    yield dg.MaterializeResult(value=1)


@dg.asset(key=["free", "form-key.v1"])
def free_form(): ...


@dg.resource
def client(_context):
    return "c"


made = [factory("a"), factory("b", "plain"), factory("c", "nothing")]
mapped = dg.map_asset_specs(
    lambda spec: spec.replace_attributes(group_name="mapped", owners=["team:m"]).merge_attributes(
        tags={"m": "1"}, kinds={"x"}
    ),
    [nothing, dg.AssetSpec("mapped_spec", tags={"old": "1"})],
)


@dg.definitions
def defs():
    own = dg.Definitions(assets=[plain, slow, maybe, free_form, *mapped, dg.AssetSpec("up")])
    return dg.Definitions.merge(
        own,
        dg.Definitions(assets=made, resources={"client": client, "files": dg.InMemoryIOManager()}),
    ).map_asset_specs(func=lambda spec: spec.merge_attributes(metadata={"seen": True}))
