"""Bars of the demo: one scale for every instance."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.demo.bars import bar, reserved
from simulator.demo.heat_map import heat_map
from simulator.demo.palette import palette
from simulator.demo.tally import Tally
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.core.records import ContainerInstance, Shape


def stage_of(build: Callable[[Stage], None]) -> Stage:
    return Stage(Scenario("bars", "Bars", 5, build), 1)


def only_host(stage: Stage) -> ContainerInstance:
    host = stage.world.find_host(next(iter(stage.world.ec2.instances)))
    assert host is not None
    return host


@pytest.mark.parametrize(
    ("cpu", "memory_mib", "share", "of"), [(1024, 512, 0.5, "cpu"), (64, 3072, 0.75, "mem"), (2048, 4096, 1.0, "cpu")]
)
@pytest.mark.parametrize("size", [1, 4])
def test_a_bar_is_as_long_as_the_share_that_is_reserved_whatever_the_size_of_the_instance(
    cpu: int, memory_mib: int, share: float, of: str, size: int
) -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=1, shape=Shape(cpu=2048 * size, memory_mib=4096 * size))
        stage.world.add_service("prod", "api", desired=size, cpu=cpu, memory_mib=memory_mib)

    with stage_of(build) as stage:
        host, letters = only_host(stage), palette(stage)
        drawn = bar(letters, host, 20)

        assert reserved(host) == (share, of)
    assert drawn.plain.count("·") == 20 - 20 * share
    assert drawn.cell_len == 20


def test_small_tasks_add_up_to_what_they_reserve() -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=1, shape=Shape(cpu=4096, memory_mib=16000))
        stage.world.add_service("prod", "tiny", desired=32, cpu=64, memory_mib=64)

    with stage_of(build) as stage:
        drawn = bar(palette(stage), only_host(stage), 10)

    assert drawn.plain == "ttttt·····"


def test_an_instance_that_ecs_does_not_know_has_an_empty_bar() -> None:
    assert bar({}, None, 8).plain == "········"


@pytest.mark.parametrize(("width", "height"), [(238, 40), (400, 60), (118, 24), (238, 20)])
def test_a_thousand_instances_fill_the_pane(width: int, height: int) -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=1000)

    with stage_of(build) as stage:
        legend, *lines = heat_map(Tally(stage), {}, width, height)

    assert "1000 active" in legend.plain
    assert max(line.cell_len for line in lines) <= width
    assert len(lines) <= height - 1
    assert sum(line.cell_len for line in lines) >= 0.7 * width * (height - 1)
