"""Do these tasks fit into the free room of the others? The capacity proof of a voluntary drain.

First fit decreasing by memory over CPU units, memory and host ports, on ACTIVE instances with a connected agent of the same
capacity provider. Standalone tasks and daemons need no room elsewhere. ECS still decides where each task goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ballast.facts.instance import ContainerInstance, InstanceStatus
from ballast.facts.task import Task, TaskKind


@dataclass(slots=True)
class _Room:
    """What is left on one instance while tasks are put there."""

    cpu_units: int
    memory_mib: int
    ports: set[int]

    def takes(self, task: Task) -> bool:
        if self.cpu_units < task.cpu_units or self.memory_mib < task.memory_mib or self.ports & task.host_ports:
            return False
        self.cpu_units -= task.cpu_units
        self.memory_mib -= task.memory_mib
        self.ports |= task.host_ports
        return True


def unplaced(
    tasks: Sequence[Task], neighbours: Sequence[ContainerInstance], capacity_provider: str | None
) -> tuple[Task, ...]:
    """The service tasks that fit nowhere; empty means that the proof holds."""
    rooms = [
        _Room(n.free_cpu_units, n.free_memory_mib, set(n.ports_in_use))
        for n in neighbours
        if n.status is InstanceStatus.ACTIVE and n.agent_connected and n.capacity_provider == capacity_provider
    ]
    movable = sorted(
        (t for t in tasks if t.kind is TaskKind.SERVICE),
        key=lambda t: (t.memory_mib, t.cpu_units),
        reverse=True,
    )
    return tuple(task for task in movable if not any(room.takes(task) for room in rooms))
