"""Which instances are looked at together."""

from __future__ import annotations

from ballast.rebalance.sets import AMONG, LARGEST, SAMPLES, sets
from ballast.rebalance.snapshot import Instance
from tests.ballast.rebalance.builders import an_instance

FLEET = [an_instance(number) for number in range(1, 101)]
WASTE = {instance.id: float(number) for number, instance in enumerate(FLEET)}
TASKS = dict.fromkeys(WASTE, 3)


def drawn(*, fleet: list[Instance] = FLEET, most: int = 100, seed: str = "prod") -> list[tuple[Instance, ...]]:
    return list(sets(fleet, WASTE, TASKS, most, seed=seed))


def test_first_the_most_wasteful_by_ones_twos_fours() -> None:
    wasteful = FLEET[::-1]

    assert drawn()[:6] == [tuple(wasteful[:number]) for number in (1, 2, 4, 8, 16, 32)]


def test_then_small_sets_of_the_most_wasteful_each_instance_once() -> None:
    small = drawn()[6:]

    assert len(small) == SAMPLES
    assert {len(each) for each in small} == set(range(1, LARGEST + 1))
    assert all(len({i.id for i in each}) == len(each) for each in small)
    assert {i.id for each in small for i in each} <= {i.id for i in FLEET[-AMONG:]}


def test_the_same_seed_draws_the_same_and_another_others() -> None:
    assert drawn() == drawn()
    assert drawn() != drawn(seed="prod a minute later")


def test_never_more_than_may_begin_nor_than_there_are() -> None:
    assert {len(each) for each in drawn(most=2)} == {1, 2}
    assert [len(each) for each in drawn(fleet=FLEET[:1])] == [1]
    assert drawn(fleet=[]) == []
