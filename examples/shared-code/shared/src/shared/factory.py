"""Factories that several code locations use.

A factory takes a key prefix: two locations that asked for the same names without one would define the
same assets twice, and only one definition of an asset can count.
"""

from typing import Dict, List

import dagster as dg


def counter_assets(prefix: str, events: List[str]) -> List[dg.AssetsDefinition]:
    """For one location: the events it saw, and how often it saw each."""

    @dg.asset(key_prefix=prefix, name="events", group_name=prefix, kinds={"python"})
    def seen() -> List[str]:
        return list(events)

    @dg.asset(
        key_prefix=prefix,
        name="counts",
        ins={"seen": dg.AssetIn(key=[prefix, "events"])},
        group_name=prefix,
        kinds={"python"},
    )
    def counts(seen: List[str]) -> Dict[str, int]:
        return {event: seen.count(event) for event in sorted(set(seen))}

    return [seen, counts]
