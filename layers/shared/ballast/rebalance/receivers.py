"""Where may tasks go? The instances of a part that take some, their free room, and the room that is kept for headroom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from ballast.facts.zones import rooms as not_shifted
from ballast.packing.model import Node, Pool, Shape
from ballast.packing.rooms import STRIDE, Rooms
from ballast.rebalance.asks import Ask, distinct, taken_once, welcomes
from ballast.rebalance.ground import Ground, live
from ballast.rebalance.parts import Part, sharing
from ballast.rebalance.snapshot import Instance, Market
from ballast.value import dataclass

KEEPER = "headroom"  # stands in the rooms as an instance that holds what is kept free, and is emptied first
SPARE = " (spare)"
ON_DEMAND = " (from on-demand)"


def receivers(ground: Ground, part: Part) -> list[Instance]:
    """Of any age, for tasks by launch type also those of other parts.

    Without those that ECS or EC2 is about to take, and zones that a zonal shift moves away from.
    """
    there = [i for each in sharing(ground.parts, part) for i in live(each) if not i.warned]
    groups = [group.capacity for group in ground.snapshot.groups]
    if not any(group.shift for group in groups):
        return there
    kept = {host.instance_id for host in not_shifted([i.host for i in there], groups)}
    return [i for i in there if i.id in kept]


@dataclass(frozen=True, slots=True)
class Coming:
    """Room of instances that are not there yet, for what asks for no attribute, and for the asks that are `welcome`."""

    rooms: Sequence[Mapping[str, int]]
    welcome: Collection[str] = ()


class Places:
    """Tasks on trial: an instance is emptied onto the others, behind the headroom. `homeless`: headroom without a place."""

    def __init__(
        self,
        ground: Ground,
        there: Sequence[Instance],
        headroom: Mapping[str, int],
        *,
        asked: Iterable[str],
        onto: frozenset[str] | None = None,
        taken: Mapping[str, Mapping[str, int]] | None = None,
        coming: Coming | None = None,
    ) -> None:
        """`asked`: names of the asks that may be moved; `onto`: ids of those that take them, None for all.

        `taken`: what each instance has got besides, by its id, once an earlier trial has come true. `coming`:
        instances that are not there yet.
        """
        asks = [ground.asks.by_name[name] for name in sorted({*asked, *headroom})]
        moving = frozenset(ground.asks.by_name[name].group for name in asked)
        self._index = {instance.id: number for number, instance in enumerate(there, 1)}
        self._there = there
        self._on_demand = frozenset(i.id for i in there if i.market is Market.ON_DEMAND)
        self._mixed = 0 < len(self._on_demand) < len(there)
        shapes: dict[str, Shape] = {}
        for ask in asks:
            may = _welcoming(there, ask, moving)
            shapes[ask.name + SPARE] = Shape(ask.name + SPARE, ask.requirements, None, may)
            taking = _both(may, onto)
            if taking is not None and coming and ask.name in coming.welcome:
                taking |= {f"coming {number}" for number in range(len(coming.rooms))}
            shapes[ask.name] = Shape(ask.name, ask.requirements, None, taking)
            if self._mixed:
                name = ask.name + ON_DEMAND
                shapes[name] = Shape(name, ask.requirements, None, _both(taking, self._on_demand))
        got = {i: [(ground.asks.by_name[name], n) for name, n in each.items()] for i, each in (taken or {}).items()}
        apart = sorted({ask.group for ask in asks if distinct(ask.group) in ask.requirements})
        rooms = {i.id: {**ground.room(i), **(taken_once(i, apart) if apart else {})} for i in there}
        pools = {i.id: Pool(i.id, i.instance_type, less(rooms[i.id], got.get(i.id, ())), 0.0) for i in there}
        pools |= {
            f"coming {number}": Pool("", "", room, 0.0) for number, room in enumerate(coming.rooms if coming else ())
        }
        nodes = [Node(KEEPER, KEEPER, {}), *(Node(name, name, {}) for name in pools)]
        self._rooms = Rooms(nodes, shapes, {KEEPER: Pool(KEEPER, "", {}, 0.0), **pools})
        self._kept = {name + SPARE: copies for name, copies in headroom.items()}
        self._rooms.stride = len(nodes)  # each is looked at, as what finds no room here is bought for
        self.homeless = self._rooms.empty(0, self._kept)
        self._rooms.remove(0)
        self._rooms.stride = STRIDE

    @property
    def homeless_tasks(self) -> dict[str, int]:
        return {name.removesuffix(SPARE): copies for name, copies in self.homeless.items()}

    def empty(self, instance: Instance, load: Mapping[str, int]) -> dict[str, int]:
        """Moves it on trial; what finds no place, by ask. `keep` or `remove` decides. On-demand tasks do not go onto Spot."""
        return self._empty(instance, self._named(instance, load))

    def homeless_reversed(self, gone: Sequence[Instance], loads: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
        """What finds no place if all of them go at once and the tasks of the least memory come first; by ask, and taken back.

        ECS starts the tasks of draining instances in an order of its own, so this one and the one of `empty` are both proof.
        """
        joint = sum((self._named(instance, loads[instance.id]) for instance in gone), Counter[str]())
        rest: dict[str, int] = {}
        self._rooms.order.reverse()
        for instance in gone:
            rest |= self._empty(instance, joint if instance is gone[-1] else Counter())
            self.remove(instance)
        for _ in gone:
            self.put_back()
        self._rooms.order.reverse()
        return rest

    def _empty(self, instance: Instance, names: Counter[str]) -> dict[str, int]:
        number = self._index[instance.id]
        rest = self._rooms.empty(number, names + Counter(self._rooms.received[number]))
        return {name.removesuffix(ON_DEMAND): copies for name, copies in rest.items()}

    def _named(self, instance: Instance, load: Mapping[str, int]) -> Counter[str]:
        suffix = ON_DEMAND if self._mixed and instance.id in self._on_demand else ""
        return Counter({name + suffix: copies for name, copies in load.items()})

    def keep(self, instance: Instance) -> None:
        self._rooms.keep(self._index[instance.id])

    def remove(self, instance: Instance) -> None:
        self._rooms.remove(self._index[instance.id])

    def put_back(self) -> None:
        """Takes the last `remove` back."""
        self._rooms.put_back()

    def received(self, instance_id: str) -> Mapping[str, int]:
        """Tasks that it gets, by ask; no headroom."""
        got = self._rooms.received[self._index[instance_id]]
        tasks: Counter[str] = Counter()
        for name, copies in got.items():
            if copies and not name.endswith(SPARE):
                tasks[name.removesuffix(ON_DEMAND)] += copies
        return tasks

    @property
    def all_received(self) -> dict[str, Mapping[str, int]]:
        return {i.id: got for i in self._there if (got := self.received(i.id))}


def less(room: dict[str, int], taken: Iterable[tuple[Ask, int]]) -> dict[str, int]:
    """The room itself, without what is taken."""
    for ask, copies in taken:
        for name, amount in ask.requirements.items():
            room[name] = room.get(name, 1 if name.startswith("port:") else 0) - amount * copies
    return room


def _welcoming(there: Sequence[Instance], ask: Ask, moving: frozenset[str]) -> frozenset[str] | None:
    if ask.unknown:
        return frozenset()
    if ask.anywhere:
        return None
    return frozenset(i.id for i in there if welcomes(i, ask, moving))


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other
