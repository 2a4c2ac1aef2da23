"""A repair begins as a drain that waits; what runs nothing is replaced at once; and it is called off where AWS says well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.plans.actions import Claim, TerminateInstance
from ballast.plans.capacity_actions import LowerDesired
from ballast.policy.policy import Policy, Repair
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.repair import Signal
from ballast.repair.begin import plan_begin, plan_noted, plan_recovered
from tests.ballast.repair.builders import a_health, a_host, a_lost_host, an_id, an_ill, repairs
from tests.builders import CLUSTER, GROUP, NOW, a_brake, a_waiting, acts, after, codes

AFTER = repairs(begun=(NOW,), revision=1)


def a_repair(**changes: Any) -> Disruption:
    own = {"reason": Reason.REPAIR, "goes_at": None, "instance_id": an_id(1), "signal": Signal.IMPAIRED}
    return a_waiting(**(own | changes))


def test_it_waits_for_its_drain_and_the_group_remembers_that_it_began() -> None:
    plan = plan_begin(a_health(a_lost_host(1)), an_ill(), None, AFTER, NOW)
    [counted, claimed] = acts(plan)

    assert counted == Claim(AFTER, None)
    assert isinstance(claimed, Claim)
    assert claimed.after == Disruption(
        CLUSTER, an_id(1), Reason.REPAIR, Phase.WAITING, forced=False, started_at=NOW, retry_at=NOW, group=GROUP,
        container_instance=a_host(1).arn, tasks_at_start=2, signal=Signal.AGENT_LOST, revision=1,
    )  # fmt: skip
    assert codes(plan) == ["RepairBegins"]


def test_where_its_agent_registered_again_it_is_of_the_newer_record() -> None:
    ghost = a_lost_host(1, arn="arn:old", registered_at=after(-3000), running_tasks=9)

    [_, claimed] = acts(plan_begin(a_health(ghost, a_lost_host(1)), an_ill(), None, AFTER, NOW))

    assert isinstance(claimed, Claim)
    assert isinstance(claimed.after, Disruption)
    assert (claimed.after.container_instance, claimed.after.tasks_at_start) == (a_host(1).arn, 2)


@pytest.mark.parametrize("signal", [Signal.NEVER_JOINED, Signal.REGISTRATION_FAILED])
def test_one_on_which_nothing_runs_is_replaced_at_once(signal: Signal) -> None:
    plan = plan_begin(a_health(), an_ill(1, signal=signal), repairs(), AFTER, NOW)

    assert acts(plan) == (Claim(AFTER, repairs()), TerminateInstance(GROUP, an_id(1)))
    assert codes(plan) == ["UnjoinedReplaced"]


def test_one_that_ecs_lists_no_more_is_left_alone() -> None:
    health = a_health(everybody=())

    assert plan_begin(health, an_ill(), None, AFTER, NOW).actions == ()


def test_what_is_noted_is_in_the_books_only() -> None:
    assert codes(plan_noted(None, AFTER)) == []


def test_it_is_called_off_once_everybody_is_listed_and_it_is_not_ill() -> None:
    [plan] = plan_recovered(a_health(), a_repair(), NOW, is_ill=False)

    assert codes(plan) == ["RepairOver"]
    assert isinstance(plan.actions[0], Claim)


@pytest.mark.parametrize(
    "known",
    [a_repair(phase=Phase.DRAINING), a_repair(reason=Reason.REBALANCE_RECOMMENDATION)],
    ids=["it drains", "something else"],
)
def test_nothing_else_is_called_off(known: Disruption) -> None:
    assert list(plan_recovered(a_health(), known, NOW, is_ill=False)) == []


def test_one_that_is_ill_or_of_which_nobody_knows_goes_on() -> None:
    assert list(plan_recovered(a_health(), a_repair(), NOW, is_ill=True)) == []
    assert list(plan_recovered(a_health(whole=False), a_repair(), NOW, is_ill=False)) == []


def test_what_was_launched_for_it_is_taken_back() -> None:
    health = a_health()
    [group] = health.capacity
    known = a_repair(raised_from=10, raised_at=after(-3), group_before=tuple(sorted(group.members)))
    wants_more = replace(health, capacity=(replace(group, desired=11),))

    [plan] = plan_recovered(wants_more, known, NOW, is_ill=False)

    assert LowerDesired(GROUP, 10) in plan.actions


def test_during_a_pause_it_is_not_called_off_while_an_instance_was_launched_for_it() -> None:
    health = a_health(policy=Policy(repair=Repair.ON, brake=a_brake()))
    [group] = health.capacity
    known = a_repair(raised_from=10, raised_at=after(-3), group_before=tuple(sorted(group.members)))
    came = replace(group, desired=11, starting=frozenset({an_id(11)}))

    [plan] = plan_recovered(replace(health, capacity=(came,)), known, NOW, is_ill=False)

    assert plan.actions == ()
