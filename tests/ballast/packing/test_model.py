"""The parts of what a plan or a fleet costs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from ballast.packing.bound import lower_bound
from ballast.packing.model import Pool, explain
from ballast.packing.planning import plan_capacity
from tests.ballast.packing.builders import Demand, pool, shape, worlds

CENT = 1e-9  # $/h: floating point


@given(worlds())
@settings(max_examples=30, deadline=None)
def test_the_parts_of_an_explanation_are_never_negative_and_sum_to_the_cost(world: tuple[list[Pool], Demand]) -> None:
    offers, demand = world
    plan = plan_capacity(demand, offers)
    for fleet in (None, plan.usd_per_hour * 1.5, plan.lower_bound_usd_per_hour):
        parts = explain(plan, fleet_usd_per_hour=fleet)
        assert parts.usd_per_hour == pytest.approx(plan.usd_per_hour if fleet is None else fleet)
        assert parts.usd_per_hour == pytest.approx(
            parts.bound_usd_per_hour + parts.granularity_usd_per_hour + parts.fragmentation_usd_per_hour
        )
        assert min(parts.granularity_usd_per_hour, parts.fragmentation_usd_per_hour) >= -CENT


def test_a_fragmented_fleet_is_explained_by_what_a_new_plan_would_save() -> None:
    demand = {shape(cpu=2048, memory=7000): 2}
    plan = plan_capacity(demand, [pool(usd=0.2)])
    parts = explain(plan, fleet_usd_per_hour=0.4)
    assert parts.fragmentation_usd_per_hour == pytest.approx(0.2)
    assert parts.bound_usd_per_hour == pytest.approx(lower_bound(demand, [pool(usd=0.2)]).usd_per_hour)
