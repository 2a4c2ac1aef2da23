"""From the empty instance through its reboot back to service: when it is looked at, and when it is not believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.fleet import Host
from ballast.facts.host_answer import HostProblem
from ballast.facts.view import InstanceStatus
from ballast.plans.actions import Claim, Reactivate, Record, TerminateInstance
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption, PartOf
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.instance.reboot import plan_draining, plan_rebooting, plan_returning
from ballast.words import drain as say
from tests.ballast.update.rollouts import (
    AFTER,
    a_drain,
    a_host,
    a_status,
    an_update,
    asked,
    documents,
    kept,
    reported,
    update_in,
)
from tests.builders import after, minutes

ON_TARGET = a_status(active=AFTER)


def out_of_service(**changes: Any) -> Host:
    """Drained for its update, and on its way through the reboot."""
    instance = {"status": InstanceStatus.DRAINING, **changes.pop("instance", {})}
    drained: dict[str, Any] = {"disruption": a_drain(), "instance": instance}
    return a_host(**(drained | changes))


def rebooting(host: Host, update: InstanceUpdate, now: float, return_minutes: float = 15) -> Plan:
    return plan_rebooting(host, update, after(now), return_time=minutes(return_minutes))


def test_tasks_that_move_are_waited_for_without_a_word_to_the_host() -> None:
    assert plan_draining(out_of_service(), an_update(stage=Stage.DRAINING), after(50)).actions == ()


def test_a_reboot_never_reports_so_the_host_is_looked_at_after_a_minute() -> None:
    told = asked(Document.REBOOT, Stage.REBOOTING)

    assert rebooting(out_of_service(), told, 0.9).actions == ()
    assert documents(rebooting(out_of_service(), told, 1)) == [Document.CHECK]


def test_a_reboot_that_may_not_have_been_sent_is_not_sent_again_before_the_host_was_asked() -> None:
    """Another function may be about to send it, or has sent it and died before it could note that."""
    unsent = an_update(stage=Stage.REBOOTING, asked=Document.REBOOT, command_at=after(0))

    assert rebooting(out_of_service(), unsent, 0.5).actions == ()
    assert documents(rebooting(out_of_service(), unsent, 1)) == [Document.CHECK]


def test_a_question_that_was_lost_in_the_reboot_is_repeated_after_two_minutes() -> None:
    looked = asked(Document.CHECK, Stage.REBOOTING)

    assert rebooting(out_of_service(), looked, 1.9).actions == ()
    assert documents(rebooting(out_of_service(), looked, 2)) == [Document.CHECK]


@pytest.mark.parametrize(("now", "again"), [(0.4, []), (0.5, [Document.CHECK])])
@pytest.mark.parametrize(
    "changes",
    [
        {"report": reported(problem=HostProblem.NEVER_REFRESHED)},
        {"report": reported(ON_TARGET), "instance": {"agent_connected": False}},
    ],
    ids=["the host says nothing yet", "its agent is away"],
)
def test_a_host_that_cannot_be_judged_yet_is_looked_at_every_half_minute_and_does_not_serve(
    changes: dict[str, Any], now: float, again: list[Document]
) -> None:
    found = rebooting(out_of_service(**changes), asked(Document.CHECK, Stage.REBOOTING), now)

    assert documents(found) == again
    assert not [action for action in found.actions if isinstance(action, Reactivate)]


@pytest.mark.parametrize("return_minutes", [5, 15, 40])
def test_an_instance_has_as_long_to_come_back_as_the_policy_says(return_minutes: float) -> None:
    update = asked(Document.CHECK, Stage.REBOOTING, command_at=after(return_minutes - 1))

    before = rebooting(out_of_service(), update, return_minutes - 0.1, return_minutes)
    at_the_end = rebooting(out_of_service(), update, return_minutes, return_minutes)

    assert not [action for action in before.actions if isinstance(action, TerminateInstance)]
    assert [action.instance_id for action in at_the_end.actions if isinstance(action, TerminateInstance)] == [
        update.instance_id
    ]
    assert kept(at_the_end).why == f"it did not come back within {return_minutes:.0f} min of its reboot"


def test_a_termination_that_the_rollout_asks_for_is_told_as_news_of_the_rollout() -> None:
    """0.1.0 told it as a green scale-in that nobody could place."""
    part_of = PartOf("prod/rollout/x", "bottlerocket_rollout/x", after(0))
    update = asked(Document.CHECK, Stage.REBOOTING, command_at=after(14))

    found = plan_rebooting(out_of_service(), update, after(15), return_time=minutes(15), part_of=part_of)

    claims = [action.after for action in found.actions if isinstance(action, Claim)]
    [drain] = [one for one in claims if isinstance(one, Disruption)]
    assert drain.part_of == part_of
    gone = say.instance_gone(out_of_service().view, drain, after(20))
    assert (gone.incident, gone.reason, gone.closes_incident) == ("prod/rollout/x", "bottlerocket_rollout/x", False)


def test_an_instance_that_comes_back_after_its_time_is_not_given_another_chance_by_an_answer() -> None:
    late = out_of_service(report=reported(ON_TARGET))

    assert (
        kept(rebooting(late, asked(Document.CHECK, Stage.REBOOTING, command_at=after(14)), 15)).stage is Stage.REPLACING
    )


@pytest.mark.parametrize("last", [Document.REBOOT, Document.CHECK])
def test_an_instance_that_nobody_could_ask_is_asked_before_it_is_given_up(last: Document) -> None:
    """Its function did not run, or had no right to ask: it may be back for long, and empty."""
    asked_late = rebooting(out_of_service(), asked(last, Stage.REBOOTING, command_at=after(1)), 90)
    asks = replace(update_in(asked_late), command_id="c-2")

    assert documents(asked_late) == [Document.CHECK]
    assert update_in(rebooting(out_of_service(report=reported(ON_TARGET)), asks, 91)).stage is Stage.RETURNING
    assert update_in(rebooting(out_of_service(), asks, 92)).stage is Stage.REPLACING


@pytest.mark.parametrize("drain", [None, a_drain()], ids=["its drain was closed", "its drain is on record"])
def test_an_instance_that_serves_while_it_should_reboot_is_not_rebooted_under_its_tasks(
    drain: Disruption | None,
) -> None:
    serving = a_host(disruption=drain)

    found = rebooting(serving, asked(Document.REBOOT, Stage.REBOOTING), 6)

    assert documents(found) == [Document.CANCEL]
    assert update_in(found).then is Stage.FAILED


def test_an_instance_serves_again_before_its_settings_are_known_to_be_back() -> None:
    found = plan_returning(out_of_service(), asked(Document.RESTORE, Stage.RETURNING), after(1))

    assert [type(action) for action in found.actions] == [Reactivate, Record]


def test_settings_that_were_refused_are_asked_for_a_minute_later_and_not_at_once() -> None:
    refused = a_host(report=reported(problem=HostProblem.FAILED, words="no such setting"))
    update = asked(Document.RESTORE, Stage.RETURNING)

    assert plan_returning(refused, update, after(0.9)).actions == ()
    assert documents(plan_returning(refused, update, after(1))) == [Document.RESTORE]


def test_an_instance_that_something_else_drains_meanwhile_is_not_set_active() -> None:
    theirs = out_of_service(disruption=None, report=reported())

    found = plan_returning(theirs, asked(Document.RESTORE, Stage.RETURNING), after(1))

    assert not [action for action in found.actions if isinstance(action, Reactivate)]
    assert kept(found).stage is Stage.DONE


def test_an_instance_that_did_not_come_back_and_that_no_group_replaces_is_settled() -> None:
    detached = out_of_service(view={"membership": None})

    lost = kept(rebooting(detached, asked(Document.CHECK, Stage.REBOOTING, command_at=after(14)), 15))

    assert lost.settled
    assert lost.failed
