"""A fleet of thirty goes from one Bottlerocket release to the next: announced, a canary, a bake, then wave after wave."""

from __future__ import annotations

from simulator.stage import MANAGED, Scenario, Stage

VARIANT, ARCH = "aws-ecs-2", "x86_64"
BEFORE, AFTER = "1.62.1", "1.64.0"
UPDATES = {
    "UpdateStrategy": "in-place",
    "UpdateBakeDays": "0",
    "UpdateCanaryBakeMinutes": "10",
    "UpdateWaveBakeMinutes": "5",
}


def build(stage: Stage) -> None:
    fleet(stage, instances=30)


def fleet(stage: Stage, *, instances: int) -> None:
    """About half full, with room for what a batch moves; the new release comes out after the first ten minutes."""
    world = stage.world
    releases = world.bottlerocket.releases
    releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=instances, capacity_provider="web", bottlerocket=(VARIANT, ARCH, BEFORE))
    world.add_service("prod", "api", desired=instances * 2, cpu=512, memory_mib=1024)
    world.add_service("prod", "worker", desired=instances, cpu=512, memory_mib=2048, stop_seconds=(20.0, 60.0))
    stage.at(10, lambda: releases.publish(VARIANT, ARCH, AFTER))


SCENARIO = Scenario(
    "update", "Bottlerocket 1.62.1 to 1.64.0 on thirty instances: canary, bake, waves", 90, build, UPDATES
)
