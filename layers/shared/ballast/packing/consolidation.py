"""Which instances can be given back, and where do their tasks go?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ballast.packing.bound import fluid
from ballast.packing.checks import UnplaceableError, check_budget, checked_nodes, checked_pools, checked_shapes
from ballast.packing.model import Consolidation, Node, Pool, Shape
from ballast.packing.planning import cheap_plan, in_callers_words
from ballast.packing.problem import Problem
from ballast.packing.rooms import Rooms

MARGIN = 1.01  # what does not fit perfectly costs a little more than its fair value
PATIENCE = 100  # instances without room, then the quick sweep gives up


class Fleet(NamedTuple):
    """What is asked: instances by number, and $/h that moving one task must save."""

    nodes: list[Node]
    shapes: dict[str, Shape]
    pools: dict[str, Pool]
    budget: int
    move: float

    def price(self, node: int) -> float:
        return self.pools[self.nodes[node].pool].price_usd_per_hour

    def gain(self, node: int) -> float:
        """What giving the instance back saves, net of its moves, if its tasks find room elsewhere."""
        return self.price(node) - self.move * sum(self.nodes[node].load.values())


def plan_consolidation(
    nodes: Iterable[Node],
    shapes: Iterable[Shape],
    pools: Iterable[Pool],
    *,
    budget: int,
    saving_per_move_usd_per_hour: float,
    may_remove: Callable[[Node], bool] = lambda _: True,
) -> Consolidation:
    """The instances to give back: at most `budget`, for the largest saving net of moves.

    Tasks go first into free room on instances that stay; for those that find none, cheaper instances are launched,
    if that still pays. Every move saves `saving_per_move_usd_per_hour` on average, and so does every removed instance.
    The result may be empty. All work is bounded by counts. Raises ValueError if the input makes no sense.
    """
    by_name = checked_shapes(shapes)
    offers = checked_pools(pools, by_name.values())
    check_budget(budget, saving_per_move_usd_per_hour)
    fleet = Fleet(checked_nodes(nodes, by_name, offers), by_name, offers, budget, saving_per_move_usd_per_hour)
    gain = [fleet.gain(i) for i in range(len(fleet.nodes))]
    candidates = [i for i, node in enumerate(fleet.nodes) if gain[i] > 0 and may_remove(node)]

    # Where free room abounds, the dearest instances are the best choice, and nothing has to be launched.
    dearest = sorted(candidates, key=lambda i: (-gain[i], fleet.nodes[i].id))
    choices = [sweep(fleet, dearest, {})]
    if set(choices[0].remove) != {fleet.nodes[i].id for i in dearest[:budget]}:
        # Where it does not, those go first that gain most for their price and for the room that their tasks will take.
        values = fair_values(fleet)
        effort = [sum([values.get(s, 0.0) * n for s, n in node.load.items()]) for node in fleet.nodes]
        effort = [worth + 3 * fleet.price(i) for i, worth in enumerate(effort)]  # 3: the best of 0, 1 and 3
        for offset in (0.0, sum(effort) / len(effort)):
            order = sorted(candidates, key=lambda i: (-gain[i] / (effort[i] + offset), fleet.nodes[i].id))
            choices.append(sweep(fleet, order, values))
            if len(choices[-1].remove) < budget:
                break  # the budget does not bind: dear or cheap does not matter
    best = max(choices, key=lambda c: c.saving_usd_per_hour - fleet.move * c.moves)
    pays = best.saving_usd_per_hour > 0 and best.saving_usd_per_hour >= fleet.move * best.moves
    return best if pays else Consolidation((), (), {}, 0, 0.0)


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
        placeable = {shape: copies for shape, copies in demand.items() if shape.name not in misfits}
        problem = Problem(placeable, fleet.pools.values())
    values = fluid(problem).values
    return {name: v for copies, v in zip(problem.copies_by_name, values, strict=True) for name in copies}


def sweep(fleet: Fleet, order: Sequence[int], values: Mapping[str, float]) -> Consolidation:
    """Empties one instance after the other, if that pays; tasks without a place are worth a launch at `values`.

    An instance that received tasks may be emptied later in turn: its guests then go on to another, and still move once.
    """
    rooms = Rooms(fleet.nodes, fleet.shapes, fleet.pools)
    removed: list[int] = []
    homeless: Counter[str] = Counter()
    failures = 0
    for i in order:
        if len(removed) == fleet.budget or (failures == PATIENCE and not values):
            break
        rest = rooms.empty(i, Counter(fleet.nodes[i].load) + Counter(rooms.received[i]))
        launches = sum([values.get(name, float("inf")) * copies for name, copies in rest.items()])
        if fleet.gain(i) > launches * MARGIN:
            rooms.remove(i)
            removed.append(i)
            homeless.update(rest)
        else:
            rooms.keep(i)
            failures += 1
    problem = Problem({fleet.shapes[name]: copies for name, copies in homeless.items()}, fleet.pools.values())
    launch = in_callers_words(problem, cheap_plan(problem, fluid(problem), {}))
    bought = sum([fleet.pools[p.pool].price_usd_per_hour * p.count for p in launch])
    return Consolidation(
        remove=tuple(fleet.nodes[i].id for i in removed),
        launch=launch,
        placements={fleet.nodes[i].id: load for i, load in enumerate(rooms.received) if load},
        moves=sum([sum(fleet.nodes[i].load.values()) for i in removed]),
        saving_usd_per_hour=sum([fleet.price(i) for i in removed]) - bought,
    )
