"""What may go at once? Of a group, its zones and its subnets, while instances of it are taken out one by one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace

from ballast.rebalance.floor import Size
from ballast.rebalance.ground import Ground, live
from ballast.rebalance.parts import Part, whose
from ballast.rebalance.snapshot import Instance
from ballast.rebalance.stays import Stay, Why
from ballast.records.rebalancing import Move
from ballast.value import dataclass

SUBNET_DRAINS = 5  # their tasks' replacements take addresses before the old ones give theirs back


@dataclass(frozen=True, slots=True)
class Limits:
    """`empties`: how many without tasks there are, which `unpacked` tasks may fill."""

    size: Size
    empties: int
    zones: Mapping[str, int]
    subnets: Mapping[str, int] = field(default_factory=dict)
    busy_gone: int = 0
    empty_gone: int = 0
    moved: int = 0  # tasks that may fill empty instances

    @staticmethod
    def of(ground: Ground, part: Part) -> Limits:
        """With what is under way taken as done, as no plan may count on what goes."""
        there = live(part)
        busy = sum(ground.is_busy(i) for i in there)
        going = [i for i in part.instances if any(m.instance_id == i.id for m in part.moves)]
        filled = min(len(there) - busy, sum(unpacked(ground, i) for i in going))
        group, provider = part.group, part.provider
        decrements = sum(move.phase != "terminating" and not _comes_back(move) for move in part.moves)
        desired = group.capacity.desired - decrements if group else 0
        target = provider.target_percent if provider and provider.managed_scaling else None
        zones = Counter(dict.fromkeys(group.capacity.zones if group else (), 0))
        zones.update(i.zone for i in there)
        subnets = Counter(i.subnet for i in going if i.subnet)
        size = Size(len(there), desired, busy + filled, group.min_size if group else 0, target)
        return Limits(size, max(0, len(there) - busy - filled), zones, subnets)

    def objection(self, instance: Instance, unpacked_tasks: int, *, empty: bool = False) -> Stay | None:
        """Why this one may not go as well. `unpacked_tasks`: those of it that ECS may place on an empty instance."""
        filled = min(self.empties - self.empty_gone - empty, self.moved + unpacked_tasks)
        busy, gone = self.busy_gone + (not empty), self.empty_gone + empty
        if why := self.size.below_minimum(busy + gone):
            return Stay(Why.GROUP_MINIMUM, why)
        if why := self.size.undone(busy, gone, max(0, filled)):
            return Stay(Why.MANAGED_FLOOR, why)
        before, after = (
            _spread(self.zones),
            _spread({**self.zones, instance.zone: self.zones.get(instance.zone, 0) - 1}),
        )
        if after > max(1, before):
            return Stay(
                Why.ZONE,
                f"without it the zones would differ by {after} instances; they are kept even, as AZRebalance does it",
            )
        if instance.subnet and not empty and self.subnets.get(instance.subnet, 0) >= SUBNET_DRAINS:
            return Stay(Why.NEXT, f"{SUBNET_DRAINS} instances of its subnet go already")
        return None

    def with_joined(self, number: int) -> Limits:
        """Once so many new ones have joined, which stand empty until tasks come; their zones nobody knows."""
        size = replace(self.size, now=self.size.now + number, desired=self.size.desired + number)
        return replace(self, size=size, empties=self.empties + number)

    def without(self, instance: Instance, unpacked_tasks: int, *, empty: bool = False) -> Limits:
        """Once it has gone."""
        zones = {**self.zones, instance.zone: self.zones.get(instance.zone, 0) - 1}
        subnets = self.subnets
        if instance.subnet:
            subnets = {**subnets, instance.subnet: subnets.get(instance.subnet, 0) + 1}
        changed = replace(self, zones=zones, subnets=subnets, moved=self.moved + unpacked_tasks)
        return replace(changed, busy_gone=self.busy_gone + (not empty), empty_gone=self.empty_gone + empty)


@dataclass(frozen=True, slots=True)
class LimitsOfSeveral:
    """Of parts of which instances go in the same round. The addresses of a subnet are one stock, whoever drains there."""

    part_of: Mapping[str, str]  # by instance id
    limits: Mapping[str, Limits]  # by part

    @staticmethod
    def of(ground: Ground, parts: Sequence[Part]) -> LimitsOfSeveral:
        found = {part.name: Limits.of(ground, part) for part in parts}
        subnets = sum((Counter(each.subnets) for each in found.values()), Counter[str]())
        limits = {name: replace(each, subnets=subnets) for name, each in found.items()}
        return LimitsOfSeveral({i: part.name for i, part in whose(parts).items()}, limits)

    def objection(self, instance: Instance, unpacked_tasks: int, *, empty: bool = False) -> Stay | None:
        return self.limits[self.part_of[instance.id]].objection(instance, unpacked_tasks, empty=empty)

    def with_joined(self, part: str, number: int) -> LimitsOfSeveral:
        """Once so many new ones have joined in that part."""
        return replace(self, limits={**self.limits, part: self.limits[part].with_joined(number)})

    def without(self, instance: Instance, unpacked_tasks: int, *, empty: bool = False) -> LimitsOfSeveral:
        own = self.part_of[instance.id]
        after = self.limits[own].without(instance, unpacked_tasks, empty=empty)
        limits = {name: replace(each, subnets=after.subnets) for name, each in self.limits.items()}
        return replace(self, limits=limits | {own: after})


def _comes_back(move: Move) -> bool:
    """Whether its group was raised for it, so that its end only takes that back."""
    return bool(move.launched) and move.home == move.group


def unpacked(ground: Ground, instance: Instance) -> int:
    """Tasks of it that ECS may place on an empty instance: all but those of services that pack."""
    asks, packing = ground.asks.by_name, ground.packing
    return sum(copies for name, copies in ground.loads[instance.id].items() if asks[name].service not in packing)


def in_turn(order: Iterable[Instance], attempt: Callable[[Instance], Why | None]) -> list[Instance]:
    """Those that went, in their order; `attempt` says why one stays. One kept for its zone has its turn when that opens."""
    gone: list[Instance] = []
    kept: dict[str, deque[Instance]] = {}

    def again() -> bool:
        for waiting in kept.values():
            while waiting and (why := attempt(waiting[0])) is not Why.ZONE:
                instance = waiting.popleft()
                if why is None:
                    gone.append(instance)
                    return True
        return False

    for instance in order:
        why = attempt(instance)
        if why is Why.ZONE:
            kept.setdefault(instance.zone, deque()).append(instance)
        elif why is None:
            gone.append(instance)
            while again():
                pass
    return gone


def _spread(zones: Mapping[str, int]) -> int:
    return max(zones.values()) - min(zones.values()) if zones else 0
