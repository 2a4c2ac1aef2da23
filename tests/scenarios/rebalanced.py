"""Small fleets for the scenarios of rebalancing: which tasks run where, and that all of it has been so since yesterday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.invariants import violations
from simulator.ledger_watch import OVER
from simulator.moves import MOVE, REBALANCE
from simulator.result import Result, result_of
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.core import Fact
from simulator.world.core.records import Service, Shape
from simulator.world.ecs.task_counts import note_counts

SMALL = Shape("m7g.large", cpu=2048, memory_mib=7680)
LARGE = Shape("m7g.2xlarge", cpu=8192, memory_mib=31488)
DAY_S = 86_400.0
METHODS = ("scale-out", "headroom", "consolidate", "replace")
RIGHTS = {"RebalanceRights": "on"}


@dataclass(frozen=True)
class Rebalanced:
    """What came of it; `broken` lists the invariants that did not hold."""

    stage: Stage
    result: Result
    broken: list[str]

    def moves(self, cluster: str = "prod", **wanted: Any) -> list[Fact]:
        wanted = {"cluster": cluster, **wanted}
        return [f for f in self.stage.world.journal if f.kind == MOVE and wanted.items() <= f.data.items()]

    def gone(self, cluster: str = "prod") -> set[str]:
        """Instances that were given back."""
        instances = self.stage.world.ec2.instances
        return {f.data["instance"] for f in self.moves(cluster, phase=OVER) if instances[f.data["instance"]].going}

    def drained(self, cluster: str = "prod") -> set[str]:
        wanted = {"cluster": cluster, "new": "DRAINING", "actor": "ballast"}
        facts = self.stage.world.journal
        return {
            f.data["instance"]
            for f in facts
            if f.kind == "container_instance_status" and wanted.items() <= f.data.items()
        }

    def facts(self, kind: str, **wanted: Any) -> list[Fact]:
        return [f for f in self.stage.world.journal if f.kind == kind and wanted.items() <= f.data.items()]

    def pages(self, cluster: str = "prod") -> list[str]:
        return [n["what"] for n in self.result.notices if n["severity"] == "page" and n["cluster"] == cluster]

    def desired(self, group: str = "web") -> int:
        return self.stage.world.groups.groups[group].desired


def cluster_on(stage: Stage, name: str = "prod", **tags: str) -> None:
    """With every method on, moves as soon as nothing has changed for a minute, and however little they save."""
    on = {f"{REBALANCE}-{method}": "on" for method in METHODS}
    quick = {f"{REBALANCE}-stabilisation-minutes": "1", f"{REBALANCE}-saving-usd": "0"}
    own = {f"{REBALANCE}-{tag.replace('_', '-')}": value for tag, value in tags.items()}
    stage.world.add_cluster(name, {**MANAGED, REBALANCE: "on", **on, **quick, **own})


def group_of(stage: Stage, desired: int, *, name: str = "web", cluster: str = "prod", **options: Any) -> list[str]:
    """One zone of small instances that are there since yesterday; its provider has its name. Answers their ids."""
    usual: dict[str, Any] = {"shape": SMALL, "zones": ("us-east-1a",), "capacity_provider": name}
    stage.world.add_group(name, cluster, desired=desired, **(usual | options))
    stage.world.age_group(name)
    return stage.instances(name)


def assisted(stage: Stage, desired: int, *, target: int = 100, **options: Any) -> list[str]:
    rules: dict[str, Any] = {
        "scaling": ScalingRules(),
        "target_capacity": target,
        "new_instances_protected_from_scale_in": True,
    }
    return group_of(stage, desired, **(rules | options))


def service_on(
    stage: Stage,
    layout: Mapping[str, int],
    *,
    name: str = "api",
    cluster: str = "prod",
    provider: str = "web",
    cpu: int = 512,
    memory_mib: int = 1024,
    **options: Any,
) -> Service:
    """So many tasks on each of these instances, running since yesterday; it wants as many."""
    world = stage.world
    service = world.add_service(
        cluster,
        name,
        desired=0,
        cpu=cpu,
        memory_mib=memory_mib,
        capacity_providers=[provider] if provider else (),
        **options,
    )
    for instance, tasks in layout.items():
        for _ in range(tasks):
            task = world.tasks.start(
                world.host(instance), service.spec, service, already_running=True, provider=provider or None
            )
            task.created_at_s = task.started_at_s = -DAY_S
    service.desired = sum(layout.values())
    service.created_at_s = -DAY_S
    note_counts(world, service)
    return service


def played(stage: Stage) -> Rebalanced:
    """To the end of its minutes."""
    stage.play()
    return Rebalanced(stage, result_of(stage), violations(stage))


def a_story(build: Any, minutes: float, **parameters: str) -> Scenario:
    return Scenario("test", "made for one test", minutes, build, {"DisruptionBudget": "5", **RIGHTS, **parameters})
