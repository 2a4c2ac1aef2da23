"""The days, their judges and the models of the peers do what their docstrings say, on a fleet of a few instances."""

from __future__ import annotations

from random import Random

import pytest

from ballast.packing.model import Shape
from benchmarks.packing.workloads import Demand
from benchmarks.rebalance import ceiling, exchanging, headroom, shortage, states
from benchmarks.rebalance.closed_loop import misses, rows
from benchmarks.rebalance.contenders import AUTOSCALER, BALANCED, ECS_ALONE, KARPENTER, OCEAN, OURS, Contender, play
from benchmarks.rebalance.day import Layout, Load, demand_at, lay_out, loads
from benchmarks.rebalance.meter import Outcome, moves, pending, short, violations
from benchmarks.rebalance.mixes import Mix, homes, instance_shape, larger_size, pools
from benchmarks.rebalance.peers.picture import Picture
from simulator.clock import Clock
from simulator.world import World
from simulator.world.core.core import Fact

SHAPES = [Shape("web", {"cpu": 512, "memory": 1024}), Shape("jobs", {"cpu": 256, "memory": 2048})]


def few(tasks: int, _seed: int) -> Demand:
    return dict.fromkeys(SHAPES, tasks)


TINY = Mix("tiny", few, 6, r"(c6i|m6i)\.xlarge")
ONE_TYPE = Mix("one type", few, 6, r"m6i\.xlarge")
PEERS = (KARPENTER, BALANCED, AUTOSCALER, OCEAN)


def fleet(contender: Contender, *, instances: int, web: int = 0, jobs: int = 0) -> World:
    """One group of an m6i.xlarge (4,096 CPU units, 15,564 MiB) each, tasks spread over all; and the contender begins."""
    world = World(Clock(), Random(1))  # noqa: S311 - chance of a simulation
    world.add_cluster("prod")
    world.set_price("m6i.xlarge", 0.192)
    (pool,) = pools(ONE_TYPE.types)
    world.add_group("m6i.xlarge", "prod", desired=instances, maximum=20, shape=instance_shape(pool))
    for shape, copies in zip(SHAPES, (web, jobs), strict=True):
        needs = shape.requirements
        world.add_service("prod", shape.name, desired=copies, cpu=needs["cpu"], memory_mib=needs["memory"])
    assert contender.begin
    contender.begin(world, ONE_TYPE, SHAPES)
    return world


def size_after(world: World, minutes: float) -> int:
    world.clock.run_until(minutes * 60)
    return len(world.groups.groups["m6i.xlarge"].staying)


@pytest.mark.parametrize("contender", PEERS, ids=lambda c: c.name)
def test_each_peer_launches_for_tasks_without_room(contender: Contender) -> None:
    world = fleet(contender, instances=1, web=12)

    assert size_after(world, 4) >= 2
    assert world.clusters["prod"].services["web"].running == 12


def test_karpenter_gives_back_at_once_and_balanced_only_what_saves_its_share() -> None:
    """Twelve of 24 places are taken, by four tasks on each of three: a third of the cost for a third of the disruption."""
    assert size_after(fleet(KARPENTER, instances=3, web=12), 3) == 2
    assert size_after(fleet(BALANCED, instances=3, web=12), 3) == 2


def test_cluster_autoscaler_waits_ten_minutes_and_for_less_than_half() -> None:
    below_half = fleet(AUTOSCALER, instances=3, web=9)

    assert [size_after(below_half, minutes) for minutes in (9, 13)] == [3, 2]
    assert size_after(fleet(AUTOSCALER, instances=3, web=12), 30) == 3


def test_ocean_gives_a_tenth_back_after_five_evaluations() -> None:
    thin = fleet(OCEAN, instances=3, web=6)

    assert [size_after(thin, minutes) for minutes in (3, 8, 14)] == [3, 2, 1]


def test_a_day_is_the_same_for_everybody_and_ecs_alone_has_a_provider_for_each_service() -> None:
    worlds = [World(Clock(), Random(seed)) for seed in (1, 2)]  # noqa: S311 - chance of a simulation
    free, pinned = (
        lay_out(world, TINY, 3, layout) for world, layout in zip(worlds, (Layout(), ECS_ALONE.layout), strict=True)
    )

    assert free == pinned == loads(TINY, 3)
    assert [bool(s.strategy) for w in worlds for s in w.clusters["prod"].services.values()] == [
        False,
        False,
        True,
        True,
    ]


def test_a_tiny_day_costs_at_least_its_bound() -> None:
    outcome = play(KARPENTER, TINY, 1, hours=1)

    assert outcome.over_bound >= 1
    assert (outcome.violations, outcome.interrupted) == (0, 0)


def test_every_task_has_the_home_where_it_costs_least() -> None:
    lean, wide = Shape("lean", {"cpu": 1024, "memory": 512}), Shape("wide", {"cpu": 128, "memory": 4096})
    mix = Mix("two", lambda tasks, _seed: {lean: tasks, wide: tasks}, 40, r"(c6i|r6i)\.(xlarge|2xlarge)")

    assert [pool.name for pool in larger_size(mix)] == ["c6i.2xlarge", "r6i.2xlarge"]
    assert {name: pool.name for name, pool in homes(mix, mix.demand(40, 1)).items()} == {
        "lean": "c6i.2xlarge",
        "wide": "r6i.2xlarge",
    }


def test_a_count_of_the_curve_lies_between_its_hours() -> None:
    day = (Load(SHAPES[0], tuple(range(24)), (), 0.0),)

    assert [demand_at(day, hour)[SHAPES[0]] for hour in (0, 12.6, 23)] == [0, 13, 23]


def fact(kind: str, **data: object) -> Fact:
    return Fact(1.0, kind, data)


def counts(running: int, desired: int) -> Fact:
    return fact("service_counts", service="web", running=running, minimum=desired, desired=desired)


def test_a_fall_below_the_minimum_counts_and_a_raised_desired_count_does_not() -> None:
    assert violations([counts(4, 4), counts(3, 4)]) == 1
    assert violations([counts(4, 4), counts(4, 6), counts(5, 6), counts(6, 6)]) == 0


def test_a_move_is_what_a_drain_stops_and_not_what_a_deployment_replaces() -> None:
    def stops(host: str) -> Fact:
        return fact("task_stopping", cause="drain", host=host)

    drains = fact("container_instance_status", new="DRAINING", host="a")

    assert moves([drains, stops("a"), stops("b"), fact("task_stopped", interrupted=True)]) == 2


def test_a_deployment_that_waits_with_all_its_old_tasks_lacks_nothing() -> None:
    world = fleet(KARPENTER, instances=2, web=4)
    cluster = world.clusters["prod"]
    service = next(iter(cluster.services.values()))
    service.unplaced = 3

    assert (pending(cluster), short(cluster)) == (3, 0)
    service.desired = service.running + 2
    assert short(cluster) == 2


def outcome(**changes: float) -> Outcome:
    told = dict.fromkeys(Outcome.__dataclass_fields__, 0) | {"over_bound": 1.05, "pending_minutes": 5} | changes
    return Outcome(**told)  # type: ignore[arg-type] # counts and averages alike


@pytest.mark.parametrize(
    ("ours", "missed"),
    [
        ({}, []),
        ({"over_bound": 1.07}, ["1.06 over the bound"]),
        ({"over_bound": 1.06}, []),
        ({"over_bound": 1.3}, ["1.06 over the bound", "a peer's cost"]),
        ({"pending_minutes": 6}, ["pending minutes"]),
        ({"violations": 1}, ["minimums"]),
        ({"interrupted": 1}, ["minimums"]),
        ({"set_back": 1}, ["moves undone"]),
    ],
)
def test_the_targets_are_ours_alone(ours: dict[str, float], missed: list[str]) -> None:
    found = {OURS: [outcome(**ours)], ECS_ALONE.name: [outcome(over_bound=1.2)]}

    assert misses(OURS, found) == missed
    assert [fine for _, _, fine in rows("tiny", found)] == [not missed, True]


def test_tasks_of_a_lost_zone_wait_and_a_step_waits_for_room() -> None:
    waits, calls = shortage.played(shortage.zone_out, 1, ecs=True, hours=0.75)
    point = headroom.played(target=100, hours=1.1)

    assert (waits.task_s > 0, waits.ended_at_s is not None, calls) == (True, True, 0)
    assert point.idle_usd_per_hour == pytest.approx(0.192)
    assert point.waited_s > 60


def test_on_the_same_state_both_give_back_the_emptier_instance() -> None:
    world = fleet(Contender("nobody", Layout(), lambda *_: None), instances=3, web=12)
    picture = Picture(world, ONE_TYPE, SHAPES)

    assert states.of_balanced(picture) == states.Won(0.192, 4)
    assert states.of_ballast(picture) == states.Won(0.192, 4)


def test_the_ceiling_is_what_whole_instances_of_one_type_cost_that_hold_every_task() -> None:
    (pool,) = pools(ONE_TYPE.types)

    usd = ceiling.usd_per_hour(dict.fromkeys(SHAPES, 6), pool, [pool], order=1)

    assert usd == pytest.approx(2 * 0.192)  # 4,608 CPU units and 18,432 MiB


def test_instances_are_exchanged_until_no_set_of_them_is_worth_more_than_what_takes_its_tasks() -> None:
    """Two small tasks that ECS has put together keep a large one from its place; whatever came first, two instances do."""
    (pool,) = pools(ONE_TYPE.types)
    large, small = Shape("large", {"cpu": 100, "memory": 9000}), Shape("small", {"cpu": 100, "memory": 6000})

    found = {round(exchanging.usd_per_hour({large: 2, small: 2}, [pool], seed) / 0.192) for seed in range(10)}

    assert found == {2}


def test_the_ceiling_fills_the_instance_with_the_least_free_memory_first_and_depends_on_the_order() -> None:
    (pool,) = pools(ONE_TYPE.types)
    large, small = Shape("large", {"cpu": 100, "memory": 9000}), Shape("small", {"cpu": 100, "memory": 6000})

    found = {round(ceiling.usd_per_hour({large: 2, small: 2}, pool, [pool], order) / 0.192) for order in range(20)}

    assert found == {2, 3}  # a small one beside each large one, or two small ones together


def test_what_no_instance_of_the_type_holds_goes_to_the_cheapest_that_does() -> None:
    small, large = pools(r"m6i\.xlarge|m6i\.2xlarge")[::-1]
    huge = Shape("huge", {"cpu": 6000, "memory": 1024})

    assert ceiling.usd_per_hour({huge: 1}, small, [small, large], order=0) == large.price_usd_per_hour
