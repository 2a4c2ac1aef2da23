"""One question at a time, and what is done while nobody knows the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.facts.fleet import Report
from ballast.facts.host_answer import HostAnswer, HostProblem
from ballast.plans.actions import Claim
from ballast.plans.plan import Plan
from ballast.plans.update_actions import RunCommand
from ballast.records.document import Document
from ballast.records.rollout import Stage
from ballast.update.instance.ask import NO_ANSWER, NOT_SENT, ask, hear, parameters_of
from tests.ballast.update.rollouts import AFTER, a_host, a_status, an_update, asked, reported
from tests.builders import NOW, after


def test_a_question_is_on_record_before_it_is_sent() -> None:
    before = an_update(command_id="c-0")

    claim, command = ask(before, Document.CHECK, after(3), replace(before, stage=Stage.CHECKING))

    assert claim.before == before
    assert claim.after == command.update
    assert command.update.stage is Stage.CHECKING
    assert (command.update.asked, command.update.command_id, command.update.command_at) == (
        Document.CHECK,
        None,
        after(3),
    )


@pytest.mark.parametrize(
    ("document", "parameters"),
    [
        (Document.CHECK, {}),
        (Document.REBOOT, {}),
        (Document.STAGE, {"TargetVersion": AFTER}),
        (Document.RESTORE, {"VersionLock": "v1.60.0", "IgnoreWaves": "true"}),
        (Document.CANCEL, {"VersionLock": "v1.60.0", "IgnoreWaves": "true"}),
    ],
)
def test_a_document_gets_the_target_or_the_settings_as_they_were_before(
    document: Document, parameters: dict[str, str]
) -> None:
    assert parameters_of(document, an_update(version_lock="v1.60.0", ignore_waves=True)) == parameters


@pytest.mark.parametrize(("document", "minutes"), [(Document.CHECK, 5), (Document.STAGE, 20), (Document.REBOOT, 5)])
def test_an_answer_is_waited_for_only_as_long_as_its_document_may_take(document: Document, minutes: float) -> None:
    update = asked(document, Stage.STAGING)

    assert hear(a_host(), update, after(minutes - 0.1)) == Plan(f"{document} is on its way")
    assert hear(a_host(), update, after(minutes)) == NO_ANSWER


def test_a_question_is_sent_by_the_function_that_recorded_it_and_by_another_only_once_that_is_over() -> None:
    unsent = an_update(stage=Stage.STAGING, since=NOW, asked=Document.STAGE, command_id=None, command_at=NOW)

    assert hear(a_host(), unsent, after(1.9)) == Plan("StageUpdate is being sent")
    again = hear(a_host(), unsent, after(2))
    assert isinstance(again, Plan)
    claim, command = again.actions
    assert isinstance(claim, Claim)
    assert (claim.before, claim.after.command_at) == (unsent, after(2))  # so that only one function sends it
    assert isinstance(command, RunCommand)


def test_a_host_that_takes_no_command_is_given_up_after_half_an_hour() -> None:
    unsent = an_update(stage=Stage.STAGING, since=NOW, asked=Document.STAGE, command_id=None, command_at=after(28))

    assert hear(a_host(), unsent, after(30)) == NOT_SENT


def test_an_answer_that_is_still_being_printed_is_no_answer_yet() -> None:
    under_way = Report(ended=False, answer=HostAnswer(a_status(), None))

    assert isinstance(hear(a_host(report=under_way), asked(Document.CHECK, Stage.CHECKING), after(1)), Plan)


def test_a_late_answer_counts_however_late_it_comes() -> None:
    update = asked(Document.CHECK, Stage.CHECKING)

    heard = hear(a_host(report=reported(a_status())), update, after(60))

    assert isinstance(heard, HostAnswer)
    assert heard.status == a_status()


def test_a_host_that_was_asked_nothing_has_said_nothing() -> None:
    assert hear(a_host(report=reported(a_status())), an_update(asked=None), NOW) == NO_ANSWER
    assert NO_ANSWER.problem is HostProblem.UNSURE
