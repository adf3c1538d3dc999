"""Weather readings: taken in as they come, then cleaned.  Plain lists and dicts, no data frame in sight."""

import math
import random
from typing import Any, Dict, List

import dagster as dg

Reading = Dict[str, Any]
HOURS = 24 * 14


@dg.asset(group_name="ingest", owners=["team:data-engineering"], kinds={"python"})
def station_readings() -> List[Reading]:
    """Two weeks of hourly readings of one station; now and then the sensor answers nonsense."""
    draw = random.Random(5)
    readings = []
    for hour in range(HOURS):
        warmth = 14 + 6 * math.sin((hour % 24 - 9) * math.pi / 12) + draw.gauss(0, 0.8)
        broken = draw.random() < 0.03
        readings.append({"hour": hour, "celsius": -999.0 if broken else round(warmth, 1)})
    readings[200]["celsius"] = 31.5
    return readings


@dg.asset(group_name="ingest", owners=["team:data-engineering"], kinds={"python"})
def clean_readings(
    context: dg.AssetExecutionContext, station_readings: List[Reading]
) -> List[Reading]:
    """Readings without the sensor's nonsense."""
    kept = [reading for reading in station_readings if reading["celsius"] > -100]
    context.log.info(f"dropped {len(station_readings) - len(kept)} of {len(station_readings)}")
    return kept
