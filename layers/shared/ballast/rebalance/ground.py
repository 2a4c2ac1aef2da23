"""What several methods work out from one snapshot, once: sizes, loads, services, prices and fair values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

from ballast.facts.task import TaskKind
from ballast.packing.bound import lower_bound
from ballast.packing.checks import UnplaceableError
from ballast.packing.model import Pool, Shape
from ballast.policy.rebalancing import RebalancePolicy
from ballast.rebalance.asks import Amounts, Ask, Asks, free_room, offered
from ballast.rebalance.parts import Part, parts, serving, sharing
from ballast.rebalance.prices import Prices
from ballast.rebalance.services import why_not_moved
from ballast.rebalance.snapshot import Group, Instance, Offer, Snapshot
from ballast.rebalance.stays import Stay

type Load = Mapping[str, int]  # copies by the name of an ask
FEW = 40  # asks; of more of them, sizes are made coarse where nothing is promised by them
BITS = 2  # that are kept of an amount then


class Ground:
    """Not a value: it remembers what it has worked out."""

    def __init__(self, snapshot: Snapshot, policy: RebalancePolicy, now: datetime) -> None:
        self.snapshot, self.policy, self.now = snapshot, policy, now
        self.asks = Asks(snapshot.services)
        self.prices = Prices(snapshot.prices, policy.price_factors)
        self.parts = parts(snapshot)
        self.kept_free: dict[tuple[str, frozenset[str]], Mapping[str, int]] = {}  # by part: where nothing moves
        self.holds: set[str] = set()  # keys of pages whose cause lasts
        self._services: dict[str, Stay | None] = {}
        self._values: dict[str, Mapping[str, float]] = {}
        self._rooms: dict[str, Amounts] = {}
        self._demands: dict[str, Counter[str]] = {}

    @cached_property
    def loads(self) -> Mapping[str, Load]:
        """By instance id what would have to move: no daemons, and nothing that is told to stop. Empty where nobody looked."""
        return {i.id: self._load(i) for i in self.snapshot.instances}

    def _load(self, instance: Instance) -> Load:
        moving = (t for t in instance.tasks or () if t.kind is not TaskKind.DAEMON and not t.ordered)
        return Counter([self.asks.of(task).name for task in moving])

    @cached_property
    def packing(self) -> frozenset[str]:
        """Services whose tasks ECS puts where other tasks are."""
        return frozenset(name for name, workload in self.snapshot.services.items() if workload.packs)

    def service_stays(self, name: str) -> Stay | None:
        if name not in self._services:
            self._services[name] = why_not_moved(name, self.snapshot.services.get(name), self.policy, self.now)
        return self._services[name]

    def is_busy(self, instance: Instance) -> bool:
        """Whether a task holds it, or nobody knows."""
        if instance.tasks is None:
            return instance.host.running_tasks + instance.host.pending_tasks > 0
        return any(t.kind is not TaskKind.DAEMON and not t.stopped for t in instance.tasks)

    def room(self, instance: Instance) -> Amounts:
        """What is left on it; not to be changed."""
        if instance.id not in self._rooms:
            self._rooms[instance.id] = free_room(instance)
        return self._rooms[instance.id]

    def price(self, instance: Instance) -> float | None:
        return self.prices.of(instance)

    def pools(self, part: Part, asks: Iterable[Ask]) -> tuple[list[Pool], dict[str, frozenset[str] | None]]:
        """What may be launched for its tasks, where a price is known, and by ask the names of those that welcome it."""
        groups = [p.group for p in sharing(self.parts, part) if p.group]
        offers = [(g, o, self.prices.offered(o.instance_type, o.market, zones(g))) for g in groups for o in g.offers]
        known = [(g, _name(g, o), o, usd) for g, o, usd in offers if usd is not None]
        made = [Pool(name, o.instance_type, clean(o.capacity), usd) for _, name, o, usd in known]
        allowed = {}
        for ask in asks:
            names = frozenset(name for group, name, o, _ in known if offered(o, ask, zones(group)))
            allowed[ask.name] = None if len(names) == len(known) else names
        return made, allowed

    def demand(self, part: Part) -> Counter[str]:
        """What runs there, by ask."""
        if part.name not in self._demands:
            total = self._demands[part.name] = Counter()
            for instance in part.instances:
                total.update(self.loads[instance.id])
        return self._demands[part.name]

    def values(self, part: Part) -> Mapping[str, float]:
        """A fair price of one copy of each ask on what its group may launch, in $/h; without those that fit on nothing.

        Of all tasks of the cluster whose groups offer the same, so that what is planned for some fits in with the rest.
        """
        if part.name not in self._values:
            alike = [p for p in self.parts if self._offers(p) == self._offers(part)]
            demand: Counter[str] = Counter()
            for each in alike:
                demand.update(self.demand(each))
            self._values |= dict.fromkeys((p.name for p in alike), self._valued(part, demand))
        return self._values[part.name]

    def _offers(self, part: Part) -> tuple[tuple[str, ...], ...]:
        pools, _ = self.pools(part, ())
        return tuple(
            sorted((p.instance_type, *map(str, sorted(p.capacity.items())), str(p.price_usd_per_hour)) for p in pools)
        )

    def worth(self, part: Part, instance: Instance) -> float:
        """What its tasks would cost on well-filled new instances, in $/h."""
        values = self.values(part)
        return sum([values.get(name, 0.0) * n for name, n in self.loads[instance.id].items()])

    def _valued(self, part: Part, demand: Mapping[str, int]) -> Mapping[str, float]:
        pools, shapes = self.shaped(part, demand, coarse=True)
        placeable = without_misfits({shapes[name]: n for name, n in demand.items()}, pools)
        found = lower_bound(placeable, pools).value_by_shape if placeable else {}
        return {name: found[shape.name] for name, shape in shapes.items() if shape.name in found}

    def shaped(self, part: Part, names: Iterable[str], *, coarse: bool = False) -> tuple[list[Pool], dict[str, Shape]]:
        """The pools, and each ask as a shape for them; with `coarse` many that are alike become equal, so it is fast."""
        asks = [self.asks.by_name[name] for name in names]
        pools, allowed = self.pools(part, asks)
        coarse = coarse and len(asks) > FEW
        needs = {a.name: _coarse(a.requirements) if coarse else a.requirements for a in asks}
        return pools, {a.name: Shape(a.name, needs[a.name], None, allowed[a.name]) for a in asks}


def clean(capacity: Mapping[str, int]) -> dict[str, int]:
    """Without amounts below 0, which nothing has."""
    return {name: max(0, int(amount)) for name, amount in capacity.items()}


def without_misfits(demand: Mapping[Shape, int], pools: Iterable[Pool]) -> dict[Shape, int]:
    """The part of the demand that fits on some pool, one copy alone."""
    from ballast.packing.problem import Problem  # noqa: PLC0415 - to try is how packing tells it

    try:
        Problem(demand, pools)
    except UnplaceableError as error:
        misfits = {misfit.shape for misfit in error.misfits}
        return {shape: copies for shape, copies in demand.items() if shape.name not in misfits}
    return dict(demand)


def zones(group: Group) -> tuple[str, ...]:
    return tuple(sorted(group.capacity.zones)) or ("",)


def live(part: Part) -> list[Instance]:
    """Those that serve and are not on their way out by a move of ours."""
    going = {move.instance_id for move in part.moves}
    return [i for i in serving(part.instances) if i.id not in going]


def _name(group: Group, offer: Offer) -> str:
    return f"{group.name} {offer.instance_type} {offer.market}"


def _coarse(requirements: Mapping[str, int]) -> dict[str, int]:
    """With two leading bits of each amount: 1,536 for 1,700. Rounded down, so that what fitted still does."""
    shifts = {name: max(0, amount.bit_length() - BITS) for name, amount in requirements.items()}
    return {name: amount >> shifts[name] << shifts[name] for name, amount in requirements.items()}
