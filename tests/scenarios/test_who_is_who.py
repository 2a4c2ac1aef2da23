"""Who is who: hosts that are no EC2 instances are not ours, and of two records of one host the connected one counts."""

from __future__ import annotations

from typing import Literal

import pytest

from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import a_scenario, play


def an_external_host_that_loses_its_agent(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    world.add_service("prod", "api", desired=8)
    external = world.add_external_instance("prod")
    stage.at(5, lambda: world.disconnect_agent(external.id, for_s=20 * 60))


def test_an_external_host_without_its_agent_is_left_alone() -> None:
    """ECS Anywhere gives a host the id mi-…, which EC2 does not know; 0.1.0 deregistered it within a minute."""
    played = play(a_scenario(an_external_host_that_loses_its_agent))

    assert not played.facts("container_instance_deregistered", actor="ballast")
    assert not played.facts("container_instance_status", actor="ballast")
    assert played.codes == []
    assert not played.broken


def test_the_groups_of_its_cluster_are_looked_after_all_the_same() -> None:
    """One id that is no EC2 instance's fails all of DescribeAutoScalingInstances, so the cluster got no hook."""
    played = play(a_scenario(an_external_host_that_loses_its_agent))

    assert played.facts("lifecycle_hook_put", actor="ballast", group="web")


@pytest.mark.parametrize("listed", ["first", "last"])
def test_a_host_with_an_older_record_is_drained_by_the_one_that_is_connected(listed: Literal["first", "last"]) -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=4, capacity_provider="web")
        stage.world.add_service("prod", "api", desired=6, stop_seconds=(2, 10))
        hosts = stage.instances("web")
        stage.world.add_ghost(hosts[0], listed=listed)
        stage.at(3, lambda: stage.world.warn_spot(hosts[0]))
        stage.at(3, lambda: stage.world.warn_spot(hosts[1]))

    played = play(a_scenario(build, minutes=9))

    assert played.result.tasks_interrupted == 0
    assert not played.broken
