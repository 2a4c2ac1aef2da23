"""A voluntary drain begins only where each task has a place that it may take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.stage import MANAGED, Stage
from simulator.world.core.records import Shape
from tests.scenarios.stages import Played, a_scenario, play

USUAL = Shape()


def retiring(shape: Shape = USUAL, **service: Any) -> Played:
    """Three instances; the one with the service's only task retires in ten days."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_group("web", "prod", desired=3, capacity_provider="web", shape=shape)
        first, *_ = stage.instances("web")
        world.put_attributes(first, {"stack": "prod"})
        asked: dict[str, Any] = {"desired": 1, "stop_seconds": (2, 5), **service}
        world.add_service("prod", "shop", **asked)
        stage.at(2, lambda: world.schedule_retirement([first], world.clock.utc + timedelta(days=10)))

    return play(a_scenario(build, minutes=14))


def began(played: Played) -> bool:
    return "ScheduledChangeDrain" in played.codes


@pytest.mark.parametrize("seed_of_reading", [False, True])
def test_a_task_without_a_size_is_counted_as_what_its_container_may_use(*, seed_of_reading: bool) -> None:
    """Three tasks of two thirds of an instance each: there is no room for a second one anywhere."""
    assert not began(retiring(desired=3, memory_mib=10_000, has_task_size=seed_of_reading))
    assert began(retiring(desired=1, memory_mib=4_000, has_task_size=seed_of_reading))


@pytest.mark.parametrize("of_service", [True, False])
def test_a_placement_constraint_is_honoured(*, of_service: bool) -> None:
    one, none = ["attribute:stack == prod"], ["not(attribute:stack == prod)"]

    assert not began(retiring(member_of=one, constrained_by_service=of_service))
    assert began(retiring(member_of=none, constrained_by_service=of_service))


def test_one_task_an_instance_needs_an_instance_without_one() -> None:
    assert not began(retiring(desired=3, distinct_instance=True, minimum_healthy_percent=50))
    assert began(retiring(desired=2, distinct_instance=True, minimum_healthy_percent=50))


def test_a_gpu_is_needed_where_the_task_needs_one() -> None:
    with_gpu = Shape("g5.xlarge", gpus=1)

    assert not began(retiring(with_gpu, desired=3, gpus=1))
    assert began(retiring(with_gpu, desired=2, gpus=1))


def test_an_interface_is_needed_where_the_task_has_one_of_its_own() -> None:
    assert not began(retiring(Shape("m7g.large", task_enis=2), desired=6, awsvpc=True))
    assert began(retiring(Shape("m7g.large", task_enis=2), desired=1, awsvpc=True))


def test_an_attribute_is_needed_where_the_task_definition_asks_for_it() -> None:
    assert not began(retiring(requires_attributes=["stack"]))
