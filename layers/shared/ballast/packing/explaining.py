"""Why does it cost what it costs? Three parts that a notice can print."""

from __future__ import annotations

from typing import NamedTuple

from ballast.packing.model import CapacityPlan


class Explanation(NamedTuple):
    """A cost in $/h and its parts.

    Bound: what split tasks and instances would cost. Granularity: lost because they cannot be split. Fragmentation:
    lost because the fleet is not the planned one; consolidation can win it back.
    """

    usd_per_hour: float
    bound_usd_per_hour: float
    granularity_usd_per_hour: float
    fragmentation_usd_per_hour: float


def explain(plan: CapacityPlan, *, fleet_usd_per_hour: float | None = None) -> Explanation:
    """The parts of the plan's cost, or of what a fleet costs now that runs the demand of the plan.

    A fleet that costs less than the plan is better than it: then it has no fragmentation.
    """
    cost = plan.usd_per_hour if fleet_usd_per_hour is None else fleet_usd_per_hour
    planned = min(plan.usd_per_hour, cost)
    return Explanation(
        usd_per_hour=cost,
        bound_usd_per_hour=plan.lower_bound_usd_per_hour,
        granularity_usd_per_hour=planned - plan.lower_bound_usd_per_hour,
        fragmentation_usd_per_hour=cost - planned,
    )
