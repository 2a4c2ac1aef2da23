"""When a part is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ballast.policy.policy import Policy
from ballast.policy.windows import Window
from ballast.rebalance.rests import most_moves, why_nothing_goes
from ballast.records.rebalancing import ProviderMemory
from tests.ballast.rebalance.builders import ON, PROVIDER, a_snapshot, an_instance, before, ground, minutes
from tests.builders import CLUSTER, NOW, a_cluster

MEMORY = ProviderMemory(CLUSTER, PROVIDER)


def why(policy: Any = ON, now: datetime = NOW, **changes: Any) -> str:
    snapshot = a_snapshot(an_instance(1), **changes)
    stay = why_nothing_goes(snapshot, ground(snapshot, policy, now).parts[0], policy, now)
    return stay.sentence if stay else ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ""),
        ({"memories": (replace(MEMORY, failed_at=before(29)),)}, "something failed or was undone at 08:31"),
        ({"memories": (replace(MEMORY, failed_at=before(30)),)}, ""),
        ({"memories": (replace(MEMORY, scaled_out_at=before(29)),)}, "Ballast added capacity at 08:31"),
        ({"group": {"raised_at": before(29)}}, "the group grew at 08:31"),
        ({"group": {"ecs_raised_at": before(29)}}, "ECS added capacity at 08:31"),
        ({"group": {"spot_lost_at": before(29)}}, "EC2 took a Spot instance of the group at 08:31"),
        ({"group": {"spot_lost_at": before(30)}}, ""),
        ({"group": {"raises_at": NOW + minutes(60)}}, "a scheduled action makes the group larger at 10:00"),
        ({"group": {"raises_at": NOW + minutes(61)}}, ""),
        ({"group": {"capacity": {"desired": 2}}}, "the group has 1 instance and wants 2"),
        ({"group": {"capacity": {"desired": 2, "starting": frozenset({"i-2"})}}}, "instances are starting"),
        ({"cluster": a_cluster(Policy(opted_out="true"))}, "the cluster is opted out by ballast:do-not-disrupt=true"),
        ({"cluster": a_cluster(Policy(unreadable=(("ballast:budget", "x", "a count"),)))}, "cannot be read"),
        ({"provider": {"updating": "UPDATE_IN_PROGRESS"}}, "is being changed"),
    ],
)
def test_a_part_rests_after_what_changed_it_and_before_what_will(changes: dict[str, Any], expected: str) -> None:
    found = why(**changes)

    assert expected in found
    assert bool(found) == bool(expected)


def test_moves_begin_within_windows_only() -> None:
    evening = Window("0 20 * * *", timedelta(hours=2), "UTC")

    assert why(replace(ON, windows=(evening,))) == "no window is open"
    assert why(replace(ON, windows=(evening,)), NOW + timedelta(hours=11)) == ""


def test_the_day_of_a_scheduled_action() -> None:
    """Timeline 13: it raises the group at 20:45, so nothing goes from 19:45, and again from 21:15."""
    at = NOW.replace(hour=20, minute=45)

    def said(hour: int, minute: int) -> str:
        now = NOW.replace(hour=hour, minute=minute)
        known = {"raises_at": at} if now < at else {"raised_at": at}
        return why(now=now, group=known)

    assert said(19, 44) == ""
    assert said(19, 45)
    assert said(20, 44)
    assert said(21, 14)
    assert said(21, 15) == ""


@pytest.mark.parametrize(("managed", "clean", "most"), [(True, 0, 1), (True, 2, 1), (True, 3, None), (False, 0, None)])
def test_one_at_a_time_until_it_is_known_how_ecs_takes_it(managed: bool, clean: int, most: int | None) -> None:  # noqa: FBT001
    snapshot = a_snapshot(managed=managed, memories=(replace(MEMORY, clean_moves=clean),))

    assert most_moves(ground(snapshot).parts[0]) == most
