"""How many calls does a look at a large cluster take, and how long does it take beside AWS's answers?

Calls against the buckets of https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html. Processor time
without what the simulated AWS takes to answer, but with botocore's checks of parameters and the simulator's of answers.
"""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from ballast import clock
from ballast.aws.ledger import Ledger
from ballast.policy.rebalancing import RebalancePolicy
from ballast.rebalance.ground import Ground
from ballast.rebalance.round import decide
from ballast.rebalance.snapshot import Snapshot
from ballast.shell.rebalance_look import RebalanceObserver, Remembered
from ballast.shell.registry import look_up_parts, refresh_registry
from benchmarks.rebalance.planning import POLICY
from benchmarks.tables import Measure, show
from simulator.clock import Clock
from simulator.delivery.deployment import Deployment
from simulator.stage import MANAGED
from simulator.world import World

ROOT = Path(__file__).parents[2]
GROUPS, SERVICES, TASKS_OF_EACH = 5, 200, 50
REGION = "us-east-1"
FIRST_LOOKS = 6  # until each revision was read once
LOOKS = 12  # planning minutes of an hour, of which that with the most calls counts
PLANNED_EVERY_S = 300
READS_MOST = 100  # of the bucket of container instances and tasks, so that a look never waits
CALLS_MOST = 80  # in all, of all services of AWS, in a minute in which the tasks of some instances are asked for
SECONDS_MOST = {1_000: 1.0, 5_000: 5.0}  # from observation to plan
IN_BUCKET = frozenset({"ListContainerInstances", "DescribeContainerInstances", "ListTasks", "DescribeTasks"})


@dataclass(slots=True)
class Timed:
    """A world that knows how long it took to answer."""

    world: Any
    took_s: float = 0.0

    def __call__(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        began = process_time()
        try:
            return self.world(service, operation, params)
        finally:
            self.took_s += process_time() - began


class Large:
    """A cluster of this many instances, deployed."""

    def __init__(self, instances: int) -> None:
        self.clock = Clock()
        self.world = World(self.clock, Random(7))
        self.world.add_cluster("prod", MANAGED)
        for number in range(GROUPS):
            name = f"group-{number}"
            self.world.add_group(name, "prod", desired=instances // GROUPS, capacity_provider=name)
            self.world.groups.groups[name].template_version = "$Default"
        for number in range(SERVICES):
            desired = TASKS_OF_EACH * instances // 1_000
            self.world.add_service("prod", f"service-{number:03}", desired=desired, cpu=256, memory_mib=512)
        chance = Random(7)
        self.deployment = Deployment(self.world, self.clock, chance, template=ROOT / "template.yaml", parameters={})

    def look(self, timed: Timed) -> tuple[Snapshot, float, Counter[str]]:
        """With the seconds and the calls that it took; the next planning minute of a cluster in which nothing changes."""
        self.clock.now_s += PLANNED_EVERY_S
        calls = self.deployment.calls
        since, answered = len(calls), timed.took_s
        began = process_time()
        cluster = self.ledger.clusters()["prod"]
        seen = RebalanceObserver(self.ledger, REGION).snapshot(
            cluster, Remembered(), RebalancePolicy(), clock.utc_now()
        )
        took = process_time() - began - (timed.took_s - answered)
        return seen, took, Counter(call.operation for call in calls[since:] if call.service != "dynamodb")

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.deployment.stack.names.physical("Ledger"))

    def register(self) -> None:
        for cluster in refresh_registry(self.ledger, (), clock.utc_now()).clusters.values():
            look_up_parts(self.ledger, cluster, clock.utc_now())


def table() -> bool:
    """Print it; answer whether every target is met."""
    measures: list[Measure] = []
    notes: list[str] = []
    for instances, most in SECONDS_MOST.items():
        large = Large(instances)
        with large.deployment as deployment:
            deployment.faults = replace(deployment.faults, enforces_rate_buckets=False)
            timed = Timed(deployment.front_door.world)
            deployment.front_door.world = timed
            large.register()
            _, _, first = large.look(timed)
            for _ in range(FIRST_LOOKS):
                large.look(timed)
            looks = [large.look(timed) for _ in range(LOOKS)]
            seen, took, asked = max(looks, key=lambda look: look[2].total())
            began = process_time()
            decide(Ground(seen, POLICY, clock.utc_now()))
            took += process_time() - began
        name = f"{instances:,} instances, {sum(i.host.running_tasks for i in seen.instances):,} tasks"
        if instances == min(SECONDS_MOST):
            reads = sum(number for operation, number in asked.items() if operation in IN_BUCKET)
            measures.append(Measure(f"{name}: reads of container instances and tasks", reads, most=READS_MOST))
            measures.append(Measure(f"{name}: calls in all", asked.total(), most=CALLS_MOST))
            measures.append(Measure(f"{name}: calls in all, at first sight", first.total()))
            notes += [f"calls: {', '.join(f'{operation} {number}' for operation, number in asked.most_common())}"]
        measures.append(Measure(f"{name}: from observation to plan [s]", took, most=most))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    notes += [f"peak memory with the simulated AWS: {peak:.0f} MiB"]
    return show("Rebalancing looks", measures, ours="Ballast", notes=notes)
