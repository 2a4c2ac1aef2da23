"""What may have been cut off before anybody saw the host empty is never told as empty, however the drain goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.drain.progress import plan_progress
from ballast.drain.start import plan_start
from ballast.plans.actions import Claim, Record
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption, Phase, Reason
from tests.builders import (
    INSTANCE_ID,
    a_draining_view,
    a_hook,
    a_hook_trigger,
    a_membership,
    a_task,
    a_terminating,
    a_voluntary,
    after,
    codes,
)

STOPPED = a_task(last_status="STOPPED")
HOST_STOPPED = a_task(last_status="STOPPED", stopped_reason=f"Host EC2 (instance {INSTANCE_ID}) stopped.")
RUNS: dict[str, Any] = {"ec2_state": "running", "membership": a_membership(), "tasks": (STOPPED,)}
WAITS = {"membership": a_membership(lifecycle_state="ReplacingRootVolume:Wait")}
A_CHANGE = a_voluntary(forced=True, phase=Phase.ESCALATED)


def known_after(plan: Plan) -> Disruption:
    last = [a.after for a in plan.actions if isinstance(a, (Claim, Record))][-1]
    assert isinstance(last, Disruption)
    return last


def looked_at(known: Disruption, minute: float, **seen: Any) -> Plan:
    return plan_progress(a_draining_view(known, **(RUNS | seen)), after(minute))


@pytest.mark.parametrize(
    ("known", "seen"),
    [
        (replace(A_CHANGE, hook=a_hook()), WAITS),  # its hook may have timed out
        (A_CHANGE, {"membership": a_membership(lifecycle_state="ReplacingRootVolume:Proceed")}),
        (A_CHANGE, {"ec2_state": "stopped"}),  # and started again
        (A_CHANGE, {"tasks": (HOST_STOPPED,)}),
    ],
)
def test_a_later_look_does_not_call_it_empty(known: Disruption, seen: dict[str, Any]) -> None:
    first = looked_at(known, 16, **seen)
    again = looked_at(known_after(first), 30)

    assert codes(first) == codes(again) == []
    assert known_after(again).emptied_at is None


def test_nor_does_one_under_another_hold_of_the_hook() -> None:
    first = known_after(looked_at(replace(A_CHANGE, hook=a_hook()), 16, **WAITS))
    another = a_hook_trigger(hook=a_terminating(token="another", at=after(20)))  # noqa: S106 - names a lifecycle action
    held = known_after(plan_start(a_draining_view(first), another, after(20)))

    assert (held.reason, codes(looked_at(held, 21, membership=a_membership(lifecycle_state="Terminating:Wait")))) == (
        Reason.SCHEDULED_CHANGE,
        [],
    )


def test_what_was_seen_empty_in_time_stays_so() -> None:
    empty = known_after(looked_at(replace(A_CHANGE, hook=a_hook()), 14, **WAITS))

    gone = looked_at(empty, 30, ec2_state="terminated", tasks=None)

    assert (empty.emptied_at, codes(gone)) == (after(14), ["InstanceGone"])
