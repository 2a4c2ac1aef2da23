"""An instance that is given up serves first, is unstaged second, and is tried again or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.facts.host_answer import HostProblem
from ballast.facts.view import InstanceStatus
from ballast.plans.actions import Reactivate, Record, SetScaleInProtection
from ballast.plans.plan import next_revision
from ballast.records.disruption import Disruption, Reason
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.instance.give_up import back_to_service, plan_excluded, plan_failed, plan_unstaging
from tests.ballast.update.rollouts import a_drain, a_host, an_update, asked, documents, kept, parameters, reported
from tests.builders import after, minutes

DRAINING: dict[str, Any] = {"status": InstanceStatus.DRAINING}


def given_up(**changes: Any) -> InstanceUpdate:
    return asked(Document.CANCEL, Stage.UNSTAGING, **({"then": Stage.FAILED, "why": "it failed"} | changes))


def test_a_host_is_unstaged_with_the_settings_that_it_had() -> None:
    found = plan_excluded(a_host(), an_update(version_lock="1.60.0", ignore_waves=True), "a task cannot move", after(1))

    assert parameters(found) == {"VersionLock": "1.60.0", "IgnoreWaves": "true"}
    assert (kept(found).then, kept(found).why) == (Stage.EXCLUDED, "a task cannot move")


@pytest.mark.parametrize("protected", [True, False])
def test_what_the_update_had_drained_serves_again_and_is_protected_as_before(*, protected: bool) -> None:
    host = a_host(disruption=a_drain(unprotected=protected), instance=DRAINING)

    kinds = [type(action) for action in back_to_service(host)]

    assert kinds == [Reactivate, *([SetScaleInProtection] if protected else []), Record]


@pytest.mark.parametrize(
    "disruption",
    [None, a_drain(reason=Reason.SPOT_INTERRUPTION), a_drain(foreign=True)],
    ids=["no drain on record", "a Spot interruption", "somebody else's drain"],
)
def test_what_something_else_drains_is_never_set_active(disruption: Disruption | None) -> None:
    assert back_to_service(a_host(disruption=disruption, instance=DRAINING)) == ()


def test_a_drain_that_something_else_has_taken_over_resumes_no_update_that_was_given_up() -> None:
    """It came back to an update that was no more, after EC2 had not kept its Spot warning, and stayed DRAINING."""
    taken = a_drain(reason=Reason.SPOT_INTERRUPTION, forced=True, update_waits_since=after(-5))

    (record,) = back_to_service(a_host(disruption=taken, instance=DRAINING))

    assert record == Record(taken, next_revision(replace(taken, update_waits_since=None)))


def test_an_instance_serves_while_its_host_is_still_being_unstaged() -> None:
    host = a_host(disruption=a_drain(), instance=DRAINING)

    found = plan_unstaging(host, given_up(), after(1), most_attempts=3)

    assert [type(action) for action in found.actions] == [Reactivate, Record]


def test_a_host_that_never_answers_its_cancel_is_let_go_after_a_quarter_of_an_hour() -> None:
    assert documents(plan_unstaging(a_host(), given_up(), after(14), most_attempts=3)) == [Document.CANCEL]
    asked_again = replace(given_up(), command_at=after(15))
    assert kept(plan_unstaging(a_host(), asked_again, after(16), most_attempts=3)).stage is Stage.FAILED


@pytest.mark.parametrize(
    ("attempts", "pause"), [(0, minutes(2)), (1, minutes(4)), (5, minutes(64)), (12, timedelta(hours=24))]
)
def test_the_pause_before_another_attempt_doubles_up_to_a_day(attempts: int, pause: timedelta) -> None:
    host = a_host(report=reported())

    failed = kept(plan_unstaging(host, given_up(attempts=attempts), after(1), most_attempts=20))

    assert failed.retry_at == after(1) + pause
    assert not failed.failed


def test_an_instance_that_is_left_out_uses_up_no_attempt() -> None:
    left_out = given_up(then=Stage.EXCLUDED, why="a task cannot move")

    excluded = kept(plan_unstaging(a_host(report=reported()), left_out, after(1), most_attempts=3))

    assert (excluded.stage, excluded.attempts, excluded.retry_at) == (Stage.EXCLUDED, 0, None)
    assert not excluded.failed


@pytest.mark.parametrize("problem", [HostProblem.BUSY, HostProblem.UNSURE, HostProblem.FAILED, HostProblem.UNREADABLE])
def test_a_cancel_that_did_not_work_keeps_the_instance_in_service_and_is_repeated(problem: HostProblem) -> None:
    host = a_host(report=reported(problem=problem), disruption=a_drain(), instance=DRAINING)

    soon = plan_unstaging(host, given_up(), after(0.5), most_attempts=3)
    later = plan_unstaging(host, given_up(), after(1), most_attempts=3)

    assert [type(action) for action in soon.actions] == [Reactivate, Record]
    assert documents(later) == [Document.CANCEL]


def test_a_host_whose_settings_were_never_read_keeps_them() -> None:
    unread = asked(Document.CHECK, Stage.CHECKING, version_lock=None, ignore_waves=None)

    found = plan_failed(a_host(), unread, "it did not answer", after(1))

    assert documents(found) == []
