"""A fleet as it is drawn: each instance with what it offers, what reserves it, and what is going on there."""

from __future__ import annotations

from dataclasses import dataclass

ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks of one service on one instance and what they reserve; `service` None: standalone tasks."""

    service: str | None
    tasks: int
    cpu: int
    memory_mib: int
    interfaces: int


@dataclass(frozen=True, slots=True)
class Standing:
    """An instance as it stands: what it offers to tasks, and what reserves it. `state`: active, or what else it is, in words.

    `release`: of Bottlerocket, empty where none is known.
    """

    instance: str
    group: str
    type: str
    zone: str
    spot: bool
    state: str
    usd_per_hour: float | None  # None: unknown
    cpu: int
    memory_mib: int
    interfaces: int
    work: tuple[Work, ...] = ()
    release: str = ""

    @property
    def tasks(self) -> int:
        return sum(each.tasks for each in self.work)

    @property
    def used(self) -> tuple[tuple[str, int, int], ...]:
        """Of CPU, memory and network interfaces each what is reserved, and of how much."""
        return (
            ("CPU", sum(each.cpu for each in self.work), self.cpu),
            ("MEM", sum(each.memory_mib for each in self.work), self.memory_mib),
            ("ENI", sum(each.interfaces for each in self.work), self.interfaces),
        )
