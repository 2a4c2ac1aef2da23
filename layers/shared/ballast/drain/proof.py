"""Do these tasks fit into the free room of the others? The capacity proof of a drain that nobody forces, by `packing`.

A service task needs CPU units, memory and its host ports, of which every instance has each once. Only ACTIVE instances with
a connected agent and the same capacity provider have room; standalone tasks and daemons need none elsewhere.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
"""

from __future__ import annotations

from collections.abc import Sequence

from ballast.facts.instance import ContainerInstance, InstanceStatus
from ballast.facts.task import Task, TaskKind
from ballast.packing.model import Shape
from ballast.packing.places import places


def unplaced(
    tasks: Sequence[Task], neighbours: Sequence[ContainerInstance], capacity_provider: str | None
) -> tuple[Task, ...]:
    """The service tasks that find no place; empty means that each has one, so the proof holds."""
    movable = [task for task in tasks if task.kind is TaskKind.SERVICE]
    rooms = [
        {"cpu": n.free_cpu_units, "memory": n.free_memory_mib, **{_port(port): 0 for port in n.ports_in_use}}
        for n in neighbours
        if n.status is InstanceStatus.ACTIVE and n.agent_connected and n.capacity_provider == capacity_provider
    ]
    found = places([_shape(task) for task in movable], rooms)
    return tuple(task for task, place in zip(movable, found, strict=True) if place is None)


def _shape(task: Task) -> Shape:
    """Named by what the task needs: two tasks that need the same are one shape."""
    ports = {_port(port): 1 for port in sorted(task.host_ports)}
    return Shape(
        f"{task.cpu_units} {task.memory_mib} {' '.join(ports)}",
        {"cpu": task.cpu_units, "memory": task.memory_mib, **ports},
    )


def _port(number: int) -> str:
    return f"port:{number}"
