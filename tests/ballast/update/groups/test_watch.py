"""The group that is refreshed: what was launched is verified before the next step, and whatever does not serve halts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.fleet import Fleet
from ballast.plans.actions import Claim, Tell
from ballast.plans.plan import Plan
from ballast.plans.update_actions import CancelRefresh, StartRefresh
from ballast.policy.windows import read_windows
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.replace import plan_refreshes
from tests.ballast.update.groups.groups import (
    a_refresh,
    asked_of,
    between,
    four,
    launched,
    replace_policy,
    shifted,
    stepping,
)
from tests.ballast.update.rollouts import ARCH, BEFORE, a_template, kept, told
from tests.builders import a_membership, after

ENDED = a_refresh("Successful")
NEW = "i-00000000000000009"
LOST = launched(instance={"agent_connected": False})
BAKED = between(on_target=1, wave_done_at=after(4), stepped_at=after(1))


def step(fleet: Fleet, rollout: Rollout, now: float = 10) -> Plan:
    return plan_refreshes(fleet, rollout, after(now))


def cancels(plan: Plan) -> list[CancelRefresh]:
    return [action for action in plan.actions if isinstance(action, CancelRefresh)]


def test_a_step_is_on_record_before_it_is_asked_for() -> None:
    claim, start = step(four(), between()).actions

    assert isinstance(claim, Claim)
    assert (claim.after.refresh_asked_at, claim.after.stepped_at, claim.after.templates_before) == (
        after(10),
        after(10),
        ("web:7",),
    )
    assert asked_of(step(four(), between())) == start
    assert asked_of(step(four(), between())).preferences.percent == 25


def test_a_refresh_that_does_not_show_up_in_two_minutes_is_asked_for_again() -> None:
    before_ours = a_refresh("Successful", started_at=after(-90))

    for seen in ((), (before_ours,)):
        assert step(four(refreshes=seen), stepping(), 2.9).actions == ()
        again = step(four(refreshes=seen), stepping(), 3)
        assert asked_of(again).group == "web"
        assert kept(again).refresh_asked_at == after(3)


@pytest.mark.parametrize(
    "choice",
    [
        {"why_fixed": "it resolves the parameter of 1.62.1, which stays 1.62.1"},
        {"own": True},
        {"image_kind": ("aws-ecs-2-nvidia", ARCH)},
    ],
    ids=["a fixed version", "an image of theirs", "another variant"],
)
@pytest.mark.parametrize("rollout", [stepping(), between(), BAKED], ids=["asked for", "not yet asked for", "baked"])
def test_what_somebody_moved_by_hand_between_two_steps_is_not_moved_on(
    rollout: Rollout, choice: dict[str, Any]
) -> None:
    """It was given the target again, as every step asked for the launch template that the first one had found."""
    found = step(four(templates=(a_template(**choice),), new=(launched(),) if rollout is BAKED else ()), rollout, 70)

    assert [a for a in found.actions if isinstance(a, StartRefresh)] == []
    assert (kept(found).refreshing, kept(found).refresh_asked_at, kept(found).groups_done) == (None, None, ())


def test_a_pending_refresh_has_no_start_time_and_is_the_one_that_was_asked_for() -> None:
    pending = four(refreshes=(a_refresh("Pending", started_at=None),))

    assert step(pending, stepping(), 9).actions == ()


def test_a_refresh_on_its_way_is_told_when_the_count_changes_and_not_otherwise() -> None:
    one_done = four(new=(launched(),), refreshes=(a_refresh(percent=25),))

    assert step(four(refreshes=(a_refresh(),)), stepping()).actions == ()
    assert told(step(one_done, stepping())) == ["BottlerocketRolloutProgress"]


@pytest.mark.parametrize(("status", "paused"), [("InProgress", True), ("Pending", True), ("RollbackInProgress", False)])
def test_a_window_that_closes_pauses_a_refresh_but_not_its_rollback(status: str, *, paused: bool) -> None:
    policy = replace_policy(windows=read_windows("0 2 * * * for 4h in UTC"))

    found = step(four(refreshes=(a_refresh(status),), policy=policy), stepping())

    assert (cancels(found) == [CancelRefresh("web")]) is paused
    if paused:
        assert (kept(found).refreshing, kept(found).refresh_asked_at) == ("web", None)
        assert kept(found).state is RolloutState.RUNNING


def test_a_step_is_over_once_all_that_it_launched_serves_and_then_it_bakes() -> None:
    over = step(four(new=(launched(),), refreshes=(ENDED,)), stepping())

    assert (kept(over).refresh_asked_at, kept(over).wave_done_at, kept(over).wave) == (None, after(10), 0)
    assert told(over) == ["BottlerocketRolloutProgress"]
    baking = step(four(new=(launched(),)), kept(over), 69)
    assert (baking.actions, baking.reason) == ((), "web bakes until 10:10 UTC")
    following = step(four(new=(launched(),)), kept(over), 70)
    assert (kept(following).wave, asked_of(following).preferences.percent) == (1, 25)


def test_a_step_that_auto_scaling_calls_successful_is_not_over_before_its_instances_serve() -> None:
    waits = step(four(new=(LOST,), refreshes=(ENDED,)), stepping(on_target=0))

    assert waits.actions == ()
    assert waits.reason == f"web: {NEW}: its ECS agent is not connected"


@pytest.mark.parametrize("status", ["InProgress", "Successful"])
def test_what_does_not_serve_in_time_and_for_a_while_halts_cancels_and_pages(status: str) -> None:
    fleet = four(new=(LOST,), refreshes=(a_refresh(status),))

    noted = kept(step(fleet, stepping(), 17))
    assert (noted.unwell_since, noted.state) == (after(17), RolloutState.RUNNING)
    assert told(step(fleet, noted, 19)) == []
    halted = step(fleet, noted, 20)
    assert cancels(halted) == ([CancelRefresh("web")] if status == "InProgress" else [])
    assert [a.notice.severity for a in halted.actions if isinstance(a, Tell)] == ["page"]
    assert kept(halted).halted_reason == f"{NEW}: its ECS agent is not connected"
    assert (kept(halted).state, kept(halted).refreshing) == (RolloutState.HALTED, None)


def test_an_agent_that_is_back_in_time_is_no_reason() -> None:
    noted = kept(step(four(new=(LOST,), refreshes=(ENDED,)), stepping(), 17))

    assert kept(step(four(new=(launched(),), refreshes=(ENDED,)), noted, 19)).unwell_since is None


def test_another_version_than_the_target_halts_at_once() -> None:
    halted = step(four(new=(launched(version=BEFORE),), refreshes=(a_refresh(),)), stepping(), 3)

    assert kept(halted).halted_reason == f"{NEW}: it runs {BEFORE} instead of 1.64.0"
    assert cancels(halted) == [CancelRefresh("web")]


def test_what_auto_scaling_launches_when_it_rolls_back_is_no_failure_of_its_own() -> None:
    back = four(new=(launched(version=BEFORE),), refreshes=(a_refresh("RollbackInProgress"),))

    assert told(step(back, stepping(), 3)) == []


def test_what_never_joined_is_kept_by_name_for_a_rollback_by_policy() -> None:
    fleet = four(refreshes=(a_refresh(),))
    members = {**fleet.members, NEW: a_membership(group="web")}
    fleet = replace(fleet, members=members, launched_at={NEW: after(2)})

    halted = kept(step(fleet, stepping(unwell_since=after(17)), 22))

    assert (halted.never_joined, halted.halted_reason) == ((NEW,), f"{NEW}: it has not registered in ECS")


def test_what_stops_serving_in_a_bake_lets_no_step_begin_and_halts_if_it_lasts() -> None:
    fleet = four(new=(LOST,))

    waits = step(fleet, BAKED, 70)
    assert kept(waits).unwell_since == after(70)
    assert told(step(fleet, kept(waits), 73)) == ["BottlerocketRolloutHalted"]


def test_a_scale_out_with_an_old_release_between_two_steps_is_no_failure() -> None:
    fleet = four(new=(launched(8), launched(9, version=BEFORE)))

    assert asked_of(step(fleet, BAKED, 70)).group == "web"


def test_the_last_step_closes_its_group_without_a_bake() -> None:
    new = tuple(launched(number) for number in (6, 7, 8, 9))

    done = step(four(new=new, refreshes=(ENDED,)), stepping(wave=3))

    assert (kept(done).refreshing, kept(done).groups_done, kept(done).wave_done_at) == (None, ("web",), after(10))


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed"])
@pytest.mark.parametrize(("why", "words"), [(None, ""), ("an instance was unhealthy.", ": an instance was unhealthy")])
def test_a_refresh_that_ended_otherwise_halts_the_rollout_and_pages_with_its_reason(
    status: str, why: str | None, words: str
) -> None:
    halted = step(four(refreshes=(a_refresh(status, why=why),)), stepping())

    assert kept(halted).halted_reason == f"the instance refresh of web ended as {status}{words}"
    assert (kept(halted).state, kept(halted).refreshing) == (RolloutState.HALTED, None)
    assert [a.notice.severity for a in halted.actions if isinstance(a, Tell)] == ["page"]


def test_a_refresh_of_somebody_else_is_waited_for_between_two_steps() -> None:
    found: Any = step(four(new=(launched(),), refreshes=(a_refresh(),)), BAKED, 70)

    assert (found.actions, found.reason) == ((), "web is being refreshed already")


SHIFTED = "a zonal shift moves Auto Scaling group web away from us-east-1a"


def test_a_zonal_shift_cancels_the_refresh_that_runs_and_an_unknown_one_lets_it_be() -> None:
    running = four(refreshes=(a_refresh(),))

    found = step(replace(running, capacity=shifted()), stepping())

    assert (cancels(found), kept(found).refresh_asked_at) == ([CancelRefresh("web")], None)
    assert found.reason == f"the refresh of web pauses: {SHIFTED}"
    assert cancels(step(replace(running, capacity=shifted(zone=None)), stepping())) == []


@pytest.mark.parametrize("zone", ["us-east-1a", None])
def test_while_its_group_is_shifted_or_may_be_no_step_is_asked_for_nor_asked_for_again(zone: str | None) -> None:
    next_one = step(four(capacity=shifted(zone=zone)), between())
    again = step(four(capacity=shifted(zone=zone)), stepping(), 3)

    why = SHIFTED if zone else "nobody knows whether a zonal shift moves Auto Scaling group web away from a zone"
    for plan in (next_one, again):
        assert plan.reason.startswith(why)
        assert not any(isinstance(action, StartRefresh) for action in plan.actions)
    assert kept(again).refresh_asked_at is None
