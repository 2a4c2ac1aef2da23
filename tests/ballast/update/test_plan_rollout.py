"""The rollout itself: where to, whom, when, what operators say, and when it stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.facts.fleet import Fleet, Host
from ballast.facts.gates import IS_CLOSED, Alarms
from ballast.facts.view import InstanceStatus, Provider
from ballast.plans.plan import Plan
from ballast.policy.policy import Policy
from ballast.policy.updates import Approval, OnHalt
from ballast.policy.windows import read_windows
from ballast.records.command import CommandKind
from ballast.records.disruption import Phase, Reason
from ballast.records.document import Document
from ballast.records.rollout import Rollout, RolloutState, Stage
from ballast.update.permit import exclusion, objection_to_start, reason_to_halt, to_do
from ballast.update.plan import plan_update
from ballast.update.rollout.obey import rolled_back
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_command,
    a_drain,
    a_fleet,
    a_host,
    a_policy_of_updates,
    a_release,
    a_rollout,
    an_update,
    documents,
    kept,
    told,
)
from tests.builders import NOW, a_cluster, after

ON_TARGET: dict[str, Any] = {"version": AFTER}


def step(fleet: Fleet, rollout: Rollout | None, minutes: float = 10) -> Plan:
    """The rollout's own plan, without those of its instances."""
    return plan_update(fleet, rollout, after(minutes))[0]


# Where to.


def test_a_release_that_some_instances_do_not_run_is_planned() -> None:
    found = step(a_fleet(a_host(1), a_host(2, **ON_TARGET)), None)

    assert told(found) == ["BottlerocketRolloutPlanned"]
    planned = kept(found)
    assert (planned.target, planned.state, planned.image_id) == (AFTER, RolloutState.WAITING, "ami-2")
    assert (planned.total, planned.on_target) == (2, 1)


@pytest.mark.parametrize(
    "fleet",
    [
        a_fleet(a_host(**ON_TARGET)),
        a_fleet(release=None),
        a_fleet(release=a_release(recalled=(AFTER,))),
        a_fleet(policy=Policy()),
    ],
    ids=["all run it", "no release is known", "it was recalled", "updates are off"],
)
def test_nothing_is_planned_where_nothing_is_wanted(fleet: Fleet) -> None:
    assert step(fleet, None).actions == ()


def test_a_pinned_version_wins_over_the_newest_and_needs_no_bake() -> None:
    policy = a_policy_of_updates(pinned_version="1.63.0")

    planned = kept(step(a_fleet(policy=policy), None))

    assert (planned.target, planned.image_id) == ("1.63.0", None)
    assert kept(step(a_fleet(policy=policy), planned)).state is RolloutState.RUNNING


@pytest.mark.parametrize(
    ("state", "gives_way"),
    [
        (RolloutState.WAITING, True),
        (RolloutState.DONE, True),
        (RolloutState.RUNNING, False),
        (RolloutState.HALTED, True),
    ],
)
def test_a_newer_release_takes_the_place_of_a_rollout_that_does_not_move(
    state: RolloutState, *, gives_way: bool
) -> None:
    newer = a_fleet(release=a_release(version="1.65.0"))

    found = step(newer, a_rollout(state=state, halted_reason="x", ended_at=NOW))

    assert ("BottlerocketRolloutPlanned" in told(found)) is gives_way
    assert ("BottlerocketRolloutSuperseded" in told(found)) is (gives_way and state is not RolloutState.DONE)


def test_an_urgent_release_takes_the_place_of_a_rollout_that_moves() -> None:
    fleet = a_fleet(release=a_release(version="1.65.0"), policy=a_policy_of_updates(urgent_version="1.65.0"))

    assert kept(step(fleet, a_rollout())).target == "1.65.0"


def test_what_was_rolled_back_is_not_planned_again_until_a_newer_release_is_out() -> None:
    back = a_rollout(state=RolloutState.ROLLED_BACK, target=BEFORE, bad_version=AFTER, ended_at=NOW)

    assert told(step(a_fleet(), back)) == []
    assert told(step(a_fleet(release=a_release(version="1.64.1")), back)) == ["BottlerocketRolloutPlanned"]


def test_a_bake_time_is_waited_for_and_an_approval_for_as_long_as_it_takes() -> None:
    waiting = a_rollout(state=RolloutState.WAITING, started_at=None)
    manual = a_fleet(policy=a_policy_of_updates(approval=Approval.MANUAL))

    assert step(a_fleet(), waiting).actions == ()
    assert kept(step(a_fleet(), waiting, minutes=3 * 24 * 60)).state is RolloutState.RUNNING
    assert step(manual, waiting, minutes=23 * 60).actions == ()
    reminder = step(manual, waiting, minutes=30 * 24 * 60)
    assert (told(reminder), kept(reminder).state) == (["BottlerocketRolloutStands"], RolloutState.WAITING)


def test_newcomers_with_an_older_release_reopen_a_rollout_that_is_done() -> None:
    done = a_rollout(state=RolloutState.DONE, ended_at=NOW)

    assert kept(step(a_fleet(), done)).state is RolloutState.RUNNING
    assert step(a_fleet(a_host(**ON_TARGET)), done).actions == ()


# Whom.


@pytest.mark.parametrize(
    ("host", "why"),
    [
        (a_host(version=None), "SSM does not know it"),
        (a_host(view={"membership": None}), "none of the cluster's Auto Scaling groups has it, unless in a warm pool"),
        (a_host(instance={"tags": {"ballast:do-not-disrupt": "true"}}), "it is opted out by"),
        (a_host(version="1.65.0"), "it runs 1.65.0 already"),
        (a_host(instance={"status": InstanceStatus.DRAINING}), "somebody else drains it"),
        (a_host(disruption=a_drain(reason=Reason.SPOT_INTERRUPTION)), "it is disrupted already (spot interruption)"),
        (
            a_host(
                cluster=a_cluster(providers=(Provider("ecs", None, managed_draining=True),)),
                instance={"capacity_provider": "ecs"},
            ),
            "ECS Managed Instances patches its own instances",
        ),
    ],
)
def test_an_instance_that_is_left_alone_is_so_for_a_reason_in_words(host: Host, why: str) -> None:
    assert (exclusion(host, a_rollout(), NOW) or "").startswith(why)
    assert to_do((host,), a_rollout(), NOW) == ()


def test_in_a_rollback_only_what_runs_the_bad_version_is_touched() -> None:
    back = a_rollout(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)

    assert exclusion(a_host(version="1.63.0"), back, NOW) == f"it does not run {AFTER}"
    assert exclusion(a_host(**ON_TARGET), back, NOW) is None


@pytest.mark.parametrize("changes", [{"online": False}, {"instance": {"agent_connected": False}}])
def test_an_instance_out_of_reach_waits_for_its_turn(changes: dict[str, Any]) -> None:
    assert to_do((a_host(**changes),), a_rollout(), NOW) == ()


def test_an_excluded_instance_is_asked_again_half_a_day_later() -> None:
    host = a_host(update=an_update(stage=Stage.EXCLUDED))

    assert to_do((host,), a_rollout(), NOW + timedelta(hours=11)) == ()
    assert to_do((host,), a_rollout(), NOW + timedelta(hours=12)) == (host,)


def test_instances_with_the_fewest_tasks_go_first() -> None:
    busy, idle = a_host(1, instance={"running_tasks": 5}), a_host(2, instance={"running_tasks": 1})

    assert to_do((busy, idle), a_rollout(), NOW) == (idle, busy)


# When.


def test_a_running_rollout_begins_with_one_canary() -> None:
    found = step(a_fleet(*(a_host(n) for n in range(1, 21))), a_rollout())

    assert documents(found) == [Document.CHECK]


@pytest.mark.parametrize(
    ("policy", "fleet", "why"),
    [
        (Policy(unreadable=(("ballast:budget", "few", "a count"),)), {}, "the cluster's tag ballast:budget=few"),
        (Policy(opted_out="true"), {}, "the cluster is opted out"),
        (a_policy_of_updates(frozen="true"), {}, "updates are frozen (true)"),
        (a_policy_of_updates(), {"closed_calendars": {"freeze": IS_CLOSED}}, "the change calendar freeze is closed"),
        (
            a_policy_of_updates(windows=read_windows("0 2 * * * for 4h in UTC")),
            {},
            "the next maintenance window opens at",
        ),
        (a_policy_of_updates(windows=read_windows("0 8 * * * for 2h in UTC")), {}, "a drain might not end before"),
    ],
)
def test_what_forbids_to_start_is_said_in_words(policy: Policy, fleet: dict[str, Any], why: str) -> None:
    objection = objection_to_start(a_fleet(policy=policy, **fleet), NOW)

    assert objection is not None
    assert objection.why.startswith(why)


def test_inside_a_window_with_room_for_a_drain_nothing_forbids_to_start() -> None:
    policy = a_policy_of_updates(windows=read_windows("0 8 * * * for 8h in UTC"))

    assert objection_to_start(a_fleet(policy=policy), NOW) is None


# When it stops.


def failed(number: int, **changes: Any) -> Any:
    own = {"stage": Stage.FAILED, "harmed": True, "why": "it fell back", "wave": 1}
    return an_update(number, **(own | changes))


@pytest.mark.parametrize(
    ("fleet", "why"),
    [
        (a_fleet(release=a_release(version=BEFORE, recalled=(AFTER,))), f"AWS has recalled {AFTER}"),
        (a_fleet(a_host(update=failed(1, wave=0))), "the canary i-"),
        (
            a_fleet(a_host(1, update=failed(1)), a_host(2, update=failed(2))),
            "2 instances failed, the last because it fell back",
        ),
        (a_fleet(lost=(failed(1), failed(2))), "2 instances failed"),
        (a_fleet(alarms=Alarms({"errors": "too many"})), "CloudWatch alarm errors is in ALARM: too many"),
        (a_fleet(news=("the deployment of service api failed",)), "the deployment of service api failed"),
    ],
)
def test_what_halts_a_rollout_is_told_as_one_page(fleet: Fleet, why: str) -> None:
    found = step(fleet, a_rollout(total=20))

    assert (reason_to_halt(fleet, a_rollout(total=20)) or "").startswith(why)
    assert told(found) == ["BottlerocketRolloutHalted"]
    assert kept(found).state is RolloutState.HALTED


def test_failures_within_the_budget_and_those_before_a_resume_halt_nothing() -> None:
    fleet = a_fleet(a_host(1, update=failed(1)), a_host(2, update=failed(2, since=NOW)))

    assert reason_to_halt(fleet, a_rollout(resumed_at=after(1))) is None
    assert reason_to_halt(a_fleet(a_host(1, update=failed(1))), a_rollout()) is None


def test_a_halt_rolls_back_by_itself_only_where_the_policy_says_so_and_somebody_was_updated() -> None:
    halted = a_rollout(state=RolloutState.HALTED, halted_reason="x", on_target=1)
    updated = a_host(update=an_update(stage=Stage.DONE), **ON_TARGET)
    policy = a_policy_of_updates(on_halt=OnHalt.ROLLBACK)

    assert kept(step(a_fleet(updated, policy=policy), halted)).state is RolloutState.ROLLING_BACK
    assert told(step(a_fleet(policy=policy), replace(halted, on_target=0))) == []
    assert "BottlerocketRollback" not in told(step(a_fleet(updated), halted))


# What operators say.


@pytest.mark.parametrize(
    ("kind", "state", "becomes"),
    [
        (CommandKind.HALT, RolloutState.RUNNING, RolloutState.HALTED),
        (CommandKind.HALT, RolloutState.WAITING, RolloutState.HALTED),
        (CommandKind.RESUME, RolloutState.HALTED, RolloutState.RUNNING),
        (CommandKind.ROLLBACK, RolloutState.RUNNING, RolloutState.ROLLING_BACK),
        (CommandKind.APPROVE, RolloutState.WAITING, RolloutState.WAITING),
    ],
)
def test_a_command_that_fits_is_obeyed(kind: CommandKind, state: RolloutState, becomes: RolloutState) -> None:
    found = step(a_fleet(commands=(a_command(kind),)), a_rollout(state=state, halted_reason="x"))

    assert kept(found).state is becomes
    assert "BottlerocketCommandRefused" not in told(found)
    if kind is CommandKind.APPROVE:
        assert kept(found).approved_by == "jo (unverified)"


@pytest.mark.parametrize(
    ("kind", "changes", "fleet", "why"),
    [
        (CommandKind.HALT, {"state": RolloutState.DONE}, {}, "the rollout is done"),
        (CommandKind.RESUME, {}, {}, "the rollout is running, not halted"),
        (
            CommandKind.RESUME,
            {"state": RolloutState.HALTED},
            {"release": a_release(version=BEFORE, recalled=(AFTER,))},
            f"AWS has recalled {AFTER}",
        ),
        (CommandKind.ROLLBACK, {"state": RolloutState.ROLLED_BACK}, {}, "the rollout is rolled back already"),
        (CommandKind.ROLLBACK, {"state": RolloutState.DONE}, {}, f"no instance runs {AFTER}"),
        (CommandKind.APPROVE, {}, {}, "the rollout is running, not waiting"),
        (
            CommandKind.APPROVE,
            {"state": RolloutState.WAITING},
            {"release": a_release(version=BEFORE, recalled=(AFTER,))},
            f"AWS has recalled {AFTER}",
        ),
    ],
)
def test_a_command_that_does_not_fit_is_refused_in_words(
    kind: CommandKind, changes: dict[str, Any], fleet: dict[str, Any], why: str
) -> None:
    found = step(a_fleet(commands=(a_command(kind),), **fleet), a_rollout(**changes))

    assert told(found) == ["BottlerocketCommandRefused"]
    assert why in found.reason


def test_an_approval_of_another_version_and_a_rollback_to_a_newer_one_are_refused() -> None:
    waiting = a_rollout(state=RolloutState.WAITING)
    other = a_fleet(commands=(a_command(CommandKind.APPROVE, version="1.65.0"),))
    newer = a_fleet(commands=(a_command(CommandKind.ROLLBACK, version="1.65.0"),))

    assert f"the release that waits is {AFTER}, not 1.65.0" in step(other, waiting).reason
    assert f"1.65.0 is no older than {AFTER}" in step(newer, a_rollout()).reason


def test_a_command_where_there_is_no_rollout_is_refused() -> None:
    assert told(step(a_fleet(commands=(a_command(CommandKind.HALT),)), None)) == ["BottlerocketCommandRefused"]


def test_a_rollback_goes_where_most_of_the_updated_came_from() -> None:
    hosts = [
        a_host(1, update=an_update(1, stage=Stage.DONE, began_from="1.61.0"), **ON_TARGET),
        a_host(2, update=an_update(2, stage=Stage.DONE, began_from="1.61.0"), **ON_TARGET),
        a_host(3, update=an_update(3, stage=Stage.DONE, began_from=BEFORE), **ON_TARGET),
    ]

    back = rolled_back(a_fleet(*hosts), a_rollout(), None, after(1))

    assert (back.target, back.bad_version, back.image_id) == ("1.61.0", AFTER, None)
    assert rolled_back(a_fleet(*hosts), a_rollout(), BEFORE, after(1)).image_id == "ami-1"


def test_a_rollback_that_was_halted_resumes_as_a_rollback() -> None:
    halted = a_rollout(state=RolloutState.HALTED, target=BEFORE, bad_version=AFTER, halted_reason="x")

    assert kept(step(a_fleet(commands=(a_command(CommandKind.RESUME),)), halted)).state is RolloutState.ROLLING_BACK


# What has left.


def test_an_instance_that_left_the_cluster_is_forgotten_unless_its_reboot_cost_it() -> None:
    left, cost = an_update(1, missing_since=NOW), an_update(2, stage=Stage.REPLACING, harmed=True, missing_since=NOW)

    plans = plan_update(a_fleet(lost=(left, cost, failed(3))), a_rollout(), after(1))[1:]

    assert plans[0].actions
    assert kept(plans[0]) is None
    assert kept(plans[1]).failed
    assert plans[2].actions == ()


def test_a_drain_that_rolled_back_does_not_exclude_the_instance_from_the_next_attempt() -> None:
    assert exclusion(a_host(disruption=a_drain(phase=Phase.ROLLED_BACK)), a_rollout(), NOW) is None
