"""Where tasks may go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ballast.facts.capacity import ZonalShift
from ballast.facts.demands import Constraints, Demands
from ballast.rebalance.consolidate import trial
from ballast.rebalance.receivers import receivers
from ballast.rebalance.snapshot import Instance, Market
from tests.ballast.rebalance.builders import (
    ON,
    a_group,
    a_move,
    a_snapshot,
    a_task,
    an_instance,
    ground,
    in_one_order,
    some_tasks,
    workload,
)


def taking(*instances: Instance, **changes: Any) -> list[int]:
    here = ground(a_snapshot(*instances, **changes))
    return [i.version for i in receivers(here, here.parts[0])]


def homeless(*instances: Instance, **changes: Any) -> int:
    """Tasks of the first instance that find no place on the others."""
    here = ground(a_snapshot(*instances, **changes))
    places = trial(here, here.parts[0], receivers(here, here.parts[0]), instances[:1])
    return sum(places.empty(instances[0], here.loads[instances[0].id]).values())


def test_receivers_are_those_that_serve_whatever_their_age() -> None:
    young = an_instance(1, host={"registered_at": None})
    fleet = [
        young,
        an_instance(2, host={"status": "DRAINING"}),
        an_instance(3, host={"agent_connected": False}),
        an_instance(4, lifecycle_state="Terminating:Wait"),
        an_instance(5, lifecycle_state="Warmed:Stopped"),
        an_instance(6, warned=True),
        an_instance(7),
    ]

    assert taking(*fleet) == [1, 7]


def test_an_instance_that_is_given_back_receives_nothing() -> None:
    fleet = [an_instance(1), an_instance(2)]

    assert taking(*fleet, moves=(a_move(fleet[0]),)) == [2]


def test_no_task_is_sent_into_a_zone_that_is_shifted_away_from() -> None:
    fleet = [an_instance(1, zone="a"), an_instance(2, zone="b")]

    assert taking(*fleet, group={"capacity": {"shift": ZonalShift(frozenset({"a"}))}}) == [2]


def test_room_is_cpu_memory_ports_and_interfaces() -> None:
    mine = an_instance(1, *some_tasks(2))

    assert homeless(mine, an_instance(2, *some_tasks(6))) == 0
    assert homeless(mine, an_instance(2, *some_tasks(7))) == 1
    assert (
        homeless(
            an_instance(1, a_task(host_ports=frozenset({80}))), an_instance(2, a_task("x", host_ports=frozenset({80})))
        )
        == 1
    )


def test_what_finds_no_place_in_the_reverse_order_is_told_and_nothing_is_moved() -> None:
    first, *others = fleet = in_one_order()
    here = ground(a_snapshot(*fleet))
    places = trial(here, here.parts[0], receivers(here, here.parts[0]), fleet)
    large = here.asks.of((first.tasks or ())[0]).name

    assert places.homeless_reversed([first], here.loads) == {large: 1}
    assert places.homeless_reversed([], here.loads) == {}
    assert places.all_received == {}
    assert places.empty(first, here.loads[first.id]) == {}
    places.keep(first)
    # All leave at once, so that none takes tasks of another.
    assert sum(places.homeless_reversed([first, others[0]], here.loads).values()) == 2


def test_in_the_reverse_order_the_tasks_of_all_that_go_are_one_crowd() -> None:
    """ECS starts those of one draining instance in between those of another."""
    first, *others = in_one_order()
    large, small = (an_instance(number, task) for number, task in enumerate(first.tasks or (), 4))
    fleet = [large, small, *others]
    here = ground(a_snapshot(*fleet))
    places = trial(here, here.parts[0], receivers(here, here.parts[0]), fleet)

    for gone in ([large, small], [small, large]):
        assert list(places.homeless_reversed(gone, here.loads)) == list(here.loads[large.id])


def test_in_the_reverse_order_too_no_task_leaves_on_demand_for_spot() -> None:
    mine, spot = an_instance(1, a_task()), an_instance(2, market=Market.SPOT)
    here = ground(a_snapshot(mine, spot))

    places = trial(here, here.parts[0], receivers(here, here.parts[0]), [mine])

    assert list(places.homeless_reversed([mine], here.loads)) == list(here.loads[mine.id])


def test_a_receiver_needs_a_free_interface() -> None:
    """Hazard: awsvpc."""
    tasks = some_tasks(2, demands=Demands(own_interface=True))

    assert homeless(an_instance(1, *tasks), an_instance(2, interfaces=2)) == 0
    assert homeless(an_instance(1, *tasks), an_instance(2, interfaces=1)) == 1


def test_a_service_on_distinct_instances_needs_one_without_any_of_its_tasks() -> None:
    distinct = {"web": workload("web", 3, service={"constraints": Constraints(distinct=True)})}
    fleet = [an_instance(n, a_task()) for n in (1, 2, 3)]

    assert homeless(*fleet, services=distinct) == 1
    assert homeless(*fleet, an_instance(4), services=distinct) == 0


def test_what_runs_on_demand_does_not_go_onto_spot() -> None:
    """Hazard: voluntary moves do not raise the risk of what they move."""
    on_demand, spot = an_instance(1, a_task()), an_instance(2, a_task(), market=Market.SPOT)

    assert homeless(on_demand, spot) == 1
    assert homeless(spot, on_demand) == 0
    assert homeless(spot, replace(spot, host=an_instance(3).host)) == 0


def test_under_managed_scaling_only_instances_in_use_take_tasks() -> None:
    assert homeless(an_instance(1, a_task()), an_instance(2), managed=True) == 1
    assert homeless(an_instance(1, a_task()), an_instance(2), managed=False) == 0
    assert homeless(an_instance(1, a_task()), an_instance(2, a_task()), managed=True) == 0


def test_a_task_that_nobody_can_size_fits_nowhere() -> None:
    assert homeless(an_instance(1, a_task(demands=None)), an_instance(2)) == 1


def test_an_instance_of_no_capacity_takes_nothing() -> None:
    nothing = an_instance(2, host={"free_cpu_units": 0, "free_memory_mib": 0})

    assert homeless(an_instance(1, a_task()), nothing) == 1


def test_tasks_by_launch_type_go_onto_other_groups_too() -> None:
    told = {"capacity_provider": None}
    one, two = an_instance(1, *some_tasks(2), group="one", host=told), an_instance(2, group="two", host=told)
    groups = (a_group(one, name="one"), a_group(two, name="two"))

    assert taking(one, two, an_instance(3), groups=groups, providers=()) == [1, 2]
    assert homeless(one, two, groups=groups, providers=()) == 0


def test_the_headroom_of_every_group_whose_room_is_used_is_kept() -> None:
    told = {"capacity_provider": None}
    one, two = (
        an_instance(1, *some_tasks(4), group="one", host=told),
        an_instance(2, *some_tasks(4), group="two", host=told),
    )
    snapshot = a_snapshot(one, two, groups=(a_group(one, name="one"), a_group(two, name="two")), providers=())

    def fits(percent: int) -> bool:
        here = ground(snapshot, replace(ON, spare_percent=percent))
        places = trial(here, here.parts[0], receivers(here, here.parts[0]), [one])
        return not places.homeless and not places.empty(one, here.loads[one.id])

    assert [fits(percent) for percent in (0, 25)] == [True, False]
