"""Which instances can be given back?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ballast.packing.bound import fluid
from ballast.packing.checks import checked_nodes, checked_pools, checked_shapes, check_budget
from ballast.packing.model import Consolidation, Node, PlannedInstances, Pool, Shape, UnplaceableError
from ballast.packing.planning import cheap_plan, in_callers_words
from ballast.packing.problem import Problem
from ballast.packing.rooms import Load, Rooms


class Fleet(NamedTuple):
    nodes: list[Node]
    shapes: dict[str, Shape]
    pools: dict[str, Pool]
    budget: int
    move: float  # $/h that moving one task must save

    def price(self, node: int) -> float:
        return self.pools[self.nodes[node].pool].price_usd_per_hour

    def gain(self, node: int) -> float:
        """What giving this instance back saves, net of its moves, if its tasks find room elsewhere."""
        return self.price(node) - self.move * sum(self.nodes[node].load.values())


def plan_consolidation(
    nodes: Iterable[Node],
    shapes: Iterable[Shape],
    pools: Iterable[Pool],
    *,
    budget: int,
    saving_per_move_usd_per_hour: float,
    may_remove: Callable[[Node], bool] = lambda _node: True,
) -> Consolidation:
    shapes_by_name = checked_shapes(shapes)
    pools_by_name = checked_pools(pools, shapes_by_name.values())
    check_budget(budget, saving_per_move_usd_per_hour)
    fleet = Fleet(
        checked_nodes(nodes, shapes_by_name, pools_by_name), shapes_by_name, pools_by_name, budget, saving_per_move_usd_per_hour
    )
    candidates = [i for i, node in enumerate(fleet.nodes) if may_remove(node) and fleet.gain(i) > 0]
    values = fair_values(fleet)
    worth = [sum([values.get(name, 0.0) * copies for name, copies in node.load.items()]) for node in fleet.nodes]
    dearest = sorted(candidates, key=lambda i: (-fleet.gain(i), fleet.nodes[i].id))
    emptiest = sorted(candidates, key=lambda i: (worth[i] / fleet.gain(i), fleet.nodes[i].id))
    choices = [sweep(fleet, dearest, {}), sweep(fleet, emptiest, {}), sweep(fleet, emptiest, values), sweep(fleet, dearest, values)]
    return max(choices, key=lambda c: c.saving_usd_per_hour - fleet.move * c.moves)


def fair_values(fleet: Fleet) -> dict[str, float]:
    """$/h of a copy of each shape on well-filled new instances, by name; without the shapes that fit on none."""
    demand: Counter[Shape] = Counter()
    for node in fleet.nodes:
        for name, copies in node.load.items():
            demand[fleet.shapes[name]] += copies
    try:
        problem = Problem(demand, fleet.pools.values())
    except UnplaceableError as error:
        misfits = {misfit.shape for misfit in error.misfits}
        problem = Problem({s: n for s, n in demand.items() if s.name not in misfits}, fleet.pools.values())
    if not problem.needs:
        return {}
    values = fluid(problem).values
    return {name: value for copies, value in zip(problem.copies_by_name, values, strict=True) for name in copies}


def sweep(fleet: Fleet, order: Sequence[int], values: Mapping[str, float]) -> Consolidation:
    rooms = Rooms(fleet.nodes, fleet.shapes, fleet.pools)
    removed: list[int] = []
    homeless: Counter[str] = Counter()
    for i in order:
        if len(removed) == fleet.budget:
            break
        load = Counter(fleet.nodes[i].load)
        load.update(rooms.received[i])
        rest = rooms.empty(i, load)
        cost = sum([values.get(name, float("inf")) * copies for name, copies in rest.items()]) * 1.01
        if fleet.gain(i) <= cost:
            rooms.keep(i)
            continue
        rooms.remove(i)
        removed.append(i)
        homeless.update(rest)
    launch: tuple[PlannedInstances, ...] = ()
    if homeless:
        problem = Problem({fleet.shapes[name]: n for name, n in homeless.items()}, fleet.pools.values())
        launch = in_callers_words(problem, cheap_plan(problem, fluid(problem), {}))
    price = {name: pool.price_usd_per_hour for name, pool in fleet.pools.items()}
    return Consolidation(
        remove=tuple(fleet.nodes[i].id for i in removed),
        launch=launch,
        placements={fleet.nodes[i].id: got for i, got in enumerate(rooms.received) if got},
        moves=sum(sum(fleet.nodes[i].load.values()) for i in removed),
        saving_usd_per_hour=sum(fleet.price(i) for i in removed) - sum(price[p.pool] * p.count for p in launch),
    )
