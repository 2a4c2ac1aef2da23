"""Actions: their order, and how each reads in a notice."""

from __future__ import annotations

from typing import get_args, get_origin

import pytest

from ballast.plans.actions import (
    ORDER,
    Action,
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
from ballast.plans.describe import describe
from tests.builders import INSTANCE_ID, a_disruption, a_watch
from tests.notification_builders import a_notice

ARN = "arn:aws:ecs:eu-central-1:123456789012:container-instance/prod/abc"


def test_every_action_has_its_place_in_the_order() -> None:
    actions = [get_origin(action) or action for action in get_args(Action.__value__)]

    assert sorted(ORDER, key=str) == sorted(actions, key=str)


def test_the_claim_comes_first_and_the_record_after_the_notice() -> None:
    assert ORDER[0] is Claim
    assert ORDER[-3:] == (Tell, Record, RecordWatch)


@pytest.mark.parametrize(
    ("action", "line"),
    [
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
        (Tell(a_notice()), None),
    ],
)
def test_each_action_reads_as_one_line_unless_it_is_in_our_own_books(action: Action, line: str | None) -> None:
    assert describe(action) == line
