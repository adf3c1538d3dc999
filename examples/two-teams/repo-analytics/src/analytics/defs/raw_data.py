"""The sources: customers, products and orders of a small coffee roaster, invented but the same every time."""

import dagster as dg
import numpy as np
import pandas as pd

CUSTOMERS = 240
PRODUCTS = 12
ORDERS = 2600
SEASON_START = pd.Timestamp("2025-01-06")
SEASON_DAYS = 240


@dg.asset(group_name="raw_data", owners=["team:analytics"], kinds={"pandas"})
def customer_data() -> pd.DataFrame:
    """One row for each customer account."""
    draw = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "customer_id": np.arange(1, CUSTOMERS + 1),
            "name": [f"Café {number:03d}" for number in range(1, CUSTOMERS + 1)],
            "region": draw.choice(["coast", "city", "hills"], CUSTOMERS, p=[0.3, 0.5, 0.2]),
            "tier": draw.choice(["basic", "plus", "partner"], CUSTOMERS, p=[0.6, 0.3, 0.1]),
            "joined_on": SEASON_START
            - pd.to_timedelta(draw.integers(30, 900, CUSTOMERS), unit="D"),
        }
    )


@dg.asset(group_name="raw_data", owners=["team:analytics"], kinds={"pandas"})
def product_catalog() -> pd.DataFrame:
    """One row for each product, with what it costs to make and what it sells for."""
    draw = np.random.default_rng(12)
    cost = draw.uniform(4.0, 18.0, PRODUCTS).round(2)
    return pd.DataFrame(
        {
            "product_id": np.arange(1, PRODUCTS + 1),
            "product": [f"Blend No. {number}" for number in range(1, PRODUCTS + 1)],
            "category": np.resize(["espresso", "filter", "decaf"], PRODUCTS),
            "unit_cost": cost,
            "unit_price": (cost * draw.uniform(1.25, 2.1, PRODUCTS)).round(2),
        }
    )


@dg.asset(group_name="raw_data", owners=["team:analytics"], kinds={"pandas"})
def order_data(product_catalog: pd.DataFrame) -> pd.DataFrame:
    """One row for each order line of the season; a few customers order most of it, as in life."""
    draw = np.random.default_rng(13)
    weight = draw.pareto(1.5, CUSTOMERS) + 0.05
    products = draw.integers(1, PRODUCTS + 1, ORDERS)
    quantity = draw.integers(1, 24, ORDERS)
    price = product_catalog.set_index("product_id")["unit_price"].loc[products].to_numpy()
    return pd.DataFrame(
        {
            "order_id": np.arange(1, ORDERS + 1),
            "customer_id": draw.choice(
                np.arange(1, CUSTOMERS + 1), ORDERS, p=weight / weight.sum()
            ),
            "product_id": products,
            "quantity": quantity,
            "amount": (quantity * price).round(2),
            "ordered_on": SEASON_START
            + pd.to_timedelta(draw.integers(0, SEASON_DAYS, ORDERS), unit="D"),
        }
    )
