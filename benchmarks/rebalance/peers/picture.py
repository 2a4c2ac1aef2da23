"""What does a peer see? Everything, at once and for free, which is more than it would get from AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ballast.packing.model import Node, Shape
from ballast.packing.problem import Columns
from benchmarks.packing.baselines import World as Packed
from benchmarks.rebalance.day import CLUSTER
from benchmarks.rebalance.mixes import Mix, pools
from simulator.world import World
from simulator.world.autoscaling.group_records import Member
from simulator.world.core.records import ContainerInstance, Status


@dataclass(frozen=True, slots=True)
class Seen:
    """An instance of a group. `host` None: it has not joined yet. `load`: copies of each service that will not stop."""

    id: str
    pool: str
    host: ContainerInstance | None
    launched_at_s: float
    load: Counter[str]

    @property
    def ready(self) -> bool:
        return self.host is not None and self.host.placeable

    @property
    def tasks(self) -> int:
        return self.load.total()


class Picture:
    """`nodes` in the order of their names; those that leave are in `leaving`."""

    def __init__(self, world: World, mix: Mix, shapes: Sequence[Shape]) -> None:
        self.world, self.mix, self.shapes = world, mix, shapes
        seen = [_seen(m) for g in world.groups.groups.values() for m in g.members.values() if not m.leaving]
        seen.sort(key=lambda each: each.id)
        self.nodes = [each for each in seen if each.host is None or each.host.status is Status.ACTIVE]
        self.leaving = [each for each in seen if each.host is not None and each.host.status is Status.DRAINING]

    @cached_property
    def packed(self) -> Packed:
        return Packed(self.shapes, pools(self.mix.types))

    @cached_property
    def columns(self) -> dict[str, int]:
        """Where a resource stands in the vectors of `packed`; not those that no shape asks for."""
        return {name: number for number, name in enumerate(Columns(self.shapes).resources)}

    @property
    def pending(self) -> Counter[str]:
        """Tasks that ECS has found no room for; those that leave a DRAINING instance are among them."""
        services = self.world.clusters[CLUSTER].services.values()
        return Counter({s.name: s.unplaced for s in services if s.unplaced > 0})

    def price(self, seen: Seen) -> float:
        return next(p.price_usd_per_hour for p in pools(self.mix.types) if p.name == seen.pool)

    def packing_nodes(self) -> list[Node]:
        return [Node(each.id, each.pool, each.load) for each in self.nodes if each.ready]

    @property
    def state(self) -> object:
        """Changes whenever a task or an instance does."""
        return tuple((n.id, n.ready, tuple(sorted(n.load.items()))) for n in self.nodes), len(self.leaving)


def _seen(member: Member) -> Seen:
    instance = member.instance
    host = instance.cluster.by_ec2_id.get(instance.id) if instance.cluster else None
    stays = (t for t in (host.unfinished.values() if host else ()) if t.desired_status == "RUNNING" and t.service)
    load = Counter(t.service.name for t in stays if t.service)
    return Seen(instance.id, instance.shape.instance_type, host, instance.launched_at_s, load)
