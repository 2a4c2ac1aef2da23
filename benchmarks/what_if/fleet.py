"""A fragmented fleet: several groups and types, many services whose tasks are spread, and what keeps some instances."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ballast import clock
from ballast_cli.dump.ask import ask
from ballast_cli.dump.records import Dump
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.autoscaling.attached_records import MixedPolicy
from simulator.world.core.records import Shape

CLUSTER = "prod"
TYPES = (
    Shape("m7g.xlarge", 4096, 15_500, nominal_memory_mib=16_384),
    Shape("m7i.xlarge", 4096, 15_500, nominal_memory_mib=16_384),
    Shape("c7g.2xlarge", 8192, 15_300, nominal_memory_mib=16_384),
    Shape("r7g.xlarge", 4096, 31_200, nominal_memory_mib=32_768),
)
GROUPS, SERVICES = 8, 250
SIZES = ((128, 256), (256, 512), (256, 1024), (512, 1024), (512, 2048))
DAY_S = 86_400.0
ON = {"Rebalance": "on", "RebalanceConsolidate": "on", "RebalanceReplace": "on", "Repair": "on"}


def fragmented(instances: int, tasks: int, seed: int = 7) -> Dump:
    """As `ballast dump` finds it, with everything switched on."""
    chance = Random(seed)

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster(CLUSTER, MANAGED)
        for number in range(GROUPS):
            spot = number % 3 == 2
            mixed = MixedPolicy(TYPES[:2], on_demand_percent=0 if spot else 100)
            world.add_group(
                f"group-{number}", CLUSTER, desired=instances // GROUPS, capacity_provider=f"group-{number}",
                shape=TYPES[number % len(TYPES)], mixed=mixed if spot else None,
            )  # fmt: skip
        _add_services(stage, tasks, chance)
        for name in world.groups.groups:
            world.age_group(name, 3 * DAY_S)

    with Stage(Scenario("what-if", "fragmented", 1, build, ON), seed) as stage:
        stage.deployment.faults = replace(stage.deployment.faults, enforces_rate_buckets=False)
        return ask(CLUSTER, "ballast", clock.utc_now())


def _add_services(stage: Stage, tasks: int, chance: Random) -> None:
    """Every tenth is of the kind that keeps its instances: protected, of a single copy, or of one a host."""
    world, each = stage.world, tasks // SERVICES
    world.add_service(CLUSTER, "log-agent", daemon=True, cpu=64, memory_mib=64)
    for number in range(SERVICES):
        cpu, memory = chance.choice(SIZES)
        kind = number % 30
        world.add_service(
            CLUSTER, f"service-{number:03}", desired=each, cpu=cpu, memory_mib=memory, protected=kind == 0,
            maximum_percent=100 if kind == 10 else 200, distinct_instance=kind == 20,
        )  # fmt: skip
