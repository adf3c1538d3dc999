"""Three assets of weather stations; the middle one is made by a program in C, which says itself what it made."""

import csv
import math
from pathlib import Path

import dagster as dg

HERE = Path(__file__).resolve().parent
READINGS = HERE / "data" / "readings.csv"
SUMMARY = HERE / "data" / "summary.csv"
STATIONS = {"harbour": 14.0, "airport": 12.5, "summit": 3.0}


@dg.asset(kinds={"python"})
def readings() -> dg.MaterializeResult:
    """What the stations sent: a year of warmth, hour by hour, with a few readings that were lost on the way."""
    READINGS.parent.mkdir(exist_ok=True)
    with READINGS.open("w", newline="") as file:
        rows = csv.writer(file)
        for number, (station, mean) in enumerate(STATIONS.items()):
            for hour in range(365 * 24):
                year = -9 * math.cos(hour / (365 * 24) * 2 * math.pi)
                day = -4 * math.cos(hour / 24 * 2 * math.pi)
                lost = (hour + number) % 4001 == 4000
                rows.writerow([station, "" if lost else f"{mean + year + day:.2f}"])
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(READINGS)})


@dg.asset(
    deps=[readings],
    check_specs=[dg.AssetCheckSpec("nothing_was_lost", asset="summary")],
    kinds={"c"},
)
def summary(
    context: dg.AssetExecutionContext, pipes_subprocess_client: dg.PipesSubprocessClient
) -> dg.MaterializeResult:
    """The mean and the warm hours of each station."""
    return pipes_subprocess_client.run(
        context=context,
        command=[str(HERE / "summarise"), str(READINGS), str(SUMMARY)],
        extras={"warm_from": 20.0},
    ).get_materialize_result()


@dg.asset(deps=[summary], kinds={"python"})
def warmest_station() -> str:
    """Where to go."""
    with SUMMARY.open(newline="") as file:
        return max(csv.DictReader(file), key=lambda row: float(row["mean"]))["station"]


defs = dg.Definitions(
    assets=[readings, summary, warmest_station],
    resources={"pipes_subprocess_client": dg.PipesSubprocessClient()},
)
