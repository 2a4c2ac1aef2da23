"""watch_bottlerocket as it is deployed, with two clusters that run Bottlerocket."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from simulator.clock import Clock
from simulator.delivery.deployment import Deployment
from simulator.delivery.faults import NO_FAULTS, Faults
from simulator.world import World
from tests.builders import ROOT

VARIANT, ARCH = "aws-ecs-2", "x86_64"
BEFORE, AFTER = "1.62.1", "1.64.0"
CHECK = {"version": "0", "id": "check", "detail-type": "Scheduled Event", "source": "aws.events",
         "time": "2026-11-23T09:00:00Z", "resources": [], "detail": {}}  # fmt: skip


class Watching:
    """Clusters `prod` and `staging` with two hosts each; what was there before the first sweep is known."""

    def __init__(self, deployment: Deployment, world: World, clock: Clock) -> None:
        self.deployment = deployment
        self.world = world
        self.clock = clock
        self.releases = world.bottlerocket.releases

    def check(self, *bodies: str, wait_s: float = 20) -> None:
        for body in bodies or (json.dumps(CHECK),):
            self.deployment.queues["ReleaseChecks"].send(body)
        self.run(wait_s)

    def run(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now_s + seconds)

    def instances(self, group: str) -> list[str]:
        return list(self.world.groups.groups[group].members)

    def runs(self, instance_id: str, version: str) -> None:
        """What Systems Manager says of it."""
        self.world.bottlerocket.require(instance_id).reported_version = version

    def said(self, detail_type: str) -> list[Mapping[str, Any]]:
        return [
            put.event["detail"]
            for put in self.deployment.bus.events
            if put.event["source"] == "ballast" and put.event["detail-type"] == detail_type
        ]

    @property
    def available(self) -> list[tuple[str | None, str]]:
        return [
            (detail["previousVersion"], detail["version"]) for detail in self.said("Bottlerocket Release Available")
        ]

    @property
    def notices(self) -> list[Mapping[str, Any]]:
        mine = ("BottlerocketRelease", "BottlerocketEndOfLife")
        return [notice for notice in self.said("Ballast Notice") if notice["code"].startswith(mine)]

    def calls(self, operation: str) -> int:
        return sum(c.function == "WatchBottlerocket" and c.operation == operation for c in self.deployment.calls)


@contextmanager
def watching(faults: Faults = NO_FAULTS) -> Iterator[Watching]:
    clock = Clock()
    world = World(clock, Random(7))  # noqa: S311 - a simulation wants a seed
    world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    for name in ("prod", "staging"):
        world.add_cluster(name, {"ballast:managed": "true"})
        world.add_group(name, name, desired=2, capacity_provider=name, bottlerocket=(VARIANT, ARCH, BEFORE))
    deployment = Deployment(world, clock, Random(7), template=ROOT / "template.yaml", faults=faults)  # noqa: S311
    with deployment:
        watched = Watching(deployment, world, clock)
        watched.run(90)  # the first sweep has found the clusters
        yield watched
