"""Actions: what each says of itself, and how it reads in a notice."""

from __future__ import annotations

import pytest

from ballast.plans.action import Action, Place
from ballast.plans.actions import (
    Announce,
    Claim,
    ContinueTermination,
    DeregisterContainerInstance,
    PutHook,
    Reactivate,
    Record,
    RecordWatch,
    SendHeartbeat,
    SetScaleInProtection,
    StartDraining,
    StopTask,
    Tell,
    TerminateInstance,
)
from ballast.plans.rebalance_actions import ClaimMove, Remember
from tests.ballast.plans.test_capacity_actions import LINES as CAPACITY_LINES
from tests.ballast.plans.test_rebalance_actions import LINES as REBALANCE_LINES
from tests.ballast.plans.test_update_actions import LINES as UPDATE_LINES
from tests.builders import INSTANCE_ID, a_disruption, a_watch
from tests.kinds_of_action import every_kind
from tests.notification_builders import a_notice

ARN = "arn:aws:ecs:eu-central-1:123456789012:container-instance/prod/abc"
LINES: list[tuple[Action, str | None]] = [
    (StartDraining("prod", ARN), "set container instance abc to DRAINING"),
    (Reactivate("prod", ARN), "set container instance abc to ACTIVE"),
    (SetScaleInProtection("web", INSTANCE_ID, protected=True), f"protect {INSTANCE_ID} of web from scale-in"),
    (SetScaleInProtection("web", INSTANCE_ID, protected=False), f"unprotect {INSTANCE_ID} of web for scale-in"),
    (StopTask("prod", "arn:x:task/prod/t", "why"), "stop task t"),
    (SendHeartbeat("web", "h", INSTANCE_ID, None), f"send a heartbeat of h on web for {INSTANCE_ID}"),
    (ContinueTermination("web", "h", INSTANCE_ID, None), f"complete h on web for {INSTANCE_ID} with CONTINUE"),
    (TerminateInstance("web", INSTANCE_ID), f"have web terminate {INSTANCE_ID} and launch another"),
    (DeregisterContainerInstance("prod", ARN), "deregister container instance abc, whose host is gone"),
    (PutHook("web", "h", "prod"), "put lifecycle hook h on web"),
    (Claim(a_disruption()), None),
    (Record(a_disruption(), None), None),
    (RecordWatch(None, a_watch()), None),
    (Announce("Ballast Something", {}), None),
    (Tell(a_notice()), None),
]


@pytest.mark.parametrize(("action", "line"), LINES)
def test_each_action_reads_as_one_line_unless_it_is_in_our_own_books(action: Action, line: str | None) -> None:
    assert action.line == line


def test_the_line_of_every_kind_of_action_is_tested() -> None:
    assert {type(action) for action, _ in (*LINES, *CAPACITY_LINES, *REBALANCE_LINES, *UPDATE_LINES)} == every_kind()


@pytest.mark.parametrize(("action", "line"), [*LINES, *CAPACITY_LINES, *REBALANCE_LINES, *UPDATE_LINES])
def test_what_acts_has_a_line_and_what_claims_tells_or_records_has_none(action: Action, line: str | None) -> None:
    assert (line is not None) == (action.place is Place.ACT)


def test_dry_run_keeps_only_telling_and_the_memory_of_what_was_told() -> None:
    assert {kind for kind in every_kind() if not kind.writes} == {Tell, RecordWatch, Remember}


def test_what_is_told_is_told_before_it_is_recorded_and_after_it_was_claimed_and_done() -> None:
    assert sorted(Place) == [Place.CLAIM, Place.ACT, Place.TELL, Place.RECORD]
    assert {kind for kind in every_kind() if kind.place is Place.CLAIM} == {Claim, ClaimMove}
    assert {kind for kind in every_kind() if kind.place is Place.TELL} == {Announce, Tell}
    assert {kind for kind in every_kind() if kind.place is Place.RECORD} == {Record, RecordWatch, Remember}
