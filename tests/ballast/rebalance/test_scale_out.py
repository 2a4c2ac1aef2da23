"""What is launched for tasks without room, and for headroom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.policy.rebalancing import RebalancePolicy, Spare
from ballast.rebalance.acts import Launch, Try
from ballast.rebalance.scale_out import scale_out
from ballast.rebalance.snapshot import Instance, Market, Picks, Price, Snapshot
from ballast.records.rebalancing import Shortage
from tests.ballast.rebalance.builders import (
    GROUP,
    OFFERS,
    ON,
    a_group,
    a_snapshot,
    a_task,
    an_instance,
    before,
    ground,
    minutes,
    some_tasks,
    workload,
)
from tests.builders import CLUSTER, NOW

FULL = [an_instance(n, *some_tasks(8)) for n in (1, 2)]
SMALL_AND_LARGE = (OFFERS["m6i.large"], OFFERS["m6i.xlarge"])
API = {"desired": 3, "running": 0}


def lacking(*instances: Instance, since: float = 6, **changes: Any) -> Snapshot:
    """Service api wants three tasks and has none."""
    task = a_task("api", **changes.pop("task", {}))
    api = workload("api", service=API, short_since=before(since), copy=task)
    return a_snapshot(*(instances or FULL), services={"api": replace(api, **changes.pop("api", {}))}, **changes)


def acts(snapshot: Snapshot, policy: RebalancePolicy = ON, part: int = 0) -> list[str]:
    here = ground(snapshot, policy)
    return [act.line for act in scale_out(here, here.parts[part])]


RAISED = ["raise web from 2 to 3: 3 tasks have no room"]


def test_without_managed_scaling_what_has_no_room_is_launched_for_at_once() -> None:
    assert acts(lacking(since=0)) == RAISED


def test_as_many_as_packing_says() -> None:
    assert acts(lacking(api={"service": workload("api", service={"desired": 17, "running": 0}).service})) == [
        "raise web from 2 to 5: 17 tasks have no room"
    ]


def test_what_fits_into_existing_room_is_not_launched_for() -> None:
    assert acts(lacking(*FULL, an_instance(3))) == []


def test_nothing_is_raised_above_the_maximum_and_a_full_group_is_told() -> None:
    assert acts(lacking(group={"max_size": 2})) == [
        "tell on-call: 3 tasks have no room and nothing can be launched: web has its maximum of 2."
    ]


def test_a_group_that_wants_more_than_it_has_launches_by_itself() -> None:
    wants = {"capacity": {"desired": 5}, "desired_since": before(10), "offers": (OFFERS["m6i.large"],)}
    plenty = {"service": workload("api", service={"desired": 90, "running": 0}).service}

    assert acts(lacking(api=plenty, group=wants)) == []
    assert acts(lacking(api=plenty, group={**wants, "desired_since": before(20)})) != []


@pytest.mark.parametrize(("since", "raised"), [(14, ["raise web from 3 to 5: 2 tasks have no room"]), (15, [])])
def test_a_group_whose_launches_do_not_join_is_not_raised_again_and_again(since: float, raised: list[str]) -> None:
    """Within a quarter of an hour they are on their way, and here their room is not enough; after it they are of no use."""
    ids = frozenset({*(i.id for i in FULL), "i-00000000000000bad"})
    grown = {"desired_since": before(since), "capacity": {"in_service": ids, "desired": 3}}

    assert acts(lacking(group=grown, task={"memory_mib": 9000}, since=16)) == raised


@pytest.mark.parametrize(
    ("group", "reservation", "since", "launched"),
    [
        ({}, 100.0, 6, False),  # ECS has its time
        ({}, 150.0, 6, True),  # its alarm, and no activity
        ({}, 150.0, 4, False),
        ({"ecs_raised_at": before(4)}, 150.0, 6, False),
        ({"ecs_raised_at": before(5)}, 150.0, 6, True),
        ({"desired_since": before(10)}, 100.0, 10, True),  # nothing has happened for ten minutes
        ({"desired_since": before(9)}, 100.0, 10, False),
        ({}, None, 9, False),
    ],
)
def test_where_ecs_scales_only_what_it_fails_to_launch_is_launched(
    group: dict[str, Any],
    reservation: float | None,
    since: float,
    launched: bool,  # noqa: FBT001
) -> None:
    snapshot = lacking(managed=True, since=since, group=group, provider={"reservation": reservation})

    assert acts(snapshot) == (RAISED if launched else [])


def test_what_the_smallest_type_excludes_is_launched_for_if_what_comes_takes_it() -> None:
    """Timeline 5: ECS never scales for a task of 10 GiB if the group may also launch 8 GiB."""
    large_first = {"offers": (OFFERS["m6i.xlarge"], OFFERS["m6i.large"])}
    task = {"cpu_units": 256, "memory_mib": 10_000}
    one = {"service": workload("api", service={"desired": 1, "running": 0}).service}

    assert acts(lacking(managed=True, since=4, task=task, api=one, group=large_first)) == []
    assert acts(lacking(managed=True, since=5, task=task, api=one, group=large_first)) == [
        "raise web from 2 to 3: 1 task has no room"
    ]


@pytest.mark.parametrize("picks", [Picks.FIRST, Picks.CHEAPEST, Picks.UNKNOWN])
def test_what_is_not_known_to_fit_is_not_launched_and_the_page_names_the_smallest_type(picks: Picks) -> None:
    task = {"memory_mib": 10_000}
    (page,) = acts(lacking(managed=True, task=task, group={"offers": SMALL_AND_LARGE, "picks": picks}))

    assert page == (
        "tell on-call: A task of service:api waits, and no launch of web-provider is known to bring an instance that takes "
        "it: its smallest type is m6i.large."
    )


def test_an_impossible_task_is_told_and_nothing_launched_for_it() -> None:
    """Timeline 6."""
    snapshot = lacking(task={"memory_mib": 300_000})
    (page,) = acts(snapshot)

    assert "300,000 MiB of memory; the largest instance of web-provider has 16,000" in page
    assert acts(replace(snapshot, told={"impossible service:api": before(239)})) == []


def test_an_unpriced_type_is_never_chosen() -> None:
    """Timeline 15."""
    (page,) = acts(lacking(prices=()))

    assert "has no type with a known price that is not short" in page


def test_a_pool_put_aside_in_every_zone_is_not_raised() -> None:
    short = Shortage(
        CLUSTER, None, "m6i.xlarge", None, Market.ON_DEMAND, "InsufficientInstanceCapacity", NOW, NOW + minutes(3)
    )

    assert "that is not short" in acts(lacking(shortages=(short,)))[0]
    assert acts(lacking(shortages=(replace(short, until=NOW),))) == RAISED
    assert acts(lacking(shortages=(replace(short, zone="b"),))) == RAISED


def test_launch_instances_takes_the_emptiest_zone_first_and_none_that_is_short() -> None:
    policy = replace(ON, launch_instances=True)
    fleet = [an_instance(n, *some_tasks(8), zone=zone) for n, zone in enumerate("aab")]
    short = Shortage(CLUSTER, None, "m6i.xlarge", "c", Market.ON_DEMAND, "Unsupported", NOW, NOW + minutes(3))
    snapshot = lacking(*fleet, group={"capacity": {"zones": frozenset("abc")}}, shortages=(short,))
    here = ground(snapshot, policy)
    (launch,) = scale_out(here, here.parts[0])

    assert isinstance(launch, Launch)
    assert launch.tries == (Try(GROUP, "b"), Try(GROUP, "a"))


def test_tasks_by_launch_type_go_to_the_group_that_packing_picks() -> None:
    """Memory is dear on what the one offers, cheap on what the other does."""
    lean = OFFERS["m6i.large"].__class__("c6i.xlarge", {"cpu": 4096, "memory": 4000})
    groups = (a_group(name="lean", offers=(lean,)), a_group(name="wide"))
    snapshot = lacking(api={"providers": {}}, providers=(), groups=groups, instances=(), task={"memory_mib": 3900})
    prices = (*snapshot.prices, Price("c6i.xlarge", Market.ON_DEMAND, 0.17))
    (line,) = acts(replace(snapshot, prices=prices))

    assert line == "raise wide from 0 to 1: 3 tasks have no room"


SPARE = replace(ON, spare=(Spare("web", 4),))


def test_headroom_is_launched_for_where_nobody_else_resizes() -> None:
    snapshot = a_snapshot(*FULL, definitions={"web": a_task()})

    assert acts(snapshot, SPARE) == ["raise web from 2 to 3: the headroom lacks room for 4 tasks"]
    assert acts(a_snapshot(*FULL, an_instance(3), definitions={"web": a_task()}), SPARE) == []


def test_headroom_that_ecs_would_take_back_is_not_launched() -> None:
    assert acts(a_snapshot(*FULL, managed=True, definitions={"web": a_task()}), SPARE) == []


def test_tasks_that_wait_come_before_headroom() -> None:
    assert acts(lacking(definitions={"web": a_task()}), SPARE) == RAISED


def test_headroom_is_not_launched_while_agents_are_gone() -> None:
    away = [an_instance(n, *some_tasks(8), host={"agent_connected": n > 3}) for n in range(1, 8)]

    assert acts(a_snapshot(*away, definitions={"web": a_task()}), SPARE) == []


def test_while_one_comes_whose_type_may_take_the_task_no_second_one_is_launched() -> None:
    """Of a group of two types nobody knows which is coming; the least of them would not take it."""
    both = (OFFERS["m6i.xlarge"], OFFERS["m6i.large"])
    first = lacking(task={"memory_mib": 9000}, group={"offers": both, "picks": Picks.FIRST})
    group = first.groups[0]
    comes = replace(group.capacity, desired=3, starting=frozenset({"i-new"}))
    came = replace(group.capacity, desired=3, in_service=group.capacity.in_service | {"i-new"})

    assert acts(first) == ["raise web from 2 to 5: 3 tasks have no room"]
    assert not acts(replace(first, groups=(replace(group, capacity=comes),)))
    assert not acts(replace(first, groups=(replace(group, capacity=came),)))
