"""How small a group may become under managed scaling."""

from __future__ import annotations

import pytest

from ballast.rebalance.floor import Size, least_size


@pytest.mark.parametrize(
    ("busy", "target", "size"), [(9, 90, 10), (10, 90, 12), (18, 90, 20), (100, 95, 106), (7, 100, 7), (0, 50, 0)]
)
def test_the_least_size_is_that_of_the_facts(busy: int, target: int, size: int) -> None:
    assert least_size(busy, target) == size


def test_the_minimum_of_the_group_holds_too() -> None:
    assert least_size(2, 100, min_size=5) == 5


def test_consolidation_onto_instances_in_use_never_provokes_a_scale_out() -> None:
    """For every target and size: N >= N* before, and r emptied onto others in use, means N - r >= N* after."""
    for target in range(1, 101):
        for busy in range(40):
            now = least_size(busy, target)
            size = Size(now, now, busy, 0, target)
            assert not any(size.undone(gone, 0, 0) for gone in range(busy))


def test_tasks_that_fill_empty_instances_may_provoke_one() -> None:
    size = Size(20, 20, 18, 0, 90)

    assert size.undone(2, 0, 0) == ""
    assert "it would fill headroom" in size.undone(2, 0, 2)


def test_an_empty_instance_is_part_of_what_ecs_keeps() -> None:
    assert "ECS wants 20 instances, and 19 would stay" in Size(20, 20, 18, 0, 90).undone(0, 1, 0)
    assert Size(21, 21, 18, 0, 90).undone(0, 1, 0) == ""


def test_without_managed_scaling_only_the_minimum_counts() -> None:
    size = Size(3, 3, 3, 2, None)

    assert size.undone(3, 0, 3) == ""
    assert size.below_minimum(1) == ""
    assert size.below_minimum(2) == "its group has 3 instances and a minimum of 2"


def test_a_size_on_its_way_down_counts_and_so_do_those_that_live() -> None:
    assert Size(5, 3, 3, 2, None).below_minimum(2)
    assert Size(3, 5, 3, 2, None).below_minimum(2)
