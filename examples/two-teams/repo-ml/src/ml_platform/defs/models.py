"""Models.  scikit-learn is installed in this repository's environment only."""

from typing import Any, Dict

import dagster as dg
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

GROUP = "ml_models"
OWNERS = ["team:ml-platform"]
KINDS = {"scikitlearn"}
CHURN_COLUMNS = ["orders", "average_order", "days_between_orders", "is_partner"]
DEMAND_COLUMNS = ["week", "season", "price_index"]


@dg.asset(group_name=GROUP, owners=OWNERS, kinds=KINDS)
def customer_churn_model(
    context: dg.AssetExecutionContext, customer_features: pd.DataFrame
) -> Dict[str, Any]:
    """Which habits go with falling silent."""
    x, y = customer_features[CHURN_COLUMNS], customer_features["quiet"]
    x_fit, x_test, y_fit, y_test = train_test_split(x, y, test_size=0.3, random_state=7, stratify=y)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(x_fit, y_fit)
    auc = float(roc_auc_score(y_test, model.predict_proba(x_test)[:, 1]))
    context.log.info(f"trained on {len(x_fit)} customers, AUC {auc:.2f} on {len(x_test)} others")
    return {"model": model, "columns": CHURN_COLUMNS, "auc": auc}


@dg.asset(
    ins={"market": dg.AssetIn(key="synthetic_market_data")},
    group_name=GROUP,
    owners=OWNERS,
    kinds=KINDS,
)
def demand_forecast_model(
    context: dg.AssetExecutionContext, market: pd.DataFrame
) -> Dict[str, Any]:
    """Demand index from the week, the season and the price level."""
    past, recent = market.iloc[:-16], market.iloc[-16:]
    model = RandomForestRegressor(n_estimators=60, random_state=7)
    model.fit(past[DEMAND_COLUMNS], past["demand_index"])
    r2 = float(r2_score(recent["demand_index"], model.predict(recent[DEMAND_COLUMNS])))
    context.log.info(f"trained on {len(past)} weeks, R2 {r2:.2f} on the last {len(recent)}")
    return {"model": model, "columns": DEMAND_COLUMNS, "r2": r2}
