from typing import Dict

import dagster as dg
from shared.factory import counter_assets

# Made by the storefront location; declared here because open_orders loads it.
storefront_counts = dg.AssetSpec(["storefront", "counts"])

counters = counter_assets("warehouse", ["picked", "packed", "picked", "sent"])


@dg.asset(
    key_prefix="warehouse",
    ins={
        "ordered": dg.AssetIn(key=["storefront", "counts"]),
        "handled": dg.AssetIn(key=["warehouse", "counts"]),
    },
    group_name="warehouse",
    kinds={"python"},
)
def open_orders(ordered: Dict[str, int], handled: Dict[str, int]) -> int:
    """Orders of the storefront that have not left the warehouse."""
    return ordered["order"] - handled["sent"]
