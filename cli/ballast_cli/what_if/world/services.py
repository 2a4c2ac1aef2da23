"""Services with what they want, and what one task of each asks of its host."""

from __future__ import annotations

from collections.abc import Iterable

from ballast_cli.dump.records import Dump
from ballast_cli.dump.work_records import Service, Task, TaskDefinition
from simulator.world import World
from simulator.world.core.capacity_records import StrategyItem
from simulator.world.core.core import arn
from simulator.world.core.records import Service as Played
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.placement_strategies import read_strategies
from simulator.world.ecs.query_language import test_of

ELSEWHERE = ("FARGATE", "EXTERNAL")
DEREGISTRATION_S = 300.0  # of a target group, unless somebody changed it
USUAL_STOP_S = 30
SPREAD = ("spread:attribute:ecs.availability-zone", "spread:instanceId")
PACKED = ("spread:attribute:ecs.availability-zone", "binpack:memory")
STRATEGIES = ("spread:attribute:", "spread:instanceId", "binpack:", "random")  # that the simulator knows
BALANCING = "(service {}) is not AZ balanced."


def is_here(service: Service, dump: Dump) -> bool:
    """Whether its tasks may be on EC2 instances."""
    fargate = {p.name for p in dump.providers if p.kind == "AWS Fargate"}
    return service.launch_type not in ELSEWHERE and not any(item.provider in fargate for item in service.strategy)


def is_read(expression: str) -> bool:
    """Whether the simulator can tell which hosts meet it."""
    try:
        test_of(expression)
    except ValueError:
        return False
    return True


def add_services(world: World, dump: Dump) -> None:
    definitions = {each.name: each for each in dump.definitions}
    cluster = world.clusters[dump.cluster.name]
    for each in dump.services:
        if not is_here(each, dump):
            continue
        primary = next((d for d in each.deployments if d.primary), None)
        service = Played(
            name=each.name,
            arn=arn("ecs", f"service/{cluster.name}/{each.name}"),
            cluster=cluster,
            spec=spec_of(definitions[each.definition], service=each),
            desired=each.desired,
            minimum_healthy_percent=each.minimum_healthy_percent,
            maximum_percent=each.maximum_percent,
            daemon=each.daemon,
            protected_for_s=None,
            binpack=each.placement == PACKED,
            deployment_id=f"ecs-svc/{primary.id if primary else each.name}",
            created_at_s=world.clock.seconds(each.created_at),
            tags=dict(each.tags),
            strategy=tuple(StrategyItem(i.provider, i.weight, i.base) for i in each.strategy),
            placement=None if each.placement in (SPREAD, PACKED) else read_strategies(_known(each.placement)),
            zone_rebalancing=each.zone_rebalancing,
        )
        cluster.services[each.name] = service
        _deploy(world, each, service)
        if each.balancing:
            world.messages[service.arn].appendleft((world.clock.now_s, BALANCING.format(each.name)))


def _deploy(world: World, each: Service, service: Played) -> None:
    """Amid a deployment the older one is still there; one that failed starts no more tasks."""
    older = [d for d in each.deployments if not d.primary]
    primary = next((d for d in each.deployments if d.primary), None)
    if older:
        service.replaced = f"ecs-svc/{older[0].id}"
    elif each.task_sets or (primary and primary.state == "IN_PROGRESS"):
        service.replaced = "ecs-svc/before"
    if primary and primary.state == "FAILED":
        world.deployments.starts[service.arn].failed = True


def _known(written: Iterable[str]) -> list[str]:
    return [each for each in written if each.startswith(STRATEGIES)]


def spec_of(definition: TaskDefinition, *, service: Service | None = None, task: Task | None = None) -> TaskSpec:
    """Of the definition, of a task where its sizes differ."""
    family, _, revision = definition.name.rpartition(":")
    stop_s = min(definition.stop_timeout_s, USUAL_STOP_S)
    members = service.members if service else ()
    return TaskSpec(
        family=family,
        revision=int(revision),
        cpu=task.cpu if task and task.cpu else definition.cpu,
        memory_mib=task.memory_mib if task and task.memory_mib else definition.memory_mib,
        stop_seconds=(min(2.0, stop_s), float(stop_s)),
        deregistration_delay_s=DEREGISTRATION_S if service and service.load_balanced else 0.0,
        ports=definition.ports,
        tags=tuple(sorted(task.tags.items())) if task else (),
        gpus=definition.gpus,
        awsvpc=definition.own_interface,
        member_of=members or definition.members,
        constrained_by_service=bool(members),
        also_member_of=definition.members if members else (),
        distinct_instance=bool(service and service.distinct),
        requires_attributes=definition.attributes,
        has_task_size=definition.sized,
        stop_timeout_s=definition.stop_timeout_s,
    )
