"""What an event asks for, and what several of them ask for together."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.triggers import Trigger, strongest
from tests.builders import (
    NOW,
    a_hook_trigger,
    a_rebalance_trigger,
    a_retirement_trigger,
    a_spot_trigger,
    a_terminating,
    after,
)
from tests.strategies import triggers

CHANGE = "arn:aws:health:event"
TEN_DAYS = NOW + timedelta(days=10)


@pytest.mark.parametrize(
    ("given", "wins"),
    [
        ((a_rebalance_trigger(), a_spot_trigger()), a_spot_trigger()),
        ((a_retirement_trigger(), a_rebalance_trigger()), a_retirement_trigger()),
        ((a_retirement_trigger(), a_hook_trigger()), a_hook_trigger()),
        # the earliest deadline wins, and the hook still waits for us
        ((a_hook_trigger(), a_spot_trigger()), a_spot_trigger(hook=a_terminating())),
        # the incident began with the first word of it
        ((a_spot_trigger(), a_rebalance_trigger(at=after(-3))), a_spot_trigger(at=after(-3))),
        # of two dates the earlier one
        (
            (a_retirement_trigger(), a_retirement_trigger(goes_at=NOW + timedelta(days=3))),
            a_retirement_trigger(goes_at=NOW + timedelta(days=3)),
        ),
    ],
)
def test_several_triggers_make_one(given: tuple[Trigger, ...], wins: Trigger) -> None:
    assert strongest(given) == wins


@given(st.lists(triggers(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(some: list[Trigger], rng: Random) -> None:
    shuffled = rng.sample(some, len(some))

    assert strongest(tuple(shuffled)) == strongest(tuple(some))


@given(st.lists(triggers(), min_size=1, max_size=4))
def test_a_duplicate_changes_nothing(some: list[Trigger]) -> None:
    assert strongest((*some, *some)) == strongest(tuple(some))


@given(st.lists(triggers(), min_size=1, max_size=5))
def test_one_forced_trigger_makes_all_of_it_forced(some: list[Trigger]) -> None:
    together = strongest(tuple(some))

    assert together.forced == any(trigger.forced for trigger in some)
    assert together.at == min(trigger.at for trigger in some)
    assert (together.hook is not None) == any(trigger.hook for trigger in some)
    deadlines = [t.deadline for t in some if t.forced == together.forced and t.deadline]
    assert together.deadline == min(deadlines, default=None)


def test_of_one_change_the_last_word_counts_in_whatever_order_they_come() -> None:
    first = a_retirement_trigger(change=CHANGE, at=after(-5), goes_at=TEN_DAYS)
    moved = a_retirement_trigger(change=CHANGE, at=NOW, goes_at=TEN_DAYS + timedelta(days=5))

    assert strongest((first, moved)) == strongest((moved, first)) == moved


def test_of_two_changes_the_earlier_date_counts() -> None:
    one = a_retirement_trigger(change=CHANGE, goes_at=TEN_DAYS)
    other = a_retirement_trigger(change="another", goes_at=TEN_DAYS + timedelta(days=5))

    assert strongest((other, one)) == one
