"""So many repairs an hour, one after trouble, and a rest that doubles after each repair that did not help."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.drain.pace import did_not_help, rests_until, why_not_yet, with_begun, with_failure
from ballast.policy.policy import Policy
from ballast.records.repair import Repairs
from tests.ballast.repair.builders import repairs
from tests.builders import NOW, after, minutes


def may(memory: Repairs, size: int = 10, **policy: Any) -> bool:
    return why_not_yet(memory, size, Policy(**policy), NOW) is None


@pytest.mark.parametrize(("size", "most"), [(1, 1), (5, 1), (19, 1), (20, 2), (300, 30)])
def test_a_tenth_of_the_group_may_begin_in_an_hour_and_at_least_one(size: int, most: int) -> None:
    begun = tuple(after(-5) for _ in range(most))

    assert may(repairs(begun=begun[1:]), size)
    assert not may(repairs(begun=begun), size)
    assert may(repairs(begun=tuple(after(-60) for _ in begun)), size)


def test_the_operator_sets_the_share() -> None:
    assert may(repairs(begun=(after(-5),)), 10, repair_share=20)


def test_in_the_hour_after_trouble_one_may_begin_and_then_as_many_as_before() -> None:
    for trouble in ({"held_at": after(-59)}, {"failed_at": after(-59), "failures": 0}):
        assert not may(repairs(begun=(after(-5),), **trouble), 100)
    assert may(repairs(begun=(after(-5),), held_at=after(-60)), 100)


@pytest.mark.parametrize(("failures", "rest"), [(1, 30), (2, 60), (3, 120), (5, 480), (9, 480)])
def test_the_rest_doubles_with_each_failure_and_ends_at_eight_hours(failures: int, rest: int) -> None:
    memory = repairs(failures=failures, failed_at=after(-rest))

    assert rests_until(memory) == NOW
    assert may(memory)
    assert not may(repairs(failures=failures, failed_at=after(-rest + 1)))


def test_an_ill_one_that_came_after_the_last_repair_shows_once_that_it_did_not_help() -> None:
    memory = repairs(begun=(after(-60),))

    assert did_not_help(memory, after(-50))
    assert did_not_help(memory, after(60))
    assert not did_not_help(memory, after(61))
    assert not did_not_help(memory, after(-70))
    assert not did_not_help(memory, None)
    assert not did_not_help(repairs(), after(-50))
    assert not did_not_help(with_failure(memory, NOW), after(-50))


def test_failures_count_on_until_the_group_was_quiet_for_as_long_again_as_it_rested() -> None:
    once = repairs(failures=1, failed_at=after(-59))

    assert with_failure(once, NOW).failures == 2
    assert with_failure(repairs(failures=1, failed_at=after(-60)), NOW).failures == 1


def test_what_began_long_ago_is_forgotten() -> None:
    memory = with_begun(repairs(begun=(NOW - minutes(61), after(-5))), NOW)

    assert (memory.begun, memory.revision) == ((after(-5), NOW), 1)
