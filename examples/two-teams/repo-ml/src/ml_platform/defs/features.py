"""Features.  Two of them are made from what the other team publishes, read from the shared folder by name."""

import os
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd

GROUP = "ml_features"
OWNERS = ["team:ml-platform"]
SHARED_DATA_PATH = Path(os.getenv("SHARED_ASSETS_PATH", "../data")).expanduser()


def load_external_asset(name: str) -> pd.DataFrame:
    """The current value of another team's asset, as a table."""
    path = SHARED_DATA_PATH / f"{name}.parquet"
    if not path.exists():
        raise FileNotFoundError(f"{name} is not at {path.resolve()}; has its team materialized it?")
    return pd.read_parquet(path)


@dg.asset(
    deps=[dg.AssetKey("customer_order_summary")],
    group_name=GROUP,
    owners=OWNERS,
    kinds={"pandas"},
)
def customer_features() -> pd.DataFrame:
    """Habits of each customer, and whether they went quiet: no order in the season's last 45 days."""
    summary = load_external_asset("customer_order_summary")
    season_end = summary["last_order"].max()
    active_days = (summary["last_order"] - summary["first_order"]).dt.days
    features = pd.DataFrame(
        {
            "customer_id": summary["customer_id"],
            "orders": summary["orders"],
            "average_order": summary["average_order"],
            "spent": summary["spent"],
            "days_between_orders": active_days / summary["orders"].clip(lower=2).sub(1),
            "is_partner": (summary["tier"] == "partner").astype(int),
        }
    )
    features["quiet"] = (season_end - summary["last_order"]).dt.days > 45
    return features


@dg.asset(
    deps=[dg.AssetKey("product_performance")],
    group_name=GROUP,
    owners=OWNERS,
    kinds={"pandas"},
)
def product_features() -> pd.DataFrame:
    """Margin and pace of each product, categories as columns."""
    sold = load_external_asset("product_performance")
    features = pd.DataFrame(
        {
            "product_id": sold["product_id"],
            "unit_price": sold["unit_price"],
            "margin": sold["profit"] / sold["revenue"],
            "units_per_order": sold["units"] / sold["orders"],
            "units": sold["units"],
        }
    )
    return features.join(pd.get_dummies(sold["category"], prefix="is", dtype=int))


@dg.asset(group_name=GROUP, owners=OWNERS, kinds={"pandas"})
def synthetic_market_data() -> pd.DataFrame:
    """104 weeks of an invented market: a yearly wave, a slow trend, some noise."""
    draw = np.random.default_rng(21)
    week = np.arange(104)
    season = 1.0 + 0.25 * np.sin(2 * np.pi * week / 52)
    return pd.DataFrame(
        {
            "week": week,
            "season": season,
            "price_index": 100 + 0.15 * week + draw.normal(0, 1.5, week.size),
            "demand_index": 100 * season + 0.3 * week + draw.normal(0, 4.0, week.size),
        }
    )
