"""What does a task ask of an instance, and which instance has that? Tasks that ask the same are one ask.

What an instance has once (a host port, the one place of a service that spreads over distinct instances) is a "port:" in
packing: each is there once, unless the instance says 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ballast.drain.member_of import TaskGroups, is_member
from ballast.facts.demands import Constraints, Demands
from ballast.facts.task import Task
from ballast.facts.view import ContainerInstance, InstanceStatus
from ballast.facts.zones import ZONE
from ballast.rebalance.snapshot import Instance, Offer, Workload

type Amounts = dict[str, int]

NO_LIMITS = Constraints()


class Ask(NamedTuple):
    """`unknown`: why nobody can tell where it fits."""

    name: str
    group: str
    requirements: Mapping[str, int]
    attributes: frozenset[str]
    expressions: tuple[str, ...]
    unknown: str = ""

    def __hash__(self) -> int:  # requirements are a dict
        return hash(self.name)

    @property
    def service(self) -> str:
        return self.group.removeprefix("service:")

    @property
    def anywhere(self) -> bool:
        return not self.attributes and not self.expressions


class Asks:
    """Of one cluster, each made once."""

    def __init__(self, services: Mapping[str, Workload]) -> None:
        self._services = services
        self._known: dict[tuple[object, ...], tuple[Ask, Demands | None]] = {}
        self.by_name: dict[str, Ask] = {}

    def of(self, task: Task) -> Ask:
        # Demands by their id, since to hash them is slow; they are kept with the ask, so that no other ones get it.
        key = (task.group, task.cpu_units, task.memory_mib, task.sized, task.host_ports, id(task.demands))
        if key not in self._known:
            ask = self._made(task)
            self._known[key] = self.by_name.setdefault(ask.name, ask), task.demands
        return self._known[key][0]

    def _made(self, task: Task) -> Ask:
        workload = (
            self._services.get(task.group.removeprefix("service:")) if task.group.startswith("service:") else None
        )
        limits = workload.service.constraints if workload else NO_LIMITS
        demands = task.demands
        needs: Amounts = {"cpu": task.cpu_units, "memory": task.memory_mib}
        if demands and demands.gpus:
            needs["gpu"] = demands.gpus
        if demands and demands.own_interface:
            needs["eni"] = 1
        needs |= {f"port:{port}": 1 for port in sorted(task.host_ports)}
        expressions = (*(demands.expressions if demands else ()), *limits.expressions)
        if limits.distinct:
            needs[distinct(task.group)] = 1
        elif any("task:group" in each for each in expressions):
            needs[f"port:one at a time {task.group}"] = 1  # so that its own tasks do not change the verdict
        attributes = demands.attributes if demands else frozenset()
        unknown = _unknown(task)
        parts = (*(f"{k}={v}" for k, v in needs.items()), *sorted(attributes), *expressions, *filter(None, [unknown]))
        return Ask(f"{task.group} {' '.join(parts)}", task.group, needs, attributes, expressions, unknown)


def distinct(group: str) -> str:
    return f"port:distinct {group}"


def _unknown(task: Task) -> str:
    if task.demands is None:
        return "its task definition could not be read"
    if not task.sized:
        return "neither it nor its containers say how much memory it may use"
    if min(task.cpu_units, task.memory_mib, task.demands.gpus) < 0:
        return "it reserves a negative amount"
    return ""


def free_room(instance: Instance) -> Amounts:
    """What is left there, as ECS tells; network interfaces are ours to count, as ECS has no resource for them.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
    """
    host = instance.host
    room = {"cpu": host.free_cpu_units, "memory": host.free_memory_mib, "gpu": host.free_gpus}
    room["eni"] = instance.interfaces - _with_interface(instance)
    room = {name: max(0, amount) for name, amount in room.items()}
    return room | {f"port:{port}": 0 for port in host.ports_in_use}


def taken_once(instance: Instance, groups: Iterable[str]) -> Amounts:
    """Of these task groups, which want an instance each, those that have a task there; all where nobody listed them."""
    here = None if instance.tasks is None else {task.group for task in instance.tasks if not task.stopped}
    return {distinct(group): 0 for group in groups if here is None or group in here}


def _with_interface(instance: Instance) -> int:
    """Every task counts whose network mode nobody knows."""
    if instance.tasks is None:
        return instance.host.running_tasks + instance.host.pending_tasks
    return sum(task.demands is None or task.demands.own_interface for task in instance.tasks if not task.stopped)


def welcomes(instance: Instance, ask: Ask, arriving: frozenset[str]) -> bool:
    """Whether its attributes and the constraints are known to allow it; `arriving`: groups whose tasks move meanwhile."""
    if not ask.attributes <= instance.host.attributes.keys():
        return False
    if not ask.expressions:
        return True
    tasks = None
    if instance.tasks is not None:
        here = frozenset(task.group for task in instance.tasks if not task.stopped)
        tasks = TaskGroups(here, arriving - here - {ask.group})
    return is_member(instance.host, ask.expressions, tasks) is True


def offered(offer: Offer, ask: Ask, zones: Sequence[str]) -> bool:
    """The same of an instance that is not there yet: in every zone in which it may come, by what is sure to be true of it."""
    if ask.anywhere:
        return True
    if any(subject in each for each in ask.expressions for subject in ("ec2InstanceId", "task:group")):
        return False
    return all(_of_new(offer, ask, zone) for zone in zones)


def _of_new(offer: Offer, ask: Ask, zone: str) -> bool:
    sure = {"ecs.instance-type": offer.instance_type, ZONE: zone, **offer.attributes}
    host = ContainerInstance("", "", "", InstanceStatus.ACTIVE, True, 0, 0, attributes=sure)  # noqa: FBT003 - it would be
    return ask.attributes <= sure.keys() and is_member(host, ask.expressions) is True
