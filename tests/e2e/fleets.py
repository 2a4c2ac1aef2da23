"""A cluster a story, so that all of them play at once; each with room for what moves."""

from __future__ import annotations

from simulator.stage import MANAGED
from simulator.world import World
from simulator.world.core.records import Shape

VARIANT, ARCH, BEFORE, AFTER = "aws-ecs-2", "x86_64", "1.62.1", "1.64.0"
SMALL = Shape("m7g.large", cpu=2048, memory_mib=7680)
SAVING = {
    "ballast:rebalance": "on",
    "ballast:rebalance-consolidate": "on",
    "ballast:rebalance-stabilisation-minutes": "0",
    "ballast:rebalance-saving-usd": "0",
}


def build(world: World) -> None:
    for name in ("spot", "hook", "health", "wire"):
        world.add_cluster(name, MANAGED)
        world.add_group(name, name, desired=4, spot=name == "spot", capacity_provider=name)
        stop = (20.0, 22.0) if name == "hook" else (1.0, 3.0)
        world.add_service(name, f"{name}-api", desired=8, stop_seconds=stop)
    world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    world.add_cluster("updates", {**MANAGED, "ballast:update-strategy": "in-place", "ballast:budget": "1"})
    world.add_group("updates", "updates", desired=3, capacity_provider="updates", bottlerocket=(VARIANT, ARCH, BEFORE))
    world.add_service("updates", "updates-api", desired=3, stop_seconds=(1.0, 2.0))
    world.add_cluster("save", {**MANAGED, **SAVING})
    world.add_group("save", "save", desired=4, shape=SMALL, zones=("us-east-1a",), capacity_provider="save")
    world.add_service("save", "save-api", desired=2, capacity_providers=["save"], stop_seconds=(1.0, 2.0))
    world.age_group("save")
