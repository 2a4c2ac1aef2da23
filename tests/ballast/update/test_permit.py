"""When nothing may begin, and what halts a rollout first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.gates import IS_CLOSED, NO_SUCH_ALARM, Alarms
from ballast.policy.policy import Policy
from ballast.policy.updates import Strategy
from ballast.policy.windows import read_windows
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.permit import Objection, objection_to_go_on, objection_to_start, reason_to_halt
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_fleet,
    a_host,
    a_policy_of_updates,
    a_release,
    a_rollout,
    an_update,
)
from tests.builders import NOW, after, minutes

DEADLINE = Policy().voluntary_deadline


def failed(number: int = 1, **changes: Any) -> InstanceUpdate:
    own = {"stage": Stage.FAILED, "harmed": True, "why": f"reason {number}", "wave": 1, "since": after(number)}
    return an_update(number, **(own | changes))


def halts(*updates: InstanceUpdate, budget: str = "1", total: int = 20, **rollout: Any) -> str | None:
    hosts = (a_host(int(update.instance_id.removeprefix("i-"), base=16), update=update) for update in updates)
    policy = a_policy_of_updates(failure_budget=budget)
    return reason_to_halt(a_fleet(*hosts, policy=policy), a_rollout(total=total, **rollout))


@pytest.mark.parametrize(("late", "may"), [(0, True), (1, False)])
def test_a_drain_and_a_reboot_must_both_end_inside_the_window(late: float, *, may: bool) -> None:
    policy = a_policy_of_updates(windows=read_windows("0 8 * * * for 12h in UTC"), return_time=minutes(20))
    closes = NOW.replace(hour=20)
    now = closes - DEADLINE - minutes(20) + minutes(late)

    assert (objection_to_start(a_fleet(policy=policy), now) is None) is may


def test_a_freeze_ends_by_itself_when_its_time_is_over() -> None:
    policy = a_policy_of_updates(frozen="2026-11-23T10:00:00Z")

    frozen = Objection("updates are frozen (2026-11-23T10:00:00Z)", until=after(60))
    assert objection_to_start(a_fleet(policy=policy), after(59)) == frozen
    assert objection_to_start(a_fleet(policy=policy), after(61)) is None


@pytest.mark.parametrize(
    ("budget", "total", "failures", "halted"),
    [
        ("0", 20, 1, True),
        ("1", 20, 1, False),
        ("1", 20, 2, True),
        ("10 percent", 20, 2, False),
        ("10 percent", 20, 3, True),
        ("10 percent", 9, 1, True),
    ],
)
def test_a_rollout_halts_once_its_failure_budget_is_overdrawn(
    budget: str, total: int, failures: int, *, halted: bool
) -> None:
    why = halts(*(failed(number) for number in range(1, failures + 1)), budget=budget, total=total)

    assert (why is not None) is halted


@pytest.mark.parametrize(
    "changes",
    [
        {"harmed": False, "retry_at": after(60)},
        {"rollout": "1.62.1/20260601T000000Z"},
        {"stage": Stage.UNSTAGING},
        {"stage": Stage.EXCLUDED},
    ],
    ids=["it is tried again", "of an earlier rollout", "it is still being given up", "it was left out"],
)
def test_what_is_no_failure_yet_halts_nothing(changes: dict[str, Any]) -> None:
    assert halts(failed(1, wave=0, **changes), failed(2, **changes), failed(3, **changes)) is None


@pytest.mark.parametrize("stage", [Stage.FAILED, Stage.REPLACING])
def test_a_canary_that_its_reboot_harmed_halts_the_rollout_whatever_the_budget(stage: Stage) -> None:
    assert halts(failed(1, wave=0, stage=stage), budget="5") == f"the canary {failed(1).instance_id} failed: reason 1"


def test_a_recall_comes_before_every_other_reason() -> None:
    release = a_release(version=BEFORE, recalled=(AFTER,))
    fleet = a_fleet(a_host(update=failed(1, wave=0)), release=release, alarms=Alarms({"errors": "too many"}))

    assert reason_to_halt(fleet, a_rollout()) == (f"AWS has recalled {AFTER}: `latest` is {BEFORE} again")


def test_a_window_that_is_shorter_than_a_drain_and_a_reboot_is_a_wrong_setting() -> None:
    """0.1.0 said nothing for 27 hours: one hour of window, defaults of 60 and 15 minutes."""
    policy = a_policy_of_updates(windows=read_windows("0 2 * * * for 1h in UTC"))

    for now in (NOW, NOW.replace(hour=2, minute=10)):
        assert objection_to_start(a_fleet(policy=policy), now) == Objection(
            "no maintenance window is open for more than 60 min, and a drain and a reboot may take 75 min "
            "(VoluntaryDeadlineMinutes and UpdateReturnMinutes)",
            at_fault=True,
        )
    overlapping = a_policy_of_updates(windows=read_windows("0 2 * * * for 1h in UTC and 0 3 * * * for 1h in UTC"))
    assert objection_to_start(a_fleet(policy=overlapping), NOW.replace(hour=2)) is None


@pytest.mark.parametrize(
    ("fleet", "objection"),
    [
        (
            {"closed_calendars": {"mistyped": "cannot be read: AWS refused GetCalendarState (InvalidDocument): no."}},
            Objection(
                "the change calendar mistyped cannot be read: AWS refused GetCalendarState (InvalidDocument): no",
                at_fault=True,
            ),
        ),
        ({"closed_calendars": {"freeze": IS_CLOSED}}, Objection("the change calendar freeze is closed")),
        (
            {"alarms": Alarms(unknown={"mistyped": NO_SUCH_ALARM})},
            Objection("the CloudWatch alarm mistyped does not exist", at_fault=True),
        ),
        (
            {"alarms": Alarms(unknown={"errors": "cannot be read: AWS could not be asked"})},
            Objection("the CloudWatch alarm errors cannot be read: AWS could not be asked"),
        ),
    ],
)
def test_what_cannot_be_known_begins_nothing_and_halts_nothing(fleet: dict[str, Any], objection: Objection) -> None:
    assert objection_to_start(a_fleet(**fleet), NOW) == objection
    assert reason_to_halt(a_fleet(**fleet), a_rollout()) is None


def test_the_recall_of_another_version_halts_nothing() -> None:
    fleet = a_fleet(release=a_release(recalled=("1.61.0",)))

    assert reason_to_halt(fleet, a_rollout()) is None


def test_the_halt_names_the_failure_that_came_last() -> None:
    assert "the last because reason 2;" in (halts(failed(1), failed(2)) or "")


def test_the_halt_names_the_failure_that_came_last_in_whatever_order_the_instances_stand() -> None:
    assert "the last because reason 1;" in (halts(failed(1, since=after(30)), failed(2)) or "")


TAG = "ballast:update-strategy"


@pytest.mark.parametrize(
    ("wanted", "granted", "may"),
    [
        (Strategy.IN_PLACE, Strategy.OFF, False),
        (Strategy.REPLACE, Strategy.OFF, False),
        (Strategy.REPLACE, Strategy.IN_PLACE, False),
        (Strategy.IN_PLACE, Strategy.IN_PLACE, True),
        (Strategy.IN_PLACE, Strategy.REPLACE, True),
        (Strategy.REPLACE, Strategy.REPLACE, True),
    ],
)
def test_a_tag_has_no_more_done_than_the_stack_was_granted(wanted: Strategy, granted: Strategy, *, may: bool) -> None:
    fleet = a_fleet(a_host(), policy=a_policy_of_updates(strategy=wanted), may_update=granted)
    fleet = replace(fleet, cluster=replace(fleet.cluster, tags={TAG: wanted}))

    objection = objection_to_go_on(fleet, a_rollout(strategy=wanted), NOW)

    why = f"the cluster's tag {TAG}={wanted} asks for it, but the stack has no right to that until its parameter UpdateRights"
    assert objection == (None if may else Objection(f"{why}={wanted} grants it", at_fault=True))


@pytest.mark.parametrize(("stage", "at_fault"), [(Stage.RETURNING, True), (Stage.DONE, False)])
def test_updates_turned_off_with_their_rights_are_somebodys_matter_while_an_instance_is_under_way(
    stage: Stage, *, at_fault: bool
) -> None:
    hosts = a_host(update=an_update(stage=stage))
    fleet = a_fleet(hosts, policy=a_policy_of_updates(strategy=Strategy.OFF), may_update=Strategy.OFF)

    objection = objection_to_go_on(fleet, a_rollout(), NOW)

    assert objection
    assert objection.at_fault is at_fault
    assert objection.why.endswith("UpdateRights=in-place grants it" if at_fault else "updates are off")
