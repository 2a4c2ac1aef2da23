"""Every instance as it stands at a moment of the story: what it offers, what reserves it, and what is going on there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ballast_cli.drawing.standing import ACTIVE, Standing, Work
from ballast_cli.what_if.money import price_of
from ballast_cli.what_if.plan import Planned
from simulator.stage import Stage
from simulator.world.core.records import ContainerInstance, Instance, InstanceState, Status, Task

NO_AGENT, JOINS, BOOTS = "agent lost", "not in ECS", "booting"


def standing(stage: Stage, planned: Planned) -> tuple[Standing, ...]:
    """By group; what EC2 is ending is gone."""
    there = [i for i in stage.world.ec2.instances.values() if not i.going and not i.external]
    return tuple(_one(stage, planned, each) for each in sorted(there, key=lambda i: (i.group or "~", i.id)))


def _one(stage: Stage, planned: Planned, instance: Instance) -> Standing:
    host, shape = stage.world.find_host(instance.id), instance.shape
    return Standing(
        instance.id,
        instance.group or "",
        shape.instance_type,
        instance.zone,
        instance.spot,
        _state(instance, host),
        price_of(planned, instance),
        shape.cpu,
        shape.memory_mib,
        shape.trunk_enis if instance.trunk else shape.task_enis,
        tuple(_work(host.unfinished.values())) if host else (),
        stage.world.bottlerocket.version(instance.id) or "",
    )


def _state(instance: Instance, host: ContainerInstance | None) -> str:
    if host is None:
        return BOOTS if instance.state is InstanceState.PENDING else JOINS
    if not host.agent_connected:
        return NO_AGENT
    return ACTIVE if host.status is Status.ACTIVE else host.status.value.lower()


def _work(tasks: Iterable[Task]) -> Iterator[Work]:
    def name(task: Task) -> str:
        return task.service.name if task.service else ""

    for service, group in groupby(sorted(tasks, key=name), key=name):
        some = [task.spec for task in group]
        cpu, memory = sum(spec.cpu for spec in some), sum(spec.memory_mib for spec in some)
        yield Work(service or None, len(some), cpu, memory, sum(spec.awsvpc for spec in some))
