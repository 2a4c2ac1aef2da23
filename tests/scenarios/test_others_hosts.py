"""Hosts that are not EC2 instances are nobody's business of ours, whatever becomes of them."""

from __future__ import annotations

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
