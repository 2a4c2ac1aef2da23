"""Which instances go for cheaper ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.policy.rebalancing import RebalancePolicy
from ballast.rebalance.acts import Launch
from ballast.rebalance.exchange import exchange
from ballast.rebalance.parts import sharing
from ballast.rebalance.removable import why_it_stays
from ballast.rebalance.snapshot import Instance, Market, Picks, Snapshot
from ballast.records.rebalancing import Method, MovePhase, ProviderMemory
from tests.ballast.rebalance.builders import (
    OFFERS,
    ON,
    a_group,
    a_move,
    a_snapshot,
    an_instance,
    ground,
    minutes,
    some_tasks,
    tight,
    workload,
)
from tests.builders import CLUSTER, NOW

SMALL = {"offers": (OFFERS["m6i.large"],)}


def swapped(
    *instances: Instance, policy: RebalancePolicy = ON, most: int = 5, group: Any = SMALL, **changes: Any
) -> Launch | None:
    here = ground(a_snapshot(*instances, group=group, **changes), policy)
    part = here.parts[0]
    return exchange(
        here, sharing(here.parts, part), [i for i in part.instances if why_it_stays(here, part, i) is None], most
    )


def half_full(number: int = 1, tasks: int = 3) -> list[Instance]:
    return [an_instance(n, *some_tasks(tasks)) for n in range(1, number + 1)]


def test_a_cheaper_one_is_launched_first_and_the_move_waits_for_it() -> None:
    launch = swapped(*half_full())

    assert launch
    assert (launch.add, launch.method, launch.usd_per_hour) == (1, Method.REPLACE, 0.1)
    (move,) = launch.moves
    assert (move.phase, move.launched, move.deadline) == (MovePhase.LAUNCHING, 1, NOW + minutes(15))
    assert move.saving_usd_per_hour == pytest.approx(0.1)
    assert move.known == (move.instance_id,)


def test_two_go_for_one_and_one_for_two() -> None:
    """The group launches 8 of 2,000 MiB for 0.20; then 4 for 0.10."""
    two_for_one = swapped(*half_full(2, 1), an_instance(9, *some_tasks(8)))
    assert two_for_one
    assert two_for_one.add < len(two_for_one.moves) + 1

    large = an_instance(1, *some_tasks(7), instance_type="m6i.2xlarge")
    one_for_two = swapped(large)
    assert one_for_two
    assert (one_for_two.add, len(one_for_two.moves)) == (2, 1)


def test_nothing_is_launched_for_a_saving_below_the_share_or_the_price_of_its_moves() -> None:
    assert swapped(*half_full(), policy=replace(ON, saving_percent=51)) is None
    assert swapped(*half_full(), policy=replace(ON, saving_usd_per_hour_per_move=0.05)) is None


def test_of_those_that_save_enough_that_is_chosen_whose_moves_save_at_least_a_third_of_what_a_task_costs() -> None:
    """A task costs 0.08: to give the second one as well saves 0.025 a task, which is enough, and less than a third."""
    pair = [an_instance(n, *some_tasks(tasks), host={"free_cpu_units": 0}) for n, tasks in ((1, 1), (2, 4))]
    by_default, at_any_price = (
        swapped(*pair, policy=replace(ON, saving_usd_per_hour_per_move=least)) for least in (None, 0.0)
    )
    new = an_instance(1, *some_tasks(1), host={"free_cpu_units": 0, "registered_at": NOW})
    the_second = swapped(new, pair[1], policy=replace(ON, saving_usd_per_hour_per_move=None))

    assert by_default
    assert [move.instance_id for move in by_default.moves] == [pair[0].id]
    assert at_any_price
    assert len(at_any_price.moves) == 2
    assert the_second


def large_and_small(large: int, small: int, cpu_units: int = 2000) -> Instance:
    larges = some_tasks(large, "large", cpu_units=cpu_units, memory_mib=4000)
    return an_instance(1, *larges, *some_tasks(small, "small", cpu_units=500), instance_type="m6i.2xlarge")


def test_as_many_are_launched_as_the_worse_of_two_orders_needs() -> None:
    """Two larges find room on others and three smalls fill a new one; with the smalls on the others the larges need one each."""
    launch = swapped(large_and_small(2, 3), tight(2, 2000, 4000), tight(3, 2000, 4000))

    assert launch
    assert launch.add == 2


def test_what_a_new_one_takes_in_one_order_only_is_not_launched_for() -> None:
    """A small new one never takes the large task, which is left over if the small one comes first."""
    fleet = [large_and_small(1, 1, 2100), tight(2, 2100, 4000)]

    assert swapped(*fleet) is None
    launch = swapped(*fleet, group={})
    assert launch
    assert launch.add == 1


def test_not_while_another_is_under_way() -> None:
    fleet = [*half_full(), an_instance(9)]

    assert swapped(*fleet, moves=(a_move(fleet[1]),)) is None


def test_not_where_ecs_may_end_a_busy_one_while_the_new_one_is_idle() -> None:
    """Hazard: managed scaling without termination protection."""
    assert swapped(*half_full(), managed=True, provider={"termination_protection": False}) is None
    assert swapped(*half_full(), managed=True) is not None


def test_not_above_the_maximum_nor_without_a_budget() -> None:
    assert swapped(*half_full(), group={**SMALL, "max_size": 1}) is None
    assert swapped(*half_full(), most=0) is None


def test_not_if_what_comes_is_unknown_to_fit_or_unpriced() -> None:
    any_of = {"offers": (OFFERS["m6i.large"], OFFERS["m6i.xlarge"]), "picks": Picks.UNKNOWN}

    assert swapped(*half_full(), group=any_of) is None  # it may be as dear as what goes
    assert swapped(*half_full(), prices=()) is None
    assert swapped(*half_full(), group={"offers": ()}) is None


def test_the_minimum_of_the_group_holds_once_the_new_one_has_joined() -> None:
    """Four of two tasks each would fit on two; the group may not have fewer than four."""
    kept = swapped(*half_full(4, 2), group={**SMALL, "min_size": 4})

    assert kept is None or len(kept.moves) <= kept.add
    assert swapped(*half_full(4, 2), group={"offers": (OFFERS["m6i.xlarge"],), "min_size": 4}) is None


def test_what_runs_on_demand_is_not_given_for_spot() -> None:
    cheap = {"offers": (replace(OFFERS["m6i.large"], market=Market.SPOT),)}

    assert swapped(*half_full(), group=cheap) is None
    assert swapped(an_instance(1, *some_tasks(3), market=Market.SPOT), group=cheap) is not None


def test_not_while_something_of_the_group_has_not_joined() -> None:
    """Where nothing that it launches ever does, each try made the group larger by one for good, up to its maximum."""
    (instance,) = half_full()
    there = {"in_service": frozenset({instance.id, "i-00000000000000bad"}), "desired": 2}

    assert swapped(instance, group={**SMALL, "capacity": there}) is None


def of_two_groups(**changes: Any) -> Snapshot:
    """By launch type: a large instance of group web is half full, and group small launches what costs half of it."""
    large = an_instance(1, *some_tasks(3), host={"capacity_provider": None})
    smalls = a_group(name="small", offers=(OFFERS["m6i.large"],), **changes.pop("small", {}))
    services = {"web": workload("web", 3, providers={})}
    told = {"providers": (), "groups": (a_group(large), smalls), "services": services}
    return a_snapshot(large, **told | changes)


def exchanged(snapshot: Snapshot) -> Launch | None:
    here = ground(snapshot)
    part = next(p for p in here.parts if p.instances)
    return exchange(here, sharing(here.parts, part), list(part.instances), 5)


def test_tasks_by_launch_type_go_to_the_cheapest_group_that_takes_them() -> None:
    launch = exchanged(of_two_groups())

    assert launch
    assert (launch.group, launch.add, launch.provider) == ("small", 1, "small")
    (move,) = launch.moves
    assert (move.group, move.launched_in, move.home, move.known) == ("web", "small", "small", ())


def test_another_group_must_be_at_rest_and_have_room_to_grow() -> None:
    """Else whoever joins there next may not be the one that was launched for this."""
    assert exchanged(of_two_groups(small={"max_size": 0})) is None
    assert exchanged(of_two_groups(small={"capacity": {"desired": 1}})) is None
    assert exchanged(of_two_groups(small={"capacity": {"starting": frozenset({"i-new"})}})) is None


def test_what_was_launched_in_vain_is_not_launched_again_at_once() -> None:
    failed = ProviderMemory(CLUSTER, "small", failed_at=NOW - minutes(29))

    assert exchanged(of_two_groups(memories=(failed,))) is None
    assert exchanged(of_two_groups(memories=(replace(failed, failed_at=NOW - minutes(30)),)))


def test_nothing_is_launched_where_the_group_may_not_lose_its_own() -> None:
    snapshot = of_two_groups()
    held = tuple(replace(g, min_size=1) if g.name == "web" else g for g in snapshot.groups)

    assert exchanged(replace(snapshot, groups=held)) is None


def test_instances_of_several_groups_go_together_for_one_of_a_third() -> None:
    """A third full each, on instances of two types that cost 0.20: one for 0.20 takes what three have."""
    first, second, third = (
        an_instance(n, *some_tasks(2), group=group, host={"capacity_provider": None})
        for n, group in ((1, "web"), (2, "web"), (3, "other"))
    )
    groups = (
        a_group(first, second),
        a_group(third, name="other"),
        a_group(name="large", offers=(OFFERS["m6i.xlarge"],)),
    )
    services = {"web": workload("web", 6, providers={})}
    here = ground(a_snapshot(first, second, third, providers=(), groups=groups, services=services))
    part = next(p for p in here.parts if p.instances)

    launch = exchange(here, sharing(here.parts, part), [first, second, third], 5)

    assert launch
    assert {(move.instance_id, move.group) for move in launch.moves} >= {(third.id, "other")}
    assert len(launch.moves) > launch.add
