"""The fleet that everybody updates: a hundred instances, about 60 % full, with what fleets have."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.scenarios.update import AFTER, ARCH, BEFORE, VARIANT
from simulator.stage import MANAGED, Scenario, Stage

__all__ = ["AFTER", "BALLAST_BAKES", "BEFORE", "HOURS", "INSTANCES", "OUT_AT_MINUTES", "PROTECTED_HOURS", "scenario"]

INSTANCES = 100
OUT_AT_MINUTES = 5.0
HOURS = 48.0
PROTECTED_HOURS = 3.0
BALLAST_BAKES = "waves of 10, 30 and 100 %, bakes of 5 minutes after the canary and 2 after each wave"
PARAMETERS = {"UpdateStrategy": "in-place", "UpdateBakeDays": "0", "DisruptionBudget": "10%"}


def scenario(bakes: Mapping[str, str]) -> Scenario:
    return Scenario("updating", f"{INSTANCES} instances", HOURS * 60, _build, {**PARAMETERS, **bakes})


def _build(stage: Stage) -> None:
    world = stage.world
    releases = world.bottlerocket.releases
    releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=INSTANCES, capacity_provider="web", bottlerocket=(VARIANT, ARCH, BEFORE))
    world.add_service("prod", "api", desired=200, cpu=512, memory_mib=1024, deregistration_delay_s=30)
    world.add_service("prod", "worker", desired=100, cpu=512, memory_mib=2048, stop_seconds=(20.0, 60.0))
    world.add_service("prod", "queue", desired=100, cpu=1024, memory_mib=2048, minimum_healthy_percent=50)
    world.add_service("prod", "render", desired=1, cpu=256, memory_mib=512)
    [render] = [
        task for task in world.clusters["prod"].tasks.values() if task.service and task.service.name == "render"
    ]
    world.protect_task(render.arn, for_s=PROTECTED_HOURS * 3600)
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=64)
    instances = stage.instances("web")
    for instance_id in instances[10:12]:
        world.run_task("prod", "batch", on=instance_id)
    world.bottlerocket.require(instances[20]).troubles.failed_boots = 1
    stage.at(OUT_AT_MINUTES, lambda: releases.publish(VARIANT, ARCH, AFTER, long_ago=True))
    stage.at(OUT_AT_MINUTES + 0.1, stage.check_releases)
