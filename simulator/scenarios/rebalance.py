"""A fleet that grew with the day's load and stands half empty at night: nobody gives back what has a task on it."""

from __future__ import annotations

from simulator.moves import REBALANCE, SPARE
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.core.capacity_records import ScalingRules

ON = MANAGED | {
    REBALANCE: "on",
    f"{REBALANCE}-scale-out": "on",
    f"{REBALANCE}-headroom": "on",
    f"{REBALANCE}-consolidate": "on",
    f"{REBALANCE}-replace": "on",
}
RIGHTS = {"RebalanceRights": "on", "DisruptionBudget": "2"}  # of the stack
SERVICES = (("api", 512, 1024, 24, 6), ("search", 1024, 2048, 12, 4), ("worker", 512, 2048, 10, 4))


def build(stage: Stage) -> None:
    """Fourteen instances by day; a third of the tasks is left, on nearly all of them."""
    world = stage.world
    world.add_cluster("prod", ON | {SPARE: "2 x api"})
    world.add_group(
        "web",
        "prod",
        desired=14,
        maximum=20,
        capacity_provider="web",
        scaling=ScalingRules(),
        new_instances_protected_from_scale_in=True,
    )
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=128)
    for name, cpu, memory_mib, by_day, _ in SERVICES:
        world.add_service(
            "prod",
            name,
            desired=by_day,
            cpu=cpu,
            memory_mib=memory_mib,
            capacity_providers=["web"],
            placement=["binpack:memory"] if name == "worker" else None,
        )
    world.add_service(  # nothing of it may be stopped, and nothing started beside it
        "prod",
        "ledger",
        desired=4,
        cpu=512,
        memory_mib=1024,
        minimum_healthy_percent=100,
        maximum_percent=100,
        capacity_providers=["web"],
    )
    world.age_group("web")
    for name, _, _, _, at_night in SERVICES:
        stage.at(3, lambda name=name, at_night=at_night: world.scale_service("prod", name, at_night))  # type: ignore[misc]


SCENARIO = Scenario(
    "rebalance", "Night falls: fourteen half-empty instances, and what is needed of them", 150, build, RIGHTS
)
