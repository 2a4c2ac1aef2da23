"""What a group launched serves, or why not, and for how long that may be so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.fleet import Fleet
from ballast.update.groups.verify import Verdict, verify
from tests.ballast.update.groups.groups import four, launched, of_group, stepping
from tests.ballast.update.rollouts import AFTER, BEFORE
from tests.builders import a_membership, after

NEW = "i-00000000000000009"


def verdict(fleet: Fleet, now: float = 10, *, launches_target: bool = True) -> Verdict:
    return verify(fleet, stepping(), after(1), after(now), launches_target=launches_target)


def unregistered(**changes: Any) -> Fleet:
    fleet = four()
    known: dict[str, Any] = {
        "members": {**fleet.members, NEW: a_membership(group="web")},
        "launched_at": {NEW: after(2)},
    }
    return replace(fleet, **(known | changes))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"instance": {"running_tasks": 0, "pending_tasks": 0}}, None),
        ({"instance": {"agent_connected": False}}, "its ECS agent is not connected"),
        ({"version": None}, "SSM does not know which version it runs"),
        ({"instance": {"running_tasks": 0, "pending_tasks": 2}}, "its tasks do not start"),
    ],
)
def test_an_instance_serves_or_has_some_time_until_it_does(changes: dict[str, Any], why: str | None) -> None:
    fleet = four(new=(launched(**changes),))

    expected = {NEW: why} if why else {}
    assert (verdict(fleet).waits, verdict(fleet).overdue) == (expected, {})
    assert (verdict(fleet, 17).waits, verdict(fleet, 17).overdue) == ({}, expected)  # 15 min after its launch
    assert verdict(fleet).good is (why is None)


def test_one_that_never_registers_is_overdue_as_well() -> None:
    assert verdict(unregistered()).waits == {NEW: "it has not registered in ECS"}
    assert verdict(unregistered(), 17).overdue == {NEW: "it has not registered in ECS"}


def test_one_that_ec2_does_not_know_is_unknown_and_not_verified() -> None:
    assert verdict(unregistered(launched_at={})).waits == {NEW: "it has not registered in ECS"}


@pytest.mark.parametrize(
    ("state", "asked"),
    [("Pending:Wait", True), ("Standby", False), ("Terminating:Wait", False), ("Warmed:Stopped", False)],
)
def test_a_hook_may_hold_it_for_longer_and_what_leaves_is_not_asked(state: str, *, asked: bool) -> None:
    fleet = unregistered(members={NEW: a_membership(group="web", lifecycle_state=state)})

    assert bool(verdict(fleet, 99).waits) is asked
    assert verdict(fleet, 99).overdue == {}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": BEFORE}, f"it runs {BEFORE} instead of {AFTER}"),
        ({"instance": {"variant": "aws-ecs-3"}}, "it runs aws-ecs-3 x86_64 instead of aws-ecs-2 x86_64"),
        ({"instance": {"arch": "arm64"}}, "it runs aws-ecs-2 arm64 instead of aws-ecs-2 x86_64"),
        ({"instance": {"variant": None}}, "it runs no Bottlerocket instead of aws-ecs-2 x86_64"),
    ],
)
def test_another_version_or_kind_is_wrong_at_once_but_only_of_what_was_to_boot_the_target(
    changes: dict[str, Any], why: str
) -> None:
    fleet = four(new=(launched(**changes),))

    assert verdict(fleet).wrong == {NEW: why}
    assert verdict(fleet, launches_target=False).good


def test_what_was_there_before_or_belongs_to_another_group_is_not_asked() -> None:
    lost: dict[str, Any] = {"instance": {"agent_connected": False}}

    assert verdict(four(new=(launched(**lost),), launched_at={NEW: after(0)})).good
    assert verdict(four(new=(of_group(9, "api", version=AFTER, **lost),))).good
    assert verify(four(new=(launched(**lost),)), stepping(), None, after(9), launches_target=True).good
