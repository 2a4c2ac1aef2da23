"""Does a plan still hold just before it is carried out?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.rebalance.revalidate import revalidate
from ballast.rebalance.snapshot import Budget, Snapshot
from tests.ballast.rebalance.builders import (
    a_group,
    a_snapshot,
    a_task,
    an_instance,
    ground,
    in_one_order,
    some_tasks,
    tight,
    workload,
)
from tests.ballast.rebalance.rounds import plan_of

BY_TYPE = {"capacity_provider": None}
FLEET = [an_instance(n, *some_tasks(2)) for n in range(1, 5)]
PLANNED = plan_of(a_snapshot(*FLEET))


def held(fresh: Snapshot) -> int:
    return len(revalidate(PLANNED, ground(fresh)))


def test_nothing_has_changed() -> None:
    assert len(PLANNED) == 3
    assert held(a_snapshot(*FLEET)) == 3


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"budget": Budget(5, 4)}, 1),
        ({"budget": Budget(5, 9)}, 0),
        ({"services": {"web": workload("web", 8, busy="a deployment is in progress")}}, 0),
        ({"services": {"api": workload("api", service={"desired": 50, "running": 0})}}, 0),
        (
            {
                "services": {
                    "api": workload("api", service={"desired": 1, "running": 0}, copy=a_task("api", cpu_units=9999))
                }
            },
            3,  # no launch helps it, so nothing waits for it
        ),
        ({"group": {"min_size": 2}}, 2),
        ({"group": {"refreshing": True}}, 0),
        ({"groups": ()}, 0),
        ({"instances": ()}, 0),
    ],
)
def test_what_does_not_hold_any_more_is_dropped(changes: dict[str, Any], left: int) -> None:
    assert held(replace(a_snapshot(*FLEET), **changes) if "groups" in changes or "instances" in changes
                else a_snapshot(*FLEET, **changes)) == left  # fmt: skip


def test_an_instance_that_changed_since_is_dropped() -> None:
    changed = [replace(FLEET[0], version=77), *FLEET[1:]]

    assert held(a_snapshot(*changed)) == 2


def test_receivers_that_filled_up_meanwhile_take_no_more() -> None:
    filled = [*FLEET[:3], an_instance(4, *some_tasks(2), *(a_task("other") for _ in range(6)))]

    assert held(a_snapshot(*filled)) == 2


def test_what_finds_room_in_one_order_only_by_now_is_dropped() -> None:
    first, second, third = in_one_order()
    planned = plan_of(a_snapshot(first, second, tight(3, 2000, 5000)))

    assert [each.move.instance_id for each in planned] == [first.id]
    assert len(revalidate(planned, ground(a_snapshot(first, second, tight(3, 2000, 5000))))) == 1
    assert revalidate(planned, ground(a_snapshot(first, second, third))) == ()


def test_what_goes_of_groups_that_share_their_room_holds_together_or_not() -> None:
    """Those that stay have room for four more by now, not for eight: of the four that were to go one stays."""
    fleet = [an_instance(n, *some_tasks(2), group="one" if n < 4 else "two", host=BY_TYPE) for n in range(1, 7)]
    groups = tuple(a_group(*(i for i in fleet if i.group == name), name=name) for name in ("one", "two"))
    changes: dict[str, Any] = {
        "services": {"web": workload("web", 12, providers={})}, "providers": (), "groups": groups,
    }  # fmt: skip
    planned = plan_of(a_snapshot(*fleet, **changes))
    gone = {plan.move.instance_id for plan in planned}
    fuller = [
        i
        if i.id in gone
        else an_instance(i.version, *some_tasks(2), *some_tasks(4, "new"), group=i.group, host=BY_TYPE)
        for i in fleet
    ]

    assert len(planned) == 4
    assert len(revalidate(planned, ground(a_snapshot(*fleet, **changes)))) == 4
    assert len(revalidate(planned, ground(a_snapshot(*fuller, **changes)))) == 3
