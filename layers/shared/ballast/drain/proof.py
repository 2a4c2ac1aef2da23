"""Where could tasks go? The capacity proof of a voluntary drain, and why a task has no place.

What cannot be judged counts as "does not fit": only a place that is known proves anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ballast.drain.budget import serves
from ballast.drain.member_of import is_member
from ballast.facts.demands import Constraints, Demands, least_task_interfaces
from ballast.facts.task import Service, Task, TaskKind
from ballast.facts.view import ContainerInstance
from ballast.value import dataclass

type Services = Mapping[str, Service]
NO_SERVICE = Constraints()
ANY = 1_000_000  # copies of what asks for no number
UNITS = {"cpu": "{:,} CPU units", "memory": "{:,} MiB of memory", "gpu": "{:,} GPUs"}


@dataclass(frozen=True, slots=True)
class Misfit:
    task: Task
    why: str  # "it needs …", for people


def unplaced(
    tasks: Sequence[Task],
    neighbours: Sequence[ContainerInstance],
    capacity_provider: str | None,
    services: Services | None = None,
) -> tuple[Misfit, ...]:
    """The service tasks that find no place; empty means that each has one, so the proof holds."""
    from ballast.packing.model import Shape  # noqa: PLC0415 - a cold start that drains at once needs no proof
    from ballast.packing.places import places  # noqa: PLC0415 - same

    hosts = [n for n in neighbours if serves(n) and n.capacity_provider == capacity_provider]
    movable = [task for task in tasks if task.kind is TaskKind.SERVICE]
    wishes = [_Wish(task, (services or {}).get(task.service)) for task in movable]
    known = [wish for wish in wishes if wish.unknown is None]
    rooms = [_room(host, known) for host in hosts]
    found = iter(places([Shape(wish.name, wish.needs) for wish in known], rooms))
    homeless = [wish for wish in wishes if wish.unknown or next(found) is None]
    taken = "the room for it is needed by the others"
    return tuple(Misfit(wish.task, wish.unknown or why_nowhere(wish, hosts) or taken) for wish in homeless)


class _Wish:
    """What one task needs of a host; two that need the same have the same name."""

    def __init__(self, task: Task, service: Service | None) -> None:
        self.task = task
        self.demands: Demands = task.demands or Demands()
        self.limits = service.constraints if service else NO_SERVICE
        self.expressions = (*self.demands.expressions, *self.limits.expressions)
        self.unknown = _unknown(task, self.limits)
        self.resources = {"cpu": task.cpu_units, "memory": task.memory_mib, "gpu": self.demands.gpus}
        marks = {f"port:{port}": 1 for port in sorted(task.host_ports)}
        self.hosts = " ".join((*sorted(self.demands.attributes), *self.expressions))
        if self.hosts:
            marks[f"host {self.hosts}"] = 1
        if self.limits.distinct:
            marks[f"distinct {task.service}"] = 1
        if self.demands.own_interface:
            marks["interface"] = 1
        self.needs = {**self.resources, **marks}
        self.name = " ".join(f"{key}={amount}" for key, amount in self.needs.items())

    def allows(self, host: ContainerInstance) -> bool:
        has = self.demands.attributes <= host.attributes.keys()
        return has and is_member(host, self.expressions) is True


def _unknown(task: Task, limits: Constraints) -> str | None:
    if task.demands is None:
        return "its task definition could not be read, so nobody knows what it needs"
    if not task.sized:
        return "neither it nor its containers say how much memory it may use"
    if limits.distinct and limits.hosts is None:
        return "it needs an instance without another task of its service, and where they run could not be read"
    return None


def _room(host: ContainerInstance, wishes: Sequence[_Wish]) -> dict[str, int]:
    """Free capacity; a constraint is a resource that a host has plenty of, once, or not at all."""
    room = {"cpu": host.free_cpu_units, "memory": host.free_memory_mib, "gpu": host.free_gpus}
    room |= {f"port:{port}": 0 for port in host.ports_in_use}
    room["interface"] = _free_interfaces(host)
    for wish in wishes:
        if wish.hosts:
            room.setdefault(f"host {wish.hosts}", ANY if wish.allows(host) else 0)
        if wish.limits.distinct:
            room[f"distinct {wish.task.service}"] = 0 if host.arn in (wish.limits.hosts or ()) else 1
    return room


def _free_interfaces(host: ContainerInstance) -> int:
    """At least: ECS does not say, so every task there is taken for one that has one."""
    trunking = "ecs.awsvpc-trunk-id" in host.attributes
    most = least_task_interfaces(host.attributes.get("ecs.instance-type"), trunking=trunking)
    return max(0, most - host.running_tasks - host.pending_tasks)


def why_nowhere(wish: _Wish, hosts: Sequence[ContainerInstance]) -> str | None:
    """What the hosts lack for this one task; None where one of them has room for it alone."""
    tests: list[tuple[str, Callable[[ContainerInstance], bool]]] = [
        ("it needs another instance of its capacity provider, and none is ACTIVE with its agent connected", serves),
        (f"no instance has what it needs: {', '.join(sorted(wish.demands.attributes))[:120]}",
         lambda host: wish.demands.attributes <= host.attributes.keys()),
        (f"no instance is known to meet its placement constraint {' and '.join(wish.expressions)[:120]}", wish.allows),
        ("it needs an instance without another task of its service, and there is none",
         lambda host: not wish.limits.distinct or host.arn not in (wish.limits.hosts or ())),
    ]  # fmt: skip
    for why, holds in tests:
        hosts = [host for host in hosts if holds(host)]
        if not hosts:
            return why
    for resource, amount in wish.resources.items():
        rooms = [_room(host, ())[resource] for host in hosts]
        if amount > max(rooms):
            unit = UNITS[resource]
            return f"it needs {unit.format(amount)}; the most that is free on one instance is {unit.format(max(rooms))}"
        hosts = [host for host, room in zip(hosts, rooms, strict=True) if room >= amount]
    if wish.task.host_ports and not (hosts := [h for h in hosts if not h.ports_in_use & wish.task.host_ports]):
        return f"it needs host port {min(wish.task.host_ports)}, which is taken wherever there is room"
    if wish.demands.own_interface and not any(_free_interfaces(host) for host in hosts):
        return "it needs a network interface of its own, and no instance with room is known to have one free"
    return None


def nowhere(
    task: Task, neighbours: Sequence[ContainerInstance], provider: str | None, services: Services
) -> str | None:
    """Why this one task would find no place among them, whatever else has to move; None where that is not known."""
    hosts = [n for n in neighbours if serves(n) and n.capacity_provider == provider]
    wish = _Wish(task, services.get(task.service))
    return None if wish.unknown else why_nowhere(wish, hosts)


def first_reason(misfits: Sequence[Misfit]) -> str:
    first = misfits[0]
    return f"a task of {first.task.group.replace(':', ' ', 1)}: {first.why}"
