"""One instance or all of them: what came at once, and what it shares, holds repairs; what comes slowly does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ballast.records.repair import Signal
from ballast.records.watch import Watch
from ballast.repair.shared import ALL, causes, unsure
from tests.ballast.repair.builders import an_id, an_ill


def held(
    ill: Sequence[Watch], total: int = 10, population: Mapping[str, int] | None = None, shifted: Sequence[str] = ()
) -> dict[str, set[str]]:
    return {c.subject: set(c.instance_ids) for c in causes(ill, total, population or {}, shifted)}


def some(*numbers: int, **changes: Any) -> list[Watch]:
    return [an_ill(number, traits=(), **changes) for number in numbers]


def test_one_or_two_are_never_a_common_cause() -> None:
    assert held(some(1, 2), total=4) == {}


def test_three_at_once_of_less_than_fifteen_are() -> None:
    assert held(some(1, 2, 3), total=14) == {ALL: {an_id(1), an_id(2), an_id(3)}}
    assert held(some(1, 2, 3), total=15) == {}


def test_what_falls_ill_one_after_the_other_is_a_matter_of_pace_until_it_is_half() -> None:
    slow = [an_ill(number, minutes=20 * number, traits=()) for number in range(1, 7)]

    assert held(slow, total=12) == {}
    assert set(held(slow, total=11)) == {ALL}


def test_of_several_waves_the_largest_counts_and_the_tenth_minute_belongs_to_it() -> None:
    two_waves = [an_ill(n, minutes=minutes, traits=()) for n, minutes in enumerate((90, 1, 50, 11, 45, 91, 6), start=1)]

    assert set(held(two_waves, total=14)) == {ALL}
    assert held(two_waves, total=15) == {}
    assert held([*two_waves[:3], *two_waves[4:]], total=13) == {}


def test_a_whole_zone_is_held_although_it_has_two_instances_only() -> None:
    ill = [an_ill(1), an_ill(4)]

    assert held(ill, population={"zone=b": 2}) == {"zone=b": {an_id(1), an_id(4)}}
    assert held(ill, population={"zone=b": 3}) == {}
    assert held([an_ill(1)], population={"zone=b": 1}) == {}


def test_three_that_share_what_others_do_not_are_held_and_what_all_have_says_nothing() -> None:
    ill = [an_ill(number, traits=("AMI=new", "launch template=lt-1:7")) for number in (1, 2, 3)]
    there = {"AMI=new": 10, "launch template=lt-1:7": 100}

    assert held(ill, total=100, population=there) == {"AMI=new": {an_id(1), an_id(2), an_id(3)}}
    assert held(ill, total=100, population={**there, "AMI=new": 20}) == {}


def test_a_zone_that_one_moves_away_from_is_held_from_the_first_one_on() -> None:
    assert held([an_ill(1), an_ill(2)], shifted=["b"]) == {"zone=b": {an_id(1)}}


def test_what_never_joined_and_what_is_old_is_no_common_cause() -> None:
    for signal in (Signal.NEVER_JOINED, Signal.TOO_OLD):
        assert held(some(1, 2, 3, 4, signal=signal), total=5) == {}


def test_what_nobody_has_counted_in_this_round_waits_for_the_next_look_at_everybody() -> None:
    ill = [an_ill(number, traits=("AMI=new",)) for number in (1, 2, 3)]

    assert held(ill, total=100) == {}
    assert unsure(ill, {}) == {an_id(1), an_id(2), an_id(3)}
    assert unsure(ill, {"AMI=new": 100}) == unsure(ill[:2], {}) == set()
