"""What a host did not hear is kept on record, told by name, and said until it is heard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.host_answer import HostProblem
from ballast.plans.plan import Plan
from ballast.records.document import Document
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast.update.instance.give_up import plan_unstaging
from ballast.update.instance.owed import plan_owed
from ballast.update.instance.reboot import plan_returning
from ballast.update.instance.stage import plan_again, plan_begin
from ballast.update.plan import plan_update
from tests.ballast.update.rollouts import (
    a_fleet,
    a_host,
    a_rollout,
    an_update,
    asked,
    documents,
    kept,
    parameters,
    reported,
    told,
)
from tests.builders import NOW, after


def let_go(then: Stage | None) -> Plan:
    """Its cancel was never heard."""
    unheard = asked(
        Document.CANCEL, Stage.UNSTAGING, then=then, why="its rollout goes no further", version_lock="1.60.0"
    )
    return plan_unstaging(a_host(), replace(unheard, command_at=after(15)), after(16), most_attempts=1)


def owed(document: Document = Document.CANCEL, stage: Stage = Stage.EXCLUDED, **changes: Any) -> InstanceUpdate:
    return an_update(stage=stage, owes=document, owed_since=NOW, command_at=NOW, version_lock="1.60.0", **changes)


@pytest.mark.parametrize(
    ("then", "stage"), [(None, Stage.EXCLUDED), (Stage.EXCLUDED, Stage.EXCLUDED), (Stage.FAILED, Stage.FAILED)]
)
def test_a_cancel_that_was_not_heard_is_told_and_stays_on_record(then: Stage | None, stage: Stage) -> None:
    found = let_go(then)

    assert told(found) == ["BottlerocketNotUndone"]
    assert (kept(found).stage, kept(found).owes, kept(found).version_lock) == (stage, Document.CANCEL, "1.60.0")
    assert kept(found).why == "its rollout goes no further; it did not hear that"


def test_settings_that_were_not_put_back_are_owed_by_a_host_that_is_done() -> None:
    unheard = replace(asked(Document.RESTORE, Stage.RETURNING), command_at=after(15))

    found = plan_returning(a_host(), unheard, after(16))

    assert (kept(found).stage, kept(found).owes) == (Stage.DONE, Document.RESTORE)
    assert told(found) == ["BottlerocketNotUndone"]


def test_it_is_said_again_every_few_minutes_with_the_settings_of_before() -> None:
    assert plan_owed(a_host(), owed(), after(4)).actions == ()
    again = plan_owed(a_host(), owed(), after(5))
    assert documents(again) == [Document.CANCEL]
    assert parameters(again)["VersionLock"] == "1.60.0"


@pytest.mark.parametrize(
    ("document", "problem", "heard"),
    [
        (Document.CANCEL, None, True),
        (Document.CANCEL, HostProblem.NOT_ALLOWED, True),
        (Document.CANCEL, HostProblem.NEVER_REFRESHED, True),
        (Document.CANCEL, HostProblem.UNSURE, False),
        (Document.RESTORE, None, True),
        (Document.RESTORE, HostProblem.NOT_ALLOWED, False),
    ],
)
def test_once_it_is_heard_that_is_told_and_nothing_is_left(
    document: Document, problem: HostProblem | None, *, heard: bool
) -> None:
    said = owed(document, Stage.DONE, asked=document, command_id="c-2")

    found = plan_owed(a_host(report=reported(problem=problem)), said, after(1))

    assert told(found) == (["BottlerocketUndone"] if heard else [])
    if heard:
        assert (kept(found).owes, kept(found).stage) == (None, Stage.DONE)


def test_one_with_which_nothing_was_wrong_is_forgotten_then() -> None:
    said = owed(asked=Document.CANCEL, command_id="c-2", then=None)

    assert kept(plan_owed(a_host(report=reported()), said, after(1))) is None


@pytest.mark.parametrize(
    ("rollout", "instance"),
    [(a_rollout(state=RolloutState.HALTED, halted_reason="x", groups_seen_at=NOW), owed()), (None, owed())],
)
def test_every_round_sees_to_it_whatever_became_of_the_rollout(
    rollout: Rollout | None, instance: InstanceUpdate
) -> None:
    fleet = a_fleet(a_host(update=instance))

    plans = plan_update(fleet, rollout, after(6))

    assert [document for plan in plans for document in documents(plan)] == [Document.CANCEL]


def test_an_instance_that_has_left_owes_nothing() -> None:
    missing = replace(owed(), missing_since=NOW)

    gone = plan_update(a_fleet(a_host(2), lost=(missing,)), a_rollout(state=RolloutState.HALTED), after(6))[-1]

    assert told(gone) == ["BottlerocketUndone"]


def test_another_attempt_takes_on_what_is_owed_and_does_not_take_our_pin_for_the_settings_of_before() -> None:
    another = plan_begin(a_host(update=owed()), a_rollout(), after(9))
    assert (kept(another).version_lock, kept(another).owes) == ("1.60.0", None)

    failed = owed(stage=Stage.FAILED)
    again = plan_again(a_host(update=failed), failed, after(9))
    assert (kept(again).version_lock, kept(again).owes) == ("1.60.0", None)
    assert told(another) == told(again) == ["BottlerocketUndone"]
