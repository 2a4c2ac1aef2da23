"""Which instances AWS says are ill: what is seen of each, and what is not concluded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast.facts.health import FailedStarts, Health, Launch
from ballast.facts.view import InstanceStatus, Provider
from ballast.policy.policy import Policy, Repair
from ballast.records.repair import Signal
from ballast.repair.signals import population, signs
from tests.ballast.repair.builders import TEMPLATE, a_health, a_host, a_lost_host, a_member, an_id
from tests.builders import GROUP, NOW, a_cluster, after

ONE = an_id(1)
FAILED = FailedStarts(3, 1.0, after(-30), after(-5), "CannotPullContainerError")


def signals(health: Health) -> dict[str, Signal]:
    return {i: sign.signal for i, sign in signs(health, NOW).items()}


def test_nobody_is_ill_where_all_are_well() -> None:
    assert signals(a_health()) == {}


def test_a_lost_agent_is_seen_with_what_it_shares_with_others() -> None:
    [sign] = signs(a_health(a_lost_host(1), whole=False), NOW).values()

    assert (sign.signal, sign.group, sign.since) == (Signal.AGENT_LOST, GROUP, None)
    assert sign.traits == ("AMI=ami-1", f"launch template={TEMPLATE}", "zone=b")


@pytest.mark.parametrize(
    ("health", "signal"),
    [
        (a_health(a_host(1, impaired=("CONTAINER_RUNTIME: it hangs",))), Signal.IMPAIRED),
        (a_health(a_host(1, status=InstanceStatus.REGISTRATION_FAILED)), Signal.REGISTRATION_FAILED),
        (a_health(ec2_impaired={ONE: "instance status"}), Signal.EC2_IMPAIRED),
        (a_health(failed_starts={a_host(1).arn: FAILED}), Signal.STARTS_FAIL),
    ],
)
def test_each_sign_is_seen(health: Health, signal: Signal) -> None:
    assert signals(health) == {ONE: signal}


@pytest.mark.parametrize(
    "few",
    [
        replace(FAILED, number=2),
        replace(FAILED, share=0.5),
        replace(FAILED, last_at=after(-11)),
        replace(FAILED, elsewhere=False),
    ],
)
def test_starts_that_fail_elsewhere_too_or_seldom_or_not_of_late_are_no_sign(few: FailedStarts) -> None:
    assert signals(a_health(failed_starts={a_host(1).arn: few})) == {}


def test_the_surest_of_several_signs_counts() -> None:
    health = a_health(a_lost_host(1, impaired=("AGENT_CONNECTIVITY: gone",)), ec2_impaired={ONE: "instance status"})

    assert signals(health) == {ONE: Signal.AGENT_LOST}


def test_what_ecs_manages_and_what_its_group_lets_go_is_not_ours_to_repair() -> None:
    managed = a_cluster(Policy(repair=Repair.ON), providers=(Provider("web-provider", None, managed_draining=True),))
    leaving = {ONE: a_member(1, lifecycle_state="Terminating:Wait")}
    pooled = {ONE: a_member(1, lifecycle_state="Warmed:Stopped")}
    hangs = a_host(1, impaired=("CONTAINER_RUNTIME: it hangs",))

    assert signals(a_health(a_lost_host(1), cluster=managed)) == {}
    assert signals(a_health(hangs, members=leaving)) == {}
    assert signals(a_health(a_lost_host(1), members=pooled)) == {}


def test_of_one_that_its_group_lets_go_a_lost_agent_is_seen_as_our_hook_may_hold_it() -> None:
    leaving = {ONE: a_member(1, lifecycle_state="Terminating:Wait")}

    assert signals(a_health(a_lost_host(1), members=leaving)) == {ONE: Signal.AGENT_LOST}


def test_one_that_drains_without_its_agent_is_still_ill() -> None:
    assert signals(a_health(a_lost_host(1, status=InstanceStatus.DRAINING))) == {ONE: Signal.AGENT_LOST}


def unlisted(minutes: float | None) -> Health:
    """One that is in service in its group for so long, and that ECS does not list."""
    launched = {} if minutes is None else {an_id(99): Launch(NOW - timedelta(minutes=minutes), "ami-bad")}
    whole = a_health()
    [group] = whole.capacity
    member = {**whole.members, an_id(99): a_member(99)}
    return replace(
        whole,
        members=member,
        capacity=(replace(group, in_service=group.in_service | {an_id(99)}),),
        launched=launched,
    )


def test_one_that_has_not_joined_a_quarter_of_an_hour_after_its_launch_never_joined() -> None:
    assert signals(unlisted(15)) == {an_id(99): Signal.NEVER_JOINED}
    assert signals(unlisted(14)) == {}
    assert signs(unlisted(15), NOW)[an_id(99)].since == after(-15)
    assert "AMI=ami-bad" in signs(unlisted(15), NOW)[an_id(99)].traits


def test_of_what_nobody_was_told_nothing_is_concluded() -> None:
    health = unlisted(60)
    [group] = health.capacity

    assert signals(unlisted(None)) == {}
    assert signals(replace(health, launched=None)) == {}
    assert signals(replace(health, everybody=None)) == {}
    assert signals(replace(health, capacity=(replace(group, shared=True),))) == {}


def test_age_counts_where_the_operator_says_so() -> None:
    old = a_host(1, registered_at=NOW - timedelta(days=30))
    limited = Policy(repair=Repair.ON, max_age=timedelta(days=30))

    assert signals(a_health(old)) == {}
    assert signals(a_health(old, policy=limited)) == {ONE: Signal.TOO_OLD}


def test_the_population_of_a_trait_is_counted_and_what_only_ecs_tells_where_everybody_is_listed() -> None:
    assert population(a_health())["zone=b"] == 4
    assert population(a_health())["AMI=ami-1"] == 10
    assert "AMI=ami-1" not in population(a_health(whole=False))


def test_what_waits_in_a_warm_pool_is_not_counted_in_the_population_since_it_cannot_be_ill() -> None:
    """A zone of which all are ill would otherwise not be seen to be lost."""
    registered, not_yet = a_member(1, lifecycle_state="Warmed:Running"), a_member(13, lifecycle_state="Warmed:Stopped")
    health = a_health()
    pooled = replace(health, members={**health.members, ONE: registered, an_id(13): not_yet})

    assert population(pooled)["zone=b"] == 3
    assert population(pooled)["AMI=ami-1"] == 9
