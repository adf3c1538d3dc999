"""What the analytics team publishes: one row a customer, one row a product, and segments."""

import dagster as dg
import pandas as pd

GROUP = "analytics"
OWNERS = ["team:analytics"]
SEGMENT_EDGES = [0, 500, 2_500, float("inf")]
SEGMENT_NAMES = ["occasional", "regular", "key account"]


@dg.asset(deps=["customer_data", "order_data"], group_name=GROUP, owners=OWNERS, kinds={"pandas"})
def customer_order_summary(customer_data: pd.DataFrame, order_data: pd.DataFrame) -> pd.DataFrame:
    """How much and how lately each customer ordered; customers without an order are left out."""
    orders = order_data.groupby("customer_id").agg(
        orders=("order_id", "count"),
        spent=("amount", "sum"),
        average_order=("amount", "mean"),
        first_order=("ordered_on", "min"),
        last_order=("ordered_on", "max"),
    )
    known = customer_data[["customer_id", "name", "region", "tier"]]
    return known.merge(
        orders.round({"spent": 2, "average_order": 2}).reset_index(), on="customer_id"
    )


@dg.asset(deps=["order_data", "product_catalog"], group_name=GROUP, owners=OWNERS, kinds={"pandas"})
def product_performance(order_data: pd.DataFrame, product_catalog: pd.DataFrame) -> pd.DataFrame:
    """What each product sold and earned."""
    sold = order_data.groupby("product_id").agg(
        orders=("order_id", "count"), units=("quantity", "sum"), revenue=("amount", "sum")
    )
    table = product_catalog.merge(sold.reset_index(), on="product_id")
    table["profit"] = (table["revenue"] - table["units"] * table["unit_cost"]).round(2)
    return table


@dg.asset(group_name=GROUP, owners=OWNERS, kinds={"pandas"})
def customer_segments(customer_order_summary: pd.DataFrame) -> pd.DataFrame:
    """Customers by what they spent in the season."""
    table = customer_order_summary[["customer_id", "name", "spent"]].copy()
    cut = pd.cut(table["spent"], SEGMENT_EDGES, labels=SEGMENT_NAMES)
    table["segment"] = cut.astype(str)
    return table
