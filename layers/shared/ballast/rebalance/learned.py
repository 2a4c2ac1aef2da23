"""What will an instance have that is not there yet? As the least of its kind that registered, less what daemons take of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ballast.facts.demands import least_task_interfaces
from ballast.facts.task import Task
from ballast.facts.zones import ZONE
from ballast.rebalance.snapshot import Market, Offer
from ballast.value import dataclass

TRUNK = "ecs.awsvpc-trunk-id"  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
OF_ONE = frozenset({ZONE, "ecs.instance-type", "ecs.subnet-id", TRUNK})  # attributes that tell nothing of the next one
OF_ALL = (
    "ecs.",
    "com.amazonaws.ecs.",
    "bottlerocket.",
)  # that the agent sets, so that one instance tells for the next one

type Attributes = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Registered:
    """Of all instances of a group and type: the least of each resource, and the attributes that they share."""

    capacity: Mapping[str, int]
    attributes: Attributes
    trunked: bool = False
    seen: int = 1

    def and_also(self, other: Registered) -> Registered:
        names = self.capacity.keys() | other.capacity.keys()
        shared = {n: v for n, v in self.attributes.items() if n in other.attributes and other.attributes[n] == v}
        return Registered(
            {name: _least(name, self.capacity, other.capacity) for name in names},
            shared,
            self.trunked and other.trunked,
            self.seen + other.seen,
        )

    @property
    def sure(self) -> Attributes:
        """What the next one will have, too; what a single one has by a person's hand it has alone."""
        several = self.seen > 1
        return {n: v for n, v in self.attributes.items() if n not in OF_ONE and (several or n.startswith(OF_ALL))}


def _least(name: str, *capacities: Mapping[str, int]) -> int:
    """A port is free where nobody says otherwise; of another resource there is none."""
    return min(capacity.get(name, 1 if name.startswith("port:") else 0) for capacity in capacities)


def offers(
    types: Iterable[tuple[str, Market]],
    seen: Mapping[str, Registered],
    nominal: Mapping[str, Mapping[str, int]],
    daemons: Sequence[Task],
    attributes: Attributes,
) -> tuple[Offer, ...]:
    """Of one group, by type; one that was never seen has its `nominal` size and what all others share (`attributes`).

    One whose size nobody knows is left out, so that nothing is launched for the hope that it fits.
    """
    taken = _taken(daemons)
    made = []
    for name, market in types:
        known = seen.get(name)
        capacity = known.capacity if known else nominal.get(name)
        if capacity is None:
            continue
        interfaces = least_task_interfaces(name, trunking=True) if known and known.trunked else capacity.get("eni", 0)
        left = {r: max(0, amount - taken.get(r, 0)) for r, amount in {**capacity, "eni": interfaces}.items()}
        left |= {r: 0 for r in taken if r.startswith("port:")}
        made.append(Offer(name, left, market, known.sure if known else attributes))
    return tuple(made)


def _taken(daemons: Sequence[Task]) -> dict[str, int]:
    """By one task of each daemon service, as if all ran on every instance."""
    taken: dict[str, int] = {}
    for task in daemons:
        own = task.demands is not None and task.demands.own_interface
        asks = {"cpu": task.cpu_units, "memory": task.memory_mib, "gpu": task.demands.gpus if task.demands else 0}
        for name, amount in {**asks, "eni": int(own)}.items():
            taken[name] = taken.get(name, 0) + amount
        taken |= {f"port:{port}": 1 for port in task.host_ports}
    return taken


def shared_by(seen: Iterable[Registered]) -> Attributes:
    """What all of them are sure to have."""
    found = [each.sure for each in seen]
    if not found:
        return {}
    return {n: v for n, v in found[0].items() if all(n in each and each[n] == v for each in found)}
