"""Which hooks are beaten by what the ledger knows alone."""

from __future__ import annotations

import pytest

from ballast.drain.heartbeat import plan_heartbeats
from ballast.plans.actions import Record, SendHeartbeat
from ballast.records.disruption import Phase
from tests.builders import INSTANCE_ID, NOW, a_disruption, a_hook, a_scale_in, after

WAITS = a_hook(waits_since=after(-6))


def test_a_hook_that_waits_long_is_beaten_and_that_is_written_down() -> None:
    known = a_scale_in(hook=WAITS)

    [plan] = plan_heartbeats([known], NOW)

    beat, record = plan.actions
    assert beat == SendHeartbeat("web", "ballast-drain", INSTANCE_ID, "token")
    assert isinstance(record, Record)
    assert record.before == known
    assert record.after is not None
    assert record.after.hook == a_hook(waits_since=NOW)


def test_those_that_have_waited_longest_come_first() -> None:
    waits = [a_scale_in(instance_id=f"i-{n}", hook=a_hook(waits_since=after(-n))) for n in (6, 12, 7, 9)]

    beaten = [plan.actions[0].instance_id for plan in plan_heartbeats(waits, NOW)]  # type: ignore[attr-defined]

    assert beaten == ["i-12", "i-9", "i-7", "i-6"]


@pytest.mark.parametrize(
    "known",
    [
        a_disruption(),
        a_scale_in(hook=a_hook(waits_since=after(-1))),
        a_scale_in(hook=a_hook(waits_since=after(-6), completed=True)),
        a_scale_in(hook=WAITS, deadline=NOW),
        a_scale_in(hook=WAITS, phase=Phase.WAITING),
        a_scale_in(hook=WAITS, phase=Phase.ROLLED_BACK),
    ],
    ids=["no hook", "not long", "let go", "past its end", "waiting", "rolled back"],
)
def test_no_other_is(known: object) -> None:
    assert plan_heartbeats([known], NOW) == []  # type: ignore[list-item]
