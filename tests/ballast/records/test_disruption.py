"""What is remembered of an instance that goes, or is to go."""

from __future__ import annotations

import pytest

from ballast.records.disruption import SURVIVED_AFTER, Disruption, Phase, Reason
from tests.builders import NOW, a_disruption, a_hook, a_scale_in, a_voluntary, a_waiting, after


def test_a_hook_is_over_once_its_last_heartbeat_is_too_old() -> None:
    hook = a_hook(heartbeat_timeout_s=600, waits_since=after(5))

    assert [hook.is_over(after(minute)) for minute in (0, 14.9, 15)] == [False, False, True]


@pytest.mark.parametrize(
    ("known", "group", "budget", "by_rollout"),
    [
        (a_disruption(), False, False, False),
        (a_scale_in(), True, False, False),
        (a_scale_in(hook=a_hook(completed=True)), True, False, False),
        (a_disruption(hook=a_hook()), True, False, False),  # a Spot warning while our hook holds it
        (a_disruption(hook=a_hook(completed=True)), False, False, False),
        (a_voluntary(), False, True, False),
        (a_voluntary(reason=Reason.BOTTLEROCKET_UPDATE), False, True, True),
        (a_waiting(), False, False, False),
        (a_voluntary(phase=Phase.ROLLED_BACK), False, False, False),
    ],
)
def test_who_takes_it_what_it_costs_and_who_tells_of_it(
    known: Disruption,
    group: bool,  # noqa: FBT001
    budget: bool,  # noqa: FBT001
    by_rollout: bool,  # noqa: FBT001
) -> None:
    assert (known.by_its_group, known.takes_budget, known.told_by_rollout) == (group, budget, by_rollout)


def test_the_outcome_is_at_the_deadline_but_where_ec2_takes_it_only_if_it_outlives_that() -> None:
    assert a_scale_in(deadline=after(60)).outcome_at == after(60)
    assert a_disruption(deadline=after(2)).outcome_at == after(2) + SURVIVED_AFTER
    assert a_disruption(deadline=None).outcome_at is None


def test_a_wait_is_for_one_change_and_only_while_it_waits() -> None:
    waiting = a_waiting(change="arn:1")

    assert waiting.waits_for("arn:1")
    assert not waiting.waits_for("arn:2")
    assert not a_waiting(change=None).waits_for(None)
    assert not a_voluntary(change="arn:1").waits_for("arn:1")


def test_an_older_word_does_not_take_the_place_of_a_newer_one() -> None:
    never, first, second = (a_waiting(announced_at=at) for at in (None, NOW, after(1)))

    assert second.announced_after(first)
    assert first.announced_after(never)
    assert not first.announced_after(second)
    assert not first.announced_after(first)
    assert not never.announced_after(first)
