"""Which room is kept for tasks that are not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast.policy.rebalancing import RebalancePolicy, Spare
from ballast.policy.windows import Window
from ballast.rebalance.consolidate import consolidate
from ballast.rebalance.headroom import expected, headroom
from ballast.rebalance.snapshot import Snapshot
from tests.ballast.rebalance.builders import ON, PROVIDER, a_snapshot, a_task, an_instance, ground, some_tasks, workload

FLEET = a_snapshot(an_instance(1, *some_tasks(5)), definitions={"job": a_task("job")})


def kept(policy: RebalancePolicy, snapshot: Snapshot = FLEET) -> int:
    here = ground(snapshot, policy)
    return sum(headroom(here, here.parts[0]).values())


def test_so_many_of_a_task_definition() -> None:
    assert kept(replace(ON, spare=(Spare("job", 3),))) == 3


def test_it_is_off_by_default_and_needs_the_definition() -> None:
    assert kept(replace(ON, headroom=False, spare=(Spare("job", 3),))) == 0
    assert kept(replace(ON, spare=(Spare("unknown", 3),))) == 0
    assert kept(replace(ON, spare=(Spare("job", -3),))) == 0


def test_it_may_be_kept_at_times_only() -> None:
    """NOW is 09:00."""
    morning = Window("0 8 * * *", timedelta(hours=2), "UTC")
    evening = Window("0 20 * * *", timedelta(hours=2), "UTC")

    assert kept(replace(ON, spare=(Spare("job", 3, windows=(morning,)),))) == 3
    assert kept(replace(ON, spare=(Spare("job", 3, windows=(evening,)),))) == 0


def test_it_is_kept_in_the_provider_that_is_named() -> None:
    assert kept(replace(ON, spare=(Spare("job", 3, PROVIDER),))) == 3
    assert kept(replace(ON, spare=(Spare("job", 3, "other"),))) == 0


def test_a_share_of_many_small_services_is_rounded_once() -> None:
    fleet = a_snapshot(an_instance(1, *(a_task(f"s{n}") for n in range(8))))

    assert kept(replace(ON, spare_percent=25), fleet) == 2
    assert kept(replace(ON, spare_percent=-25), fleet) == 0
    odd = a_snapshot(
        an_instance(1, *(task for n in range(3) for task in some_tasks(5, f"s{n}", cpu_units=1, memory_mib=1)))
    )
    assert kept(replace(ON, spare_percent=50), odd) == 7


def test_what_ran_within_half_an_hour_may_come_back() -> None:
    """Hazard: Service Auto Scaling has just lowered a service."""
    fleet = a_snapshot(an_instance(1, *some_tasks(5)), services={"web": workload("web", 5, peak=8)})
    here = ground(fleet)

    assert sum(expected(here, here.parts[0], {}).values()) == 3


@pytest.mark.parametrize(("low", "kept_for"), [(None, 0), (5, 0), (4, 1), (1, 2), (0, 3)])
def test_half_as_many_as_were_added_within_half_an_hour_may_still_come(low: int | None, kept_for: int) -> None:
    """Else the room that a service grows into is given back, and bought again minutes later."""
    fleet = a_snapshot(an_instance(1, *some_tasks(5)), services={"web": workload("web", 5, low=low)})
    here, roomy = ground(fleet, ON), ground(fleet, replace(ON, spare_percent=20))

    assert sum(expected(here, here.parts[0], headroom(here, here.parts[0])).values()) == kept_for
    assert (
        sum(expected(roomy, roomy.parts[0], headroom(roomy, roomy.parts[0])).values()) == 0
    )  # what grows has the headroom


def test_consolidation_leaves_the_room_of_what_may_come_back_as_far_as_there_is_any() -> None:
    """One task that has no room even now must not keep every instance of the cluster."""
    fleet = a_snapshot(
        an_instance(1, *some_tasks(1)),
        an_instance(2, *some_tasks(6)),
        services={
            "web": workload("web", 7, peak=8),
            "huge": workload("huge", 0, peak=1, copy=a_task("huge", memory_mib=15_500)),
        },
    )
    here = ground(fleet)
    (part,) = here.parts

    assert [i.id for i in consolidate(here, (part,), list(part.instances), 1).gone] == [fleet.instances[0].id]


def test_what_may_come_back_keeps_its_room_where_it_has_some() -> None:
    fleet = a_snapshot(
        an_instance(1, *some_tasks(1)), an_instance(2, *some_tasks(6)), services={"web": workload("web", 7, peak=9)}
    )
    here = ground(fleet)
    (part,) = here.parts

    assert consolidate(here, (part,), list(part.instances), 1).gone == ()
