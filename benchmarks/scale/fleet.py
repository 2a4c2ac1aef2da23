"""The fleets of the table: like clusters side by side, up to date, none of them busy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.scenarios.update import ARCH, BEFORE, VARIANT
from simulator.stage import MANAGED, Scenario, Stage

GROUP = "group-{}"
MOST_TASKS_OF_A_SERVICE = 500
UPDATES_ON = {"UpdateStrategy": "in-place", "UpdateBakeDays": "0"}
EVERYTHING_ON = UPDATES_ON | dict.fromkeys(
    ("Repair", "Rebalance", "RebalanceScaleOut", "RebalanceHeadroom", "RebalanceConsolidate", "RebalanceReplace"), "on"
)


@dataclass(frozen=True, slots=True)
class Size:
    """`tasks` are those of one cluster's services; each instance has a task of a daemon service besides."""

    clusters: int
    instances: int  # of each cluster
    tasks: int

    def __str__(self) -> str:
        clusters = "1 cluster" if self.clusters == 1 else f"{self.clusters} clusters"
        return f"{clusters} x {self.instances:,} instances"


def scenario(
    size: Size, minutes: float, happens: Callable[[Stage], None] | None = None, parameters: Mapping[str, str] = {}
) -> Scenario:
    """`happens` says what comes, after the fleet stands."""

    def build(stage: Stage) -> None:
        stage.world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
        for number in range(size.clusters):
            _add_cluster(stage, number, size)
        if happens is not None:
            happens(stage)

    return Scenario("scale", str(size), minutes, build, parameters, realistic_polling=True)


def groups(size: Size) -> list[str]:
    return [GROUP.format(number) for number in range(size.clusters)]


def _add_cluster(stage: Stage, number: int, size: Size) -> None:
    world, cluster = stage.world, f"cluster-{number}"
    world.add_cluster(cluster, MANAGED)
    world.add_group(
        GROUP.format(number),
        cluster,
        desired=size.instances,
        spot=True,
        capacity_provider=f"provider-{number}",
        bottlerocket=(VARIANT, ARCH, BEFORE),
    )
    left = size.tasks
    while left > 0:
        desired = min(left, MOST_TASKS_OF_A_SERVICE)
        world.add_service(cluster, f"service-{left}", desired=desired)
        left -= desired
    world.add_service(cluster, "log-agent", daemon=True, cpu=64, memory_mib=64)
