"""Multi-assets, observed and external assets, checks beside the asset."""

import typing

import dagster as dg


@dg.multi_asset(
    outs={
        "first": dg.AssetOut(
            key_prefix="m", description="one", io_manager_key="io_manager", code_version="1"
        ),
        "second": dg.AssetOut(
            key=["m", "b-2"],
            is_required=False,
            kinds={"duckdb"},
            owners=["team:x"],
            tags={"a": "1"},
        ),
        "third": dg.AssetOut(metadata={"x": 1}),
    },
    internal_asset_deps={
        "first": {dg.AssetKey("up")},
        "second": {dg.AssetKey(["m", "first"])},
        "third": {dg.AssetKey(["m", "first"]), dg.AssetKey("side")},
    },
    deps=["side"],
    can_subset=True,
    group_name="many",
    op_tags={"k": "v"},
)
def three(context, up):
    """All three."""


@dg.multi_asset(outs={"x": dg.AssetOut(), "y": dg.AssetOut()}, name="pair")
def xy(up: int) -> typing.Tuple[int, str]:
    return 1, "a"


@dg.multi_asset(
    specs=[
        dg.AssetSpec("s1", deps=["up"], group_name="g1", description="S1", skippable=True),
        dg.AssetSpec(["s", "2"], deps=["s1", "x"], kinds={"dbt"}).with_io_manager_key("io_manager"),
    ],
    check_specs=[
        dg.AssetCheckSpec("fine", asset="s1"),
        dg.AssetCheckSpec("also", asset=["s", "2"]),
    ],
)
def specs(): ...


@dg.observable_source_asset(group_name="seen", description="looked at", tags={"a": "b"})
def watched():
    return dg.DataVersion("1")


@dg.multi_observable_source_asset(specs=[dg.AssetSpec("o1", group_name="seen"), dg.AssetSpec("o2")])
def many_watched(): ...


old = dg.SourceAsset(
    ["src", "table"], group_name="old", description="a table", metadata={"n": 1}, tags={"z": "1"}
)
external = dg.AssetSpec(
    "up", owners=["a@b.org"], deps=["further"], metadata={"dagster/uri": "s3://x"}
)
side = dg.AssetSpec("side")
further = dg.AssetSpec("further")

defs = dg.Definitions(
    assets=[three, xy, specs, watched, many_watched, old, external, side, further]
)
