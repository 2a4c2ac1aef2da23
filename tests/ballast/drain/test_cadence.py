"""When a cluster is looked at although nothing announces anything."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ballast.drain.cadence import are_hooks_due, delay_s, idle_every, is_refresh_due, is_turn, turns
from ballast.facts.view import Cluster
from tests.builders import NOW, a_cluster, after, minutes


def clusters(number: int, **changes: Any) -> list[Cluster]:
    return [a_cluster(name=f"c{n:03}", **changes) for n in range(number)]


@pytest.mark.parametrize(("number", "every"), [(0, 1), (1, 1), (20, 1), (21, 2), (100, 5), (300, 15)])
def test_the_more_clusters_the_longer_an_idle_one_waits(number: int, every: int) -> None:
    assert idle_every(number) == every


@pytest.mark.parametrize("number", [1, 20, 21, 100, 300])
def test_each_cluster_has_its_turn_within_its_time(number: int) -> None:
    seen: Counter[str] = Counter()
    for minute in range(idle_every(number)):
        due, others = turns(clusters(number), after(minute))
        assert len(due) + len(others) == number
        seen.update(cluster.name for cluster in due)

    assert len(seen) == number


def test_the_turns_are_spread_over_the_minutes() -> None:
    most = max(len(turns(clusters(100), after(minute))[0]) for minute in range(15))

    assert most <= 40  # of 20 on average


def test_clusters_of_which_nothing_is_known_come_first_some_a_minute() -> None:
    new = clusters(300, refreshed_at=None)

    due, others = turns(new, NOW)

    assert (len(due), len(others)) == (60, 240)


def test_clusters_that_cannot_be_looked_up_keep_no_other_from_it() -> None:
    new = clusters(300, refreshed_at=None)

    assert {c.name for minute in range(10) for c in turns(new, after(minute))[0]} == {c.name for c in new}


def test_parts_are_looked_up_in_a_minute_of_the_clusters_own_once_in_a_quarter_of_an_hour() -> None:
    cluster = a_cluster(refreshed_at=after(-10))

    due = [minute for minute in range(15) if is_refresh_due(cluster, after(minute), after(minute))]

    assert len(due) == 1
    assert is_turn(cluster.name, after(due[0]), 15)


@pytest.mark.parametrize(("refreshed_at", "is_due"), [(None, True), (after(-31), True), (after(-0.5), False)])
def test_a_refresh_that_failed_comes_again_and_one_just_done_does_not(refreshed_at: object, *, is_due: bool) -> None:
    cluster = a_cluster(refreshed_at=refreshed_at)
    turn = next(at for at in (after(n) for n in range(15)) if is_turn(cluster.name, at, 15) is not is_due)

    assert is_refresh_due(cluster, turn, NOW) is is_due


def test_hooks_have_a_timer_of_their_own() -> None:
    assert are_hooks_due(a_cluster(hooks_at=None), NOW)
    assert are_hooks_due(a_cluster(hooks_at=NOW - minutes(15)), NOW)
    assert not are_hooks_due(a_cluster(hooks_at=NOW - minutes(14), refreshed_at=NOW), NOW)


def test_the_sweeps_of_a_minute_are_spread_over_most_of_it() -> None:
    delays = [delay_s(n, 90) for n in range(90)]

    assert (delays[0], delays[-1]) == (0, 44)
    assert delays == sorted(delays)
