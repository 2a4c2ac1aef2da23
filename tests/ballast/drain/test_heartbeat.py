"""Which hooks are beaten by what the ledger knows alone."""

from __future__ import annotations

import pytest

from ballast.drain.events import InstanceTerminating
from ballast.drain.heartbeat import plan_heartbeats, plan_unseen
from ballast.plans.actions import Record, SendHeartbeat
from ballast.records.disruption import Phase
from tests.builders import (
    GROUP,
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_disruption,
    a_hook,
    a_scale_in,
    a_terminating,
    after,
)

WAITS = a_hook(waits_since=after(-6))


def test_a_hook_that_waits_long_is_beaten_and_that_is_written_down() -> None:
    known = a_scale_in(hook=WAITS)

    [plan] = plan_heartbeats([known], NOW)

    beat, record = plan.actions
    assert beat == SendHeartbeat("web", "ballast-drain", INSTANCE_ID, "token")
    assert isinstance(record, Record)
    assert record.before == known
    assert record.after is not None
    assert record.after.hook == a_hook(waits_since=NOW)


def test_those_that_have_waited_longest_come_first() -> None:
    waits = [a_scale_in(instance_id=f"i-{n}", hook=a_hook(waits_since=after(-n))) for n in (6, 12, 7, 9)]

    beaten = [plan.actions[0].instance_id for plan in plan_heartbeats(waits, NOW)]  # type: ignore[attr-defined]

    assert beaten == ["i-12", "i-9", "i-7", "i-6"]


@pytest.mark.parametrize(
    "known",
    [
        a_disruption(),
        a_scale_in(hook=a_hook(waits_since=after(-1))),
        a_scale_in(hook=a_hook(waits_since=after(-6), completed=True)),
        a_scale_in(hook=WAITS, deadline=NOW),
        a_scale_in(hook=WAITS, phase=Phase.WAITING),
        a_scale_in(hook=WAITS, phase=Phase.ROLLED_BACK),
    ],
    ids=["no hook", "not long", "let go", "past its end", "waiting", "rolled back"],
)
def test_no_other_is(known: object) -> None:
    assert plan_heartbeats([known], NOW) == []  # type: ignore[list-item]


OURS = {"prod": a_cluster(groups=(GROUP,))}


def test_a_hook_whose_event_comes_again_is_beaten_by_what_the_event_says() -> None:
    """0.1.0 let 18 of 35 time out while AWS answered nothing: the ledger knew nothing of them yet."""
    event = a_terminating()

    [plan] = plan_unseen([event], OURS, after(2))

    assert plan.actions == (SendHeartbeat(event.group, "ballast-drain", INSTANCE_ID, "token"),)
    assert plan_unseen([event], OURS, after(1.9)) == []  # it has only just come


@pytest.mark.parametrize(
    "event",
    [
        a_terminating(hook="another"),
        a_terminating(group="somebody-elses", cluster=None),
        a_terminating(group="x", cluster="foreign"),
    ],
    ids=["a hook of others", "a group of others", "a cluster of others"],
)
def test_nothing_of_others_is_beaten(event: InstanceTerminating) -> None:
    assert plan_unseen([event], OURS, after(10)) == []


def test_a_group_that_the_registry_does_not_know_yet_is_ours_where_our_hook_names_our_cluster() -> None:
    assert len(plan_unseen([a_terminating(group="new", cluster="prod")], OURS, after(10))) == 1
