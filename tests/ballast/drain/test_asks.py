"""What an event asks for: its triggers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ballast.drain.asks import triggers_of
from ballast.drain.events import (
    CapacityInterrupted,
    ChangeScheduled,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    Irrelevant,
    RebalanceRecommended,
    SpotInterrupted,
)
from ballast.drain.triggers import Trigger
from ballast.records.disruption import Reason
from ballast.records.event import Sweep
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_hook_trigger,
    a_policy,
    a_rebalance_trigger,
    a_retirement_trigger,
    a_spot_trigger,
    a_stopping_trigger,
    a_terminating,
    after,
    minutes,
)

OTHER = "i-0fedcba9876543210"
CHANGE = "arn:aws:health:event"
TEN_DAYS = NOW + timedelta(days=10)


def a_change(starts_at: datetime = TEN_DAYS, *ids: str, is_open: bool = True) -> ChangeScheduled:
    named = ids or (INSTANCE_ID,)
    return ChangeScheduled(named if is_open else (), CHANGE, "RETIREMENT", starts_at, () if is_open else named, NOW)


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (SpotInterrupted(INSTANCE_ID, "terminate", NOW), (a_spot_trigger(),)),
        (SpotInterrupted(INSTANCE_ID, "stop", NOW), (a_spot_trigger(),)),
        # hibernation leaves no two minutes
        (SpotInterrupted(INSTANCE_ID, "hibernate", NOW), (a_spot_trigger(deadline=NOW, goes_at=NOW),)),
        (RebalanceRecommended(INSTANCE_ID, NOW), (a_rebalance_trigger(),)),
        (a_terminating(), (a_hook_trigger(),)),
        (a_terminating(hook="ecs-managed-draining-termination-hook"), ()),
        (a_terminating(hook="ballast-drain-2"), ()),
        (a_change(), (a_retirement_trigger(change=CHANGE),)),
        (a_change(TEN_DAYS, is_open=False), ()),
        (a_change(NOW), (a_retirement_trigger(change=CHANGE, goes_at=NOW, forced=True),)),  # it begins now
        (a_change(after(-60)), (a_retirement_trigger(change=CHANGE, goes_at=after(-60), forced=True),)),
        (a_change(NOW - timedelta(days=2)), ()),
        (replace(a_change(), starts_at=None), (a_retirement_trigger(change=CHANGE, goes_at=None, forced=True),)),
        (
            CapacityInterrupted(INSTANCE_ID, after(2), NOW),
            (a_spot_trigger(reason=Reason.CAPACITY_INTERRUPTION, deadline=after(2), goes_at=after(2)),),
        ),
        (SpotInterrupted(INSTANCE_ID, "terminate", after(60)), (a_spot_trigger(),)),  # no later than now
        (
            InstanceStateChanged(INSTANCE_ID, "stopping", NOW),
            (a_stopping_trigger(),),
        ),
        (
            InstanceStateChanged(INSTANCE_ID, "shutting-down", NOW),
            (a_stopping_trigger(),),
        ),
        (InstanceStateChanged(INSTANCE_ID, "terminated", NOW), ()),
        (InstanceStateChanged(INSTANCE_ID, "stopped", NOW), ()),
        (ContainerInstanceChanged(INSTANCE_ID, "prod", NOW), ()),
        (ContainerInstanceImpaired(INSTANCE_ID, "arn", (), NOW), ()),
        (Sweep(NOW), ()),
        (Irrelevant("no"), ()),
    ],
)
def test_each_kind_of_event_asks_for_what_the_table_says(event: Event, wanted: tuple[Trigger, ...]) -> None:
    assert triggers_of(event, a_policy(), NOW) == wanted


def test_a_change_of_several_instances_asks_for_each_of_them() -> None:
    asked = triggers_of(a_change(TEN_DAYS, INSTANCE_ID, OTHER), a_policy(), NOW)

    assert [trigger.instance_id for trigger in asked] == [INSTANCE_ID, OTHER]


@pytest.mark.parametrize(
    ("hours", "forced", "deadline"),
    [(25, False, after(60)), (24, True, after(60)), (0.5, True, after(30))],
)
def test_a_change_is_voluntary_until_its_date_is_near(hours: float, forced: bool, deadline: datetime) -> None:  # noqa: FBT001
    [trigger] = triggers_of(a_change(after(60 * hours)), a_policy(forced_lead=timedelta(hours=24)), NOW)

    assert (trigger.forced, trigger.deadline) == (forced, deadline)


def test_a_hook_waits_as_long_as_the_policy_of_the_cluster_says() -> None:
    [trigger] = triggers_of(a_terminating(), a_policy(scale_in_deadline=minutes(20)), NOW)

    assert trigger.deadline == after(20)
