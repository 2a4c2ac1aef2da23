"""CapacityProviderReservation as AWS's page has it, without a world."""

from __future__ import annotations

import pytest

from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.records import Shape
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.reservation import instances_to_add, least_size, reservation, scaled_in

SMALL = Shape("m7g.large", cpu=2048, memory_mib=4096, task_enis=2)
LARGE = Shape("m7g.xlarge", cpu=4096, memory_mib=8192, task_enis=3)


def add(*waiting: TaskSpec, rules: ScalingRules | None = None, groups_add_up: bool = True) -> int:
    return instances_to_add(waiting, (SMALL, LARGE), rules or ScalingRules(), groups_add_up=groups_add_up)


@pytest.mark.parametrize(
    ("needed", "running", "percent"), [(9, 10, 90.0), (0, 10, 0.0), (12, 10, 120.0), (1, 0, 200.0), (0, 0, 100.0)]
)
def test_the_reservation_is_what_is_needed_of_what_runs(needed: int, running: int, percent: float) -> None:
    assert reservation(needed, running) == percent


@pytest.mark.parametrize(
    ("needed", "target", "size"), [(9, 90, 10), (10, 90, 12), (18, 90, 20), (100, 95, 106), (7, 100, 7)]
)
def test_it_steers_to_the_least_size_that_is_not_above_the_target(needed: int, target: int, size: int) -> None:
    assert least_size(needed, target) == size


@pytest.mark.parametrize(
    ("desired", "wanted", "minimum", "to"),
    [(10, 0, 0, 6), (3, 0, 0, 2), (2, 0, 0, 1), (1, 0, 0, 0), (10, 9, 0, 9), (10, 0, 8, 8)],
)
def test_a_minutes_step_in_is_at_least_one_and_less_than_half(desired: int, wanted: int, minimum: int, to: int) -> None:
    assert scaled_in(desired, wanted, minimum) == to


def test_equal_tasks_are_packed_on_the_largest_type() -> None:
    assert add(*[TaskSpec("a", cpu=1024, memory_mib=1024)] * 5) == 2


def test_a_group_that_the_smallest_type_cannot_take_is_left_out() -> None:
    assert add(TaskSpec("big", cpu=512, memory_mib=6000)) == 0
    assert add(TaskSpec("big", cpu=512, memory_mib=6000), TaskSpec("a", cpu=512, memory_mib=512)) == 1


def test_the_smallest_type_is_the_smallest_in_each_parameter() -> None:
    types = (Shape("a", cpu=1024, memory_mib=8192), Shape("b", cpu=4096, memory_mib=2048))

    assert instances_to_add([TaskSpec("t", 2048, 1024)], types, ScalingRules(), groups_add_up=True) == 0


@pytest.mark.parametrize(("groups_add_up", "extra"), [(True, 3), (False, 2)])
def test_groups_of_tasks_add_up_or_the_most_of_them_counts(*, groups_add_up: bool, extra: int) -> None:
    waiting = [*[TaskSpec("a", cpu=4096 // 2, memory_mib=512)] * 4, TaskSpec("b", cpu=256, memory_mib=256)]

    assert add(*waiting, groups_add_up=groups_add_up) == extra


def test_network_interfaces_bound_tasks_in_awsvpc_mode() -> None:
    assert add(*[TaskSpec("a", cpu=128, memory_mib=128, awsvpc=True)] * 7) == 3


def test_what_is_added_lies_between_the_smallest_and_the_largest_step() -> None:
    waiting = [TaskSpec("a", cpu=2048, memory_mib=512)] * 20

    assert add(*waiting, rules=ScalingRules(maximum_step=4)) == 4
    assert add(waiting[0], rules=ScalingRules(minimum_step=3)) == 3
