"""A rollout that does not move says why, once; a ticket follows where that lasts for a day or a setting is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.fleet import Fleet
from ballast.facts.gates import IS_CLOSED, NO_SUCH_ALARM, Alarms
from ballast.facts.view import InstanceStatus
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.policy.updates import Strategy
from ballast.policy.windows import read_windows
from ballast.records.rollout import Rollout, RolloutState, Stage, Standstill
from ballast.update.plan import plan_update
from ballast.words.notice import Notice, Severity
from tests.ballast.update.rollouts import a_fleet, a_host, a_policy_of_updates, a_rollout, an_update, kept, told
from tests.builders import NOW, after

CLOSED = a_fleet(a_host(1), closed_calendars={"freeze": IS_CLOSED})
HOUR, DAY = 60, 24 * 60


def step(fleet: Fleet, rollout: Rollout, minutes: float) -> Plan:
    return plan_update(fleet, rollout, after(minutes))[0]


def the_notice(plan: Plan) -> Notice:
    [tell] = [action for action in plan.actions if isinstance(action, Tell)]
    return tell.notice


def counted(**changes: Any) -> Rollout:
    """As it stands once its hosts have been counted."""
    return a_rollout(total=1, **changes)


def test_after_twenty_minutes_it_says_why_once() -> None:
    assert step(CLOSED, counted(), 19).actions == ()

    plan = step(CLOSED, counted(), 20)

    notice = the_notice(plan)
    assert (notice.code, notice.severity) == ("BottlerocketRolloutStands", Severity.INFO)
    assert notice.what.endswith("has not moved for 20 min: 0 of 1 on 1.64.0.")
    assert notice.why == "The change calendar freeze is closed."
    assert kept(plan).standstill == Standstill(NOW, "the change calendar freeze is closed", after(20))
    assert step(CLOSED, kept(plan), 23 * HOUR).actions == ()


def test_a_ticket_follows_once_it_has_lasted_for_a_day() -> None:
    first = kept(step(CLOSED, counted(), 20))

    plan = step(CLOSED, first, DAY)

    assert the_notice(plan).severity is Severity.TICKET
    assert step(CLOSED, kept(plan), 9 * DAY).actions == ()


def test_another_reason_is_told_but_not_more_than_once_an_hour() -> None:
    first = kept(step(CLOSED, counted(), 20))
    frozen = a_fleet(a_host(1), policy=a_policy_of_updates(frozen="true"))

    assert step(frozen, first, 79).actions == ()
    assert the_notice(step(frozen, first, 80)).why == "Updates are frozen (true)."


@pytest.mark.parametrize(
    "fleet",
    [
        a_fleet(a_host(1), closed_calendars={"mistyped": "cannot be read: no such document"}),
        a_fleet(a_host(1), alarms=Alarms(unknown={"mistyped": NO_SUCH_ALARM})),
        a_fleet(a_host(1), policy=a_policy_of_updates(windows=read_windows("0 2 * * * for 1h in UTC"))),
    ],
)
def test_a_wrong_setting_is_a_ticket_at_once(fleet: Fleet) -> None:
    assert the_notice(step(fleet, counted(), 20)).severity is Severity.TICKET


def test_a_window_that_opens_is_told_with_its_time_and_needs_no_ticket_before() -> None:
    fleet = a_fleet(a_host(1), policy=a_policy_of_updates(windows=read_windows("0 2 * * sat for 4h in UTC")))

    plan = step(fleet, counted(), 20)

    assert the_notice(plan).next.startswith("It goes on by itself at 2026-11-28 02:00 UTC.")
    assert step(fleet, kept(plan), 2 * DAY).actions == ()


@pytest.mark.parametrize(
    "moved",
    [
        {"moved_at": after(50)},
        {"resumed_at": after(50)},
        {"wave_done_at": NOW},  # it bakes for an hour
    ],
)
def test_what_moved_a_while_ago_or_bakes_does_not_stand(moved: dict[str, Any]) -> None:
    assert told(step(CLOSED, counted(**moved), 55)) == []


def test_an_instance_that_is_on_its_way_moves_the_rollout() -> None:
    fleet = a_fleet(a_host(1, update=an_update(1, since=after(50))), closed_calendars={"freeze": IS_CLOSED})

    assert told(step(fleet, counted(), HOUR)) == []


def test_what_it_waited_for_is_forgotten_when_it_moves() -> None:
    stood = counted(standstill=Standstill(NOW, "the change calendar freeze is closed", after(20)))

    plan = step(a_fleet(a_host(1)), stood, HOUR)
    assert kept(plan).stage is Stage.CHECKING  # the canary begins

    arrived = a_fleet(a_host(1, version="1.64.0"), a_host(2), closed_calendars={"freeze": IS_CLOSED})
    moved = kept(step(arrived, stood, HOUR))
    assert (moved.on_target, moved.moved_at, moved.standstill) == (1, after(HOUR), None)


@pytest.mark.parametrize("state", [RolloutState.HALTED, RolloutState.DONE, RolloutState.ROLLED_BACK])
def test_what_is_halted_or_over_does_not_stand(state: RolloutState) -> None:
    fleet = a_fleet(a_host(1, version="1.64.0"), policy=a_policy_of_updates(frozen="true"))
    over = counted(state=state, on_target=1, halted_reason="an alarm", ended_at=NOW, bad_version=None)

    assert "BottlerocketRolloutStands" not in told(step(fleet, over, DAY))


def reason(fleet: Fleet) -> str:
    return plan_update(fleet, counted(), after(HOUR))[0].reason


def test_the_reason_names_who_eats_the_budget() -> None:
    theirs = a_host(2, instance={"status": InstanceStatus.DRAINING})
    staged = a_host(1, update=an_update(1))
    neighbours = (theirs.instance, a_host(3).instance)
    ready = replace(staged, view=replace(staged.view, tasks=(), neighbours=neighbours, capacity=()))

    assert reason(a_fleet(ready, theirs, a_host(3))) == (
        f"1 instance is out of service (DRAINING otherwise: {theirs.id}) and the disruption budget is 1"
    )


def test_the_reason_names_who_is_on_its_way() -> None:
    checking = a_host(1, update=an_update(1, stage=Stage.CHECKING, asked=None))

    assert reason(a_fleet(checking)) == f"{checking.id} is checking"


def test_a_rollout_that_the_stack_has_no_right_to_waits_with_one_ticket() -> None:
    fleet = a_fleet(a_host(1), may_update=Strategy.OFF)
    waiting = counted(state=RolloutState.WAITING, started_at=None)

    assert step(fleet, waiting, 20).actions == ()  # it bakes
    plan = step(fleet, waiting, 3 * DAY)
    assert the_notice(plan).severity is Severity.TICKET
    assert the_notice(plan).why.endswith("until its parameter UpdateRights=in-place grants it.")
    assert kept(plan).state is RolloutState.WAITING
    assert step(fleet, kept(plan), 9 * DAY).actions == ()
