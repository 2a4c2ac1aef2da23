"""A fleet in which nothing moves is read seldom, and nobody waits for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast.records.rollout import RolloutState, Stage
from ballast.update.turns import in_turn, is_due, is_moving
from tests.ballast.update.rollouts import a_rollout, an_update
from tests.builders import NOW, after

NAMES = [f"c{number:03}" for number in range(300)]


@pytest.mark.parametrize("state", RolloutState)
def test_a_rollout_moves_while_it_takes_up_instances(state: RolloutState) -> None:
    moves = state in (RolloutState.RUNNING, RolloutState.ROLLING_BACK)

    assert is_moving([replace(a_rollout(), state=state)], []) is moves
    assert not moves or all(is_due("c", 300, [replace(a_rollout(), state=state)], [], after(m)) for m in range(3))


@pytest.mark.parametrize("stage", Stage)
def test_an_instance_that_is_under_way_moves_although_its_rollout_is_halted(stage: Stage) -> None:
    halted = replace(a_rollout(), state=RolloutState.HALTED)
    settled = stage in (Stage.DONE, Stage.FAILED, Stage.EXCLUDED)

    assert is_moving([halted], [an_update(stage=stage)]) is not settled


WAITS = [replace(a_rollout(), state=RolloutState.WAITING)]


def test_of_few_clusters_each_in_which_a_rollout_waits_is_due_every_minute() -> None:
    assert all(is_due(name, 10, WAITS, [], after(minute)) for name in NAMES[:10] for minute in range(3))


@pytest.mark.parametrize("state", [None, RolloutState.DONE, RolloutState.ROLLED_BACK])
def test_a_cluster_in_which_no_rollout_waits_is_due_every_fifth_minute(state: RolloutState | None) -> None:
    over = [replace(a_rollout(), state=state)] if state else []

    assert [sum(is_due(name, 10, over, [], after(minute)) for minute in range(15)) for name in NAMES[:10]] == [3] * 10


@pytest.mark.parametrize(("clusters", "minutes"), [(100, 10), (300, 30)])
def test_of_many_clusters_each_has_its_minute_and_none_has_all(clusters: int, minutes: int) -> None:
    due = [
        [name for name in NAMES[:clusters] if is_due(name, clusters, WAITS, [], after(minute))]
        for minute in range(minutes)
    ]

    assert sorted(name for some in due for name in some) == NAMES[:clusters]
    assert max(map(len, due)) <= 3 * clusters / minutes


def test_who_moves_comes_first_and_everybody_is_first_now_and_then() -> None:
    moving = {"c007", "c009"}
    orders = [in_turn(NAMES, moving, NOW + timedelta(minutes=minute)) for minute in range(15)]

    assert all(set(order[:2]) == moving and sorted(order) == NAMES for order in orders)
    early = {name for order in orders for name in order[:100]}
    assert early == set(NAMES)


def test_an_order_of_nobody_is_empty() -> None:
    assert in_turn([], [], NOW) == ()
