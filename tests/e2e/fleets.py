"""A cluster a story, so that all of them play at once; each with room for what moves."""

from __future__ import annotations

from random import Random

from simulator.stage import MANAGED
from simulator.world import World
from simulator.world.core.records import Shape
from tests.e2e.before import CLUSTER as KEPT

VARIANT, ARCH, BEFORE, AFTER = "aws-ecs-2", "x86_64", "1.62.1", "1.64.0"
QUICK = (1.0, 2.0)  # seconds in which a task starts, or ends
SMALL = Shape("m7g.large", cpu=2048, memory_mib=7680)
SAVING = {
    "ballast:rebalance": "on",
    "ballast:rebalance-consolidate": "on",
    "ballast:rebalance-stabilisation-minutes": "0",
    "ballast:rebalance-saving-usd": "0",
}
# One canary, then one wave.
IN_PLACE = {"ballast:update-strategy": "in-place", "ballast:update-waves": "100", "ballast:budget": "1"}


class Hurried(Random):
    """The chance of a host whose commands, downloads, boots and reports take a fortieth of their time."""

    def uniform(self, a: float, b: float) -> float:
        return super().uniform(a, b) / 40


def build(world: World) -> None:
    """For stories that play at once."""
    for name in ("spot", "hook", "health", "still"):
        add(world, name, stop=(20.0, 22.0) if name == "hook" else (1.0, 3.0))
    world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    # Its story takes longest, so its name is the first one: the sweeps of a minute are spread over the clusters by name.
    world.add_cluster("bottlerocket", {**MANAGED, **IN_PLACE})
    world.add_group(
        "bottlerocket",
        "bottlerocket",
        desired=2,
        capacity_provider="bottlerocket",
        bottlerocket=(VARIANT, ARCH, BEFORE),
    )
    world.add_service("bottlerocket", "bottlerocket-api", desired=2, start_seconds=QUICK, stop_seconds=QUICK)
    world.run_command._chance = Hurried(1)
    for instance in world.groups.groups["bottlerocket"].members:
        world.bottlerocket.require(instance).rng = Hurried(instance)
    world.add_cluster("save", {**MANAGED, **SAVING})
    world.add_group("save", "save", desired=4, shape=SMALL, zones=("us-east-1a",), capacity_provider="save")
    world.add_service(
        "save", "save-api", desired=2, capacity_providers=["save"], start_seconds=QUICK, stop_seconds=QUICK
    )
    world.age_group("save")


def build_alone(world: World) -> None:
    """For those that play one after the other."""
    for name in ("spot", "health", "wire"):
        add(world, name)
    world.add_cluster(KEPT, MANAGED)
    world.add_group(KEPT, KEPT, desired=2, capacity_provider=KEPT)


def build_first(world: World) -> None:
    """For the first hour: a group of no capacity provider that somebody has once held, and tasks that take their time."""
    world.add_cluster("prod")
    world.add_group("prod-web", "prod", desired=3, minimum=1, spot=True)
    world.add_service("prod", "api", desired=6, start_seconds=QUICK, stop_seconds=(25.0, 30.0))
    world.suspend_processes("prod-web", "Terminate")


def add(world: World, name: str, stop: tuple[float, float] = (1.0, 3.0)) -> None:
    """A cluster with a group and a service of that name."""
    world.add_cluster(name, MANAGED)
    world.add_group(name, name, desired=4, spot=name == "spot", capacity_provider=name)
    world.add_service(name, f"{name}-api", desired=8, start_seconds=QUICK, stop_seconds=stop)
