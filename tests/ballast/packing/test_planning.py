"""A capacity plan covers the demand, respects every limit, costs at least the bound, and hardly more."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballast.packing.model import Pool, Shape
from ballast.packing.planning import plan_capacity
from tests.ballast.packing.builders import Demand, demands, holds, pool, pools, price_list, shape, total, worlds

CENT = 1e-9  # $/h: floating point


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_every_plan_is_exactly_the_demand_within_every_limit_and_costs_no_less_than_the_bound(
    world: tuple[list[Pool], Demand],
) -> None:
    offers, demand = world
    plan = plan_capacity(demand, offers)
    by_name = {p.name: p for p in offers}
    assert total(plan.instances) == {s.name: n for s, n in demand.items() if n}
    assert all(holds(by_name[i.pool], i.load, demand) for i in plan.instances)
    assert all(i.count > 0 and all(n > 0 for n in i.load.values()) for i in plan.instances)
    assert plan.usd_per_hour == pytest.approx(sum(by_name[i.pool].price_usd_per_hour * i.count for i in plan.instances))
    assert plan.lower_bound_usd_per_hour <= plan.usd_per_hour + CENT


@given(worlds())
@settings(max_examples=20, deadline=None)
def test_the_same_input_gives_the_identical_plan(world: tuple[list[Pool], Demand]) -> None:
    offers, demand = world
    assert plan_capacity(demand, offers) == plan_capacity(demand, offers)


@given(worlds(), st.dictionaries(st.sampled_from([f"shape-{i}" for i in range(6)]), st.floats(0, 10)))
@settings(max_examples=40, deadline=None)
def test_given_values_change_the_plan_but_never_its_validity(
    world: tuple[list[Pool], Demand], values: dict[str, float]
) -> None:
    offers, demand = world
    plan = plan_capacity(demand, offers, value_by_shape=values)
    assert total(plan.instances) == {s.name: n for s, n in demand.items() if n}
    assert plan.lower_bound_usd_per_hour <= plan.usd_per_hour + CENT


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_another_pool_never_makes_a_plan_dearer_by_more_than_a_percent(data: st.DataObject) -> None:
    offers = data.draw(pools(4))
    demand = data.draw(demands(offers))
    more = [*offers, Pool("extra", "extra", *_capacity_and_price(data))]
    before, after = plan_capacity(demand, offers), plan_capacity(demand, more)
    assert after.usd_per_hour <= before.usd_per_hour * 1.01 + CENT


def _capacity_and_price(data: st.DataObject) -> tuple[dict[str, int], float]:
    extra = data.draw(pools(1))[0]
    return dict(extra.capacity), extra.price_usd_per_hour


def test_a_thousand_mixed_tasks_cost_at_most_two_percent_more_than_the_bound() -> None:
    demand = {shape(f"s{i}", cpu, mem): 33 for i, (cpu, mem) in enumerate(
        (cpu, mem) for cpu in (102, 256, 512, 1024, 1536) for mem in (100, 256, 512, 1024, 2048, 4096)
    )}  # fmt: skip
    plan = plan_capacity(demand, price_list())
    assert plan.usd_per_hour <= 1.02 * plan.lower_bound_usd_per_hour


def test_tasks_that_need_the_same_host_port_get_an_instance_each() -> None:
    demand = {shape("a", **{"port:tcp:8080": 1}): 2, shape("b", **{"port:tcp:8080": 1}): 1}
    plan = plan_capacity(demand, [pool()])
    assert sum(i.count for i in plan.instances) == 3


def test_an_instance_whose_port_is_taken_by_a_daemon_cannot_have_that_task() -> None:
    taken = pool("taken", usd=0.1, **{"port:tcp:8080": 0})
    plan = plan_capacity({shape("a", **{"port:tcp:8080": 1}): 1}, [taken, pool("open", usd=0.2)])
    assert [i.pool for i in plan.instances] == ["open"]


def test_no_instance_gets_more_copies_than_a_shape_allows() -> None:
    plan = plan_capacity({Shape("spread", {"cpu": 1, "memory": 1}, copies_per_instance=2): 5}, [pool()])
    assert sorted(i.load["spread"] for i in plan.instances for _ in range(i.count)) == [1, 2, 2]


def test_a_shape_only_gets_the_pools_that_it_may_use() -> None:
    pinned = Shape("pinned", {"cpu": 256, "memory": 512}, pools=frozenset({"dear"}))
    plan = plan_capacity({pinned: 1, shape("free"): 1}, [pool("cheap", usd=0.1), pool("dear", usd=1.0)])
    assert {i.pool for i in plan.instances if "pinned" in i.load} == {"dear"}


def test_a_cheap_exact_fit_is_found() -> None:
    plan = plan_capacity({shape("a", 3, 1): 1, shape("b", 1, 3): 1}, [pool("p", 4, 4, 1.0), pool("q", 3, 3, 0.9)])
    assert [(i.pool, i.load) for i in plan.instances] == [("p", {"a": 1, "b": 1})]


def test_no_demand_costs_nothing() -> None:
    plan = plan_capacity({shape(): 0}, price_list())
    assert (plan.instances, plan.usd_per_hour, plan.lower_bound_usd_per_hour) == ((), 0, 0)


def test_tasks_that_require_nothing_share_one_instance() -> None:
    plan = plan_capacity({Shape("idle", {}): 100}, [pool()])
    assert sum(i.count for i in plan.instances) == 1


def test_instances_that_cost_nothing_are_used_first() -> None:
    plan = plan_capacity({shape(): 4}, [pool("reserved", usd=0.0), pool("bought", usd=0.1)])
    assert plan.usd_per_hour == 0
