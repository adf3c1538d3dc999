"""Parameters beside deps of the same name, groups, metadata on results: the shape of published examples."""

import dagster as dg


@dg.asset(
    group_name="raw_data",
    description="Customers as they come",
    kinds={"pandas", "csv"},
    owners=["team:data", "a@b.org"],
)
def customer_data(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 5})


@dg.asset(group_name="raw_data")
def order_data() -> list:
    """Orders.

    With a second paragraph
        and an indented line.
    """
    return []


@dg.asset(
    deps=["customer_data", "order_data"],
    group_name="analytics",
    code_version="3",
    tags={"tier": "gold", "team/x": ""},
)
def customer_order_summary(context, customer_data, order_data):
    return 1


@dg.asset(
    ins={
        "summary": dg.AssetIn("customer_order_summary"),
        "other": dg.AssetIn(key_prefix=["far", "away"], metadata={"x": 1}),
    },
    deps=[dg.AssetKey(["elsewhere", "b-c"]), dg.AssetSpec("spec_dep"), order_data],
    group_name="ml",
    metadata={
        "text": "t",
        "int": 1,
        "float": 1.5,
        "bool": True,
        "none": None,
        "list": [1, 2],
        "dict": {"a": {"b": 1}},
        "path": dg.MetadataValue.path("/tmp/x"),
        "url": dg.MetadataValue.url("http://x"),
        "md": dg.MetadataValue.md("# x"),
        "bad": {1, 2},
        "key": dg.AssetKey(["k", "l"]),
        "date": dg.MetadataValue.timestamp(1.5),
    },
    retry_policy=dg.RetryPolicy(max_retries=3, delay=1.5),
    op_tags={"a": "b", "c": {"d": 1}},
    pool="gpu",
)
def model(summary: int, other):
    "Trained"


defs = dg.Definitions(
    assets=[
        customer_data,
        order_data,
        customer_order_summary,
        model,
        dg.AssetSpec(["far", "away", "other"], group_name="ext"),
    ],
    resources={"io_manager": dg.InMemoryIOManager()},
)
