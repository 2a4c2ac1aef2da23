"""The lower bound is a certificate, and within half a percent of what a linear-program solver finds (HiGHS)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from ballast.packing.bound import lower_bound
from ballast.packing.model import Pool
from benchmarks.packing.oracle import fluid_bound
from benchmarks.packing.workloads import MIXES
from benchmarks.packing.workloads import pools as price_list
from tests.ballast.packing.builders import Demand, pool, shape, worlds


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_the_values_sum_to_the_bound_and_the_bound_never_exceeds_the_linear_program(
    world: tuple[list[Pool], Demand],
) -> None:
    offers, demand = world
    bound = lower_bound(demand, offers)
    assert set(bound.value_by_shape) == {s.name for s in demand}
    assert bound.usd_per_hour == pytest.approx(sum(bound.value_by_shape[s.name] * n for s, n in demand.items()))
    if any(demand.values()):
        assert bound.usd_per_hour <= fluid_bound(demand, offers) * (1 + 1e-6)


@pytest.mark.parametrize("size", ["small", "medium", "full"])
@pytest.mark.parametrize("mix", ["karpenter", "kwok-basic", "ecs", "memory", "gpu", "diverse"])
def test_the_bound_is_within_half_a_percent_of_the_linear_program(mix: str, size: str) -> None:
    demand, offers = MIXES[mix](10_000, 7), price_list(size, gpu=mix == "gpu")
    assert lower_bound(demand, offers).usd_per_hour >= 0.995 * fluid_bound(demand, offers)


def test_one_shape_in_one_pool_is_worth_its_dominant_share() -> None:
    bound = lower_bound({shape("web", cpu=1024, memory=1024): 8}, [pool(cpu=4096, memory=16384, usd=0.4)])
    assert bound.value_by_shape["web"] == pytest.approx(0.1, rel=1e-3)
    assert bound.usd_per_hour == pytest.approx(0.8, rel=1e-3)


def test_a_shape_without_demand_has_no_part_in_the_bound() -> None:
    bound = lower_bound({shape("web"): 0, shape("api", cpu=512): 1}, [pool()])
    assert bound.value_by_shape["web"] == 0
