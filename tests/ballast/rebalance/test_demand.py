"""Which tasks have no place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ballast.rebalance.demand import missing, shortfall, waits
from ballast.rebalance.snapshot import Snapshot, Waiting
from ballast.records.rebalancing import Shortage
from tests.ballast.rebalance.builders import (
    GROUP,
    PROVIDER,
    a_group,
    a_provider,
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


def short_of(number: int, *instances: Any, **changes: Any) -> Snapshot:
    """Service api has no task and wants some."""
    told = {"desired": number, "running": 0, "pending": 0}
    service = workload("api", service=told, short_since=before(6))
    return a_snapshot(*instances, services={"api": replace(service, **changes.pop("api", {}))}, **changes)


def waiting(snapshot: Snapshot, part: int = 0) -> int:
    here = ground(snapshot)
    return sum(waits(here, here.parts[part]).values())


def homeless(snapshot: Snapshot, part: int = 0) -> int:
    here = ground(snapshot)
    return shortfall(here, here.parts[part], waits(here, here.parts[part])).tasks


@pytest.mark.parametrize(
    ("service", "placed", "number"),
    [
        ({"desired": 5, "running": 3, "pending": 1}, {}, 1),
        # whether pendingCount has those that are PROVISIONING is not documented: as listed, it does not matter
        ({"desired": 5, "running": 2, "pending": 3}, {"placed": 2}, 3),
        ({"desired": 5, "running": 2, "pending": 0}, {"placed": 2}, 3),
        ({"desired": 3, "running": 5, "pending": 0}, {}, 0),
        # a deployment: five old ones, and room for five more within 200 %
        ({"desired": 5, "running": 5, "pending": 0}, {"placed": 5, "primary_placed": 0}, 5),
        ({"desired": 5, "running": 5, "pending": 0, "maximum_percent": 120}, {"placed": 5, "primary_placed": 0}, 1),
        ({"desired": 5, "running": 5, "pending": 0, "maximum_percent": 100}, {"placed": 5, "primary_placed": 0}, 0),
        ({"desired": 0, "running": 0, "pending": 0}, {}, 0),
    ],
)
def test_missing_are_those_that_ecs_would_start(service: dict[str, int], placed: dict[str, int], number: int) -> None:
    assert missing(workload("api", service=service, **placed)) == number


def test_nothing_is_missing_of_a_service_of_which_ecs_starts_no_more_tasks() -> None:
    assert missing(workload("api", service={"desired": 5, "running": 0}, starts_none=True)) == 0


def test_daemons_and_services_whose_size_is_unknown_are_not_counted() -> None:
    assert waiting(short_of(2, api={"daemon": True})) == 0
    assert waiting(short_of(2, api={"copy": None})) == 0


def test_existing_room_comes_first() -> None:
    assert homeless(short_of(10, an_instance(1, *some_tasks(6)))) == 10 - 2  # an instance holds 8


@pytest.mark.parametrize("number", range(20, 200, 7))
def test_the_one_instance_with_room_is_found_among_hundreds(number: int) -> None:
    """The others have memory left, and no CPU."""
    full = [
        an_instance(n, host={"free_cpu_units": 512 if n == number else 0, "free_memory_mib": 4000 + n})
        for n in range(200)
    ]

    assert homeless(short_of(1, *full)) == 0


def test_existing_room_is_only_room_on_what_serves() -> None:
    away = an_instance(1, host={"agent_connected": False})
    drains = an_instance(2, host={"status": "DRAINING"})

    assert homeless(short_of(2, away, drains)) == 2


@pytest.mark.parametrize(
    ("capacity", "since", "number"),
    [
        ({"desired": 1}, before(1), 1),
        ({"desired": 1, "in_service": frozenset({"i-1"})}, before(1), 1),
        ({"desired": 1, "starting": frozenset({"i-1"})}, before(60), 1),
        ({"desired": 1}, before(15), 9),
        ({"desired": 1, "in_service": frozenset({"i-1"})}, before(15), 9),
    ],
)
def test_instances_on_their_way_are_room_but_not_for_ever(
    capacity: dict[str, Any], since: datetime, number: int
) -> None:
    assert homeless(short_of(9, group={"capacity": capacity, "desired_since": since})) == number


def test_without_known_types_what_is_on_its_way_is_no_room() -> None:
    assert homeless(short_of(9, group={"capacity": {"desired": 1}, "desired_since": before(1), "offers": ()})) == 9


def test_what_a_group_wants_and_is_known_to_be_short_is_not_on_its_way() -> None:
    aside = Shortage(CLUSTER, GROUP, None, None, None, "InsufficientInstanceCapacity", before(1), NOW + minutes(5))
    grown = {"capacity": {"desired": 1}, "desired_since": before(1)}

    assert homeless(short_of(9, group=grown)) == 1
    assert homeless(short_of(9, group=grown, shortages=(aside,))) == 9


def test_since_when_the_first_of_them_waits() -> None:
    here = ground(short_of(1))

    assert shortfall(here, here.parts[0], waits(here, here.parts[0])).since == before(6)


def test_missing_tasks_follow_the_weights_of_the_providers() -> None:
    snapshot = short_of(10, api={"providers": {PROVIDER: 1, "other": 2}})
    two = replace(
        snapshot,
        providers=(a_provider(), a_provider(name="other", group="other")),
        groups=(a_group(), a_group(name="other")),
    )

    assert [waiting(two, part) for part in (0, 1)] == [7, 3]  # other, web-provider


def test_a_weight_of_zero_is_never_used_unless_all_are_zero() -> None:
    assert waiting(short_of(4, api={"providers": {PROVIDER: 0, "other": 1}})) == 0
    assert waiting(short_of(4, api={"providers": {PROVIDER: 0}})) == 4


def test_tasks_by_launch_type_are_counted_once_and_any_instance_is_room_for_them() -> None:
    free = an_instance(1, host={"capacity_provider": None}, group="plain")
    snapshot = replace(
        short_of(20, free, api={"providers": {}}),
        groups=(a_group(), a_group(free, name="plain"), a_group(name="third")),
    )

    beside = replace(snapshot, instances=(free, an_instance(2)))  # of the provider, which they may use as well

    assert homeless(beside) == 4
    assert [waiting(snapshot, part) for part in range(3)] == [20, 0, 0]
    assert homeless(snapshot) == 12
    assert [part.name for part in ground(snapshot).parts] == ["plain", "third", PROVIDER]


def test_standalone_tasks_that_are_provisioning_wait_too() -> None:
    alone = Waiting(a_task(group="family:job"), PROVIDER, before(3))

    assert waiting(a_snapshot(waiting=(alone,))) == 1
    assert waiting(a_snapshot(waiting=(replace(alone, provider="other"),))) == 0
