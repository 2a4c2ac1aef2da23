"""Spot takes 200 of 1,000 instances within one minute."""

from __future__ import annotations

from functools import partial

from simulator.stage import MANAGED, Scenario, Stage

INSTANCES = 1000
TAKEN = 200


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("spot", "prod", desired=INSTANCES, spot=True, capacity_provider="spot")
    for number in range(40):
        world.add_service("prod", f"service-{number}", desired=150, cpu=256, memory_mib=512)
    for number, instance_id in enumerate(stage.rng.sample(stage.instances("spot"), TAKEN)):
        stage.at(2 + number / TAKEN, partial(world.warn_spot, instance_id))


SCENARIO = Scenario("spot-storm", "Spot takes 200 of 1,000 instances in one minute", 15, build)
