"""Where the fleet should go: what is wanted, what is wanted no more, and who comes later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ballast.facts.fleet import Fleet
from ballast.plans.plan import Plan
from ballast.policy.policy import Policy
from ballast.policy.updates import Approval
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.plan import plan_update
from ballast.update.rollout.target import plan_reopened, plan_target, plan_waiting
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_fleet,
    a_host,
    a_policy_of_updates,
    a_release,
    a_rollout,
    documents,
    kept,
    told,
)
from tests.builders import NOW, after

WAITING = a_rollout(state=RolloutState.WAITING, started_at=None)
BAKED = NOW + timedelta(days=3)


def step(fleet: Fleet, rollout: Rollout | None, now: datetime) -> Plan:
    return plan_update(fleet, rollout, now)[0]


def test_a_rollout_is_dated_by_its_release_so_that_two_functions_plan_the_same_one() -> None:
    planned = [plan_target(a_fleet(), None, after(minute)) for minute in (1, 9)]

    assert [kept(plan).id for plan in planned if plan] == ["1.64.0/20261123T090000Z"] * 2


def test_a_version_bakes_from_when_it_was_seen_and_not_from_when_it_was_planned() -> None:
    assert plan_waiting(a_fleet(), WAITING, BAKED - timedelta(minutes=1)).actions == ()
    started = kept(plan_waiting(a_fleet(), WAITING, BAKED))
    assert (started.state, started.approved_at, started.started_at) == (RolloutState.RUNNING, BAKED, BAKED)


def test_a_security_release_does_not_bake() -> None:
    urgent = a_policy_of_updates(urgent_version=AFTER)

    assert kept(plan_waiting(a_fleet(policy=urgent), WAITING, NOW)).state is RolloutState.RUNNING


def test_the_word_of_an_operator_ends_the_bake_and_stays_on_record() -> None:
    approved = a_rollout(state=RolloutState.WAITING, started_at=None, approved_at=after(1), approved_by="jo")

    started = kept(plan_waiting(a_fleet(policy=a_policy_of_updates(approval=Approval.MANUAL)), approved, after(2)))

    assert (started.state, started.approved_at, started.approved_by) == (RolloutState.RUNNING, after(1), "jo")


def test_a_release_that_is_planned_anew_keeps_an_eye_on_the_refresh_that_still_goes_on() -> None:
    refreshing = a_rollout(
        state=RolloutState.HALTED, halted_reason="x", refreshing="web", refresh_asked_at=after(1), revision=7
    )
    fleet = a_fleet(release=a_release(version="1.65.0"))

    planned = plan_target(fleet, refreshing, after(9))

    assert planned
    assert (kept(planned).refreshing, kept(planned).refresh_asked_at, kept(planned).revision) == ("web", after(1), 8)


@pytest.mark.parametrize(("version", "gives_way"), [("1.64.1", True), ("1.63.9", False), (BEFORE, False)])
def test_a_rollout_that_was_rolled_back_gives_way_to_a_later_release_only(version: str, *, gives_way: bool) -> None:
    back = a_rollout(state=RolloutState.ROLLED_BACK, target=BEFORE, bad_version=AFTER, ended_at=NOW)
    fleet = a_fleet(a_host(version="1.61.0"), release=a_release(version=version))

    assert (plan_target(fleet, back, after(1)) is not None) is gives_way


@pytest.mark.parametrize(("bad_version", "state"), [(None, RolloutState.RUNNING), (BEFORE, RolloutState.ROLLING_BACK)])
def test_newcomers_follow_in_the_direction_in_which_the_fleet_had_gone(
    bad_version: str | None, state: RolloutState
) -> None:
    over = a_rollout(state=RolloutState.DONE, ended_at=NOW, bad_version=bad_version)

    again = plan_reopened(a_fleet(), over, after(1))

    assert again
    assert (kept(again).state, kept(again).ended_at) == (state, None)
    assert kept(again).incident != over.incident  # whose page would wake nobody, as it is over


def test_newcomers_are_left_alone_once_updates_are_off() -> None:
    over = a_rollout(state=RolloutState.DONE, ended_at=NOW)

    assert plan_reopened(a_fleet(policy=Policy()), over, after(1)) is None


@pytest.mark.parametrize(
    "fleet",
    [
        a_fleet(release=a_release(version=BEFORE, image_id="ami-1", previous_version=AFTER, recalled=(AFTER,))),
        a_fleet(policy=Policy()),
        a_fleet(policy=a_policy_of_updates(pinned_version=BEFORE)),
    ],
    ids=["it was recalled", "updates were turned off", "what all run was pinned"],
)
def test_a_release_that_is_wanted_no_more_is_never_begun(fleet: Fleet) -> None:
    found = step(fleet, WAITING, BAKED)

    assert "BottlerocketRolloutStarted" not in told(found)


def test_updates_that_are_turned_off_in_the_middle_take_up_no_further_instance() -> None:
    hosts: Any = (a_host(1), a_host(2))

    found = step(a_fleet(*hosts, policy=Policy()), a_rollout(), BAKED)

    assert documents(found) == []
    assert documents(step(a_fleet(*hosts), a_rollout(), BAKED)) != []
