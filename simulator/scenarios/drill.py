"""Drills: one that comes empty, one that does not in ten minutes, one refused, and one that a Spot warning overtakes."""

from __future__ import annotations

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web", new_instances_protected_from_scale_in=True)
    world.add_group("slow", "prod", desired=2, capacity_provider="slow")
    world.add_group("spot", "prod", desired=2, capacity_provider="spot", spot=True)
    world.add_service("prod", "api", desired=8, capacity_providers=["web"])
    world.add_service("prod", "stream", desired=2, capacity_providers=["slow"], deregistration_delay_s=3000)
    world.add_service("prod", "batch", desired=2, capacity_providers=["spot"], deregistration_delay_s=100)
    quick, held = stage.instances("web")[:2]
    slow, warned = stage.instances("slow")[0], stage.instances("spot")[0]
    world.run_task("prod", "nightly-export", on=held)

    def drill(name: str, instance: str) -> None:
        stage.command("drill", "prod", instance=instance, id=name)

    stage.at(3, lambda: drill("quick", quick))
    stage.at(8, lambda: drill("slow", slow))
    stage.at(25, lambda: drill("held", held))
    stage.at(30, lambda: drill("warned", warned))
    stage.at(31.5, lambda: world.warn_spot(warned))


SCENARIO = Scenario("drill", "Drills: whatever comes of the drain, the instance is ACTIVE again", 45, build)
