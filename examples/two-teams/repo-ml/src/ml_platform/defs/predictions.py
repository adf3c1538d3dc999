"""Predictions: what the models say about customers and products."""

from typing import Any, Dict

import dagster as dg
import pandas as pd

GROUP = "ml_predictions"
OWNERS = ["team:ml-platform"]
RISK_EDGES = [-0.001, 0.3, 0.6, 1.0]
RISK_NAMES = ["low", "medium", "high"]


@dg.asset(group_name=GROUP, owners=OWNERS, kinds={"scikitlearn"})
def customer_risk_scores(
    customer_features: pd.DataFrame, customer_churn_model: Dict[str, Any]
) -> pd.DataFrame:
    """How likely each customer is to fall silent, likeliest first."""
    columns = customer_churn_model["columns"]
    chance = customer_churn_model["model"].predict_proba(customer_features[columns])[:, 1]
    scores = pd.DataFrame({"customer_id": customer_features["customer_id"], "churn_chance": chance})
    scores["risk"] = pd.cut(scores["churn_chance"], RISK_EDGES, labels=RISK_NAMES).astype(str)
    return scores.sort_values("churn_chance", ascending=False, ignore_index=True)


@dg.asset(
    ins={"market": dg.AssetIn(key="synthetic_market_data")},
    group_name=GROUP,
    owners=OWNERS,
    kinds={"scikitlearn"},
)
def product_demand_forecasts(
    product_features: pd.DataFrame, market: pd.DataFrame, demand_forecast_model: Dict[str, Any]
) -> pd.DataFrame:
    """Units of each product for the coming week: its usual pace, moved by the market's."""
    coming = market.iloc[[-1]][demand_forecast_model["columns"]].assign(week=len(market))
    index = float(demand_forecast_model["model"].predict(coming)[0])
    pace = product_features["units"] / (len(market) / 3)
    return pd.DataFrame(
        {
            "product_id": product_features["product_id"],
            "market_index": index,
            "units_next_week": (pace * index / market["demand_index"].mean()).round(1),
        }
    )
