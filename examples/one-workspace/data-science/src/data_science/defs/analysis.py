"""What the data scientists make of the other project's readings: they name its asset, and load it."""

from statistics import mean, pstdev
from typing import Any, Dict, List

import dagster as dg
from more_itertools import bucket

Reading = Dict[str, Any]

# Made by the data-engineering project; declared here because assets below load it.
theirs = dg.AssetSpec("clean_readings")


@dg.asset(group_name="analysis", owners=["team:data-science"], kinds={"python"})
def daily_profile(clean_readings: List[Reading]) -> Dict[int, Dict[str, float]]:
    """Usual warmth and spread for each hour of the day."""
    by_hour = bucket(clean_readings, key=lambda reading: reading["hour"] % 24)
    profile = {}
    for hour in sorted(by_hour):
        values = [reading["celsius"] for reading in by_hour[hour]]
        profile[hour] = {"mean": round(mean(values), 2), "spread": round(pstdev(values), 2)}
    return profile


@dg.asset(
    deps=[dg.AssetKey("station_readings")],
    group_name="analysis",
    owners=["team:data-science"],
    kinds={"python"},
)
def unusual_readings(
    clean_readings: List[Reading], daily_profile: Dict[int, Dict[str, float]]
) -> List[Reading]:
    """Readings more than three spreads from what the hour usually brings."""
    unusual = []
    for reading in clean_readings:
        usual = daily_profile[reading["hour"] % 24]
        if abs(reading["celsius"] - usual["mean"]) > 3 * usual["spread"]:
            unusual.append({**reading, "usual": usual["mean"]})
    return unusual
