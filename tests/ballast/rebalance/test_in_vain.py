"""What is told where nothing can be launched, and for how long it holds."""

from __future__ import annotations

from dataclasses import replace

from ballast.policy.rebalancing import RebalancePolicy, Spare
from ballast.rebalance.in_vain import without_room
from ballast.rebalance.scale_out import scale_out
from ballast.rebalance.snapshot import Snapshot
from tests.ballast.rebalance.builders import ON, a_snapshot, a_task, before, ground
from tests.ballast.rebalance.test_scale_out import FULL, acts, lacking


def held(snapshot: Snapshot, policy: RebalancePolicy = ON) -> set[str]:
    here = ground(snapshot, policy)
    list(scale_out(here, here.parts[0]))
    return here.holds


def test_what_was_told_of_tasks_that_wait_holds_as_long_as_they_do_whatever_is_tried_meanwhile() -> None:
    """A pool that is tried again, a group that launches by itself or cannot be read: none of it is an end."""
    waits = {"no capacity web-provider", "not launched service:api"}

    assert held(lacking()) == held(lacking(group={"max_size": 2})) == waits
    assert held(lacking(group={"capacity": {"desired": 3}, "desired_since": before(1)}, since=60)) == set()
    assert held(lacking(groups=())) == waits | {
        "impossible service:api",
        "unplanned service:api",
        "no headroom web-provider",
    }
    assert held(lacking(task={"memory_mib": 300_000})) == {"impossible service:api"}
    assert held(lacking(task={"demands": None})) == {"unplanned service:api"}
    assert held(a_snapshot(*FULL)) == set()


def test_headroom_without_room_holds_as_well() -> None:
    spare = replace(ON, spare=(Spare("web", 4),))

    assert held(a_snapshot(*FULL, definitions={"web": a_task()}), spare) == {"no headroom web-provider"}


def test_headroom_that_nothing_can_be_launched_for_is_told_as_such() -> None:
    spare = replace(ON, spare=(Spare("web", 4),))
    snapshot = a_snapshot(*FULL, definitions={"web": a_task()}, group={"max_size": 2})

    assert acts(snapshot, spare) == [
        "tell on-call: the headroom lacks room for 4 tasks and nothing can be launched: web has its maximum of 2."
    ]


def test_numbers_agree() -> None:
    assert without_room({"a": 1}, {}) == "1 task has no room"
    assert without_room({"a": 1, "b": 1}, {"c": 9}) == "2 tasks have no room"
    assert without_room({}, {"c": 1}) == "the headroom lacks room for 1 task"
