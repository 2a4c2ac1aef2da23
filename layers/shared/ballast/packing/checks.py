"""Does the input make sense? One sentence about the first thing that does not, or about all that has no place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ballast.errors import BallastError
from ballast.packing.model import Node, Pool, Shape


class Misfit(NamedTuple):
    """Why a shape fits no pool that it may use: one copy needs `required`, the pool that comes nearest has `largest`."""

    shape: str
    resource: str
    required: int
    largest: int


class UnplaceableError(BallastError):
    """Some shapes fit no pool that they may use; `misfits` has one entry for each of them."""

    def __init__(self, misfits: tuple[Misfit, ...]) -> None:
        self.misfits = misfits
        reasons = (f"'{m.shape}' needs {m.required} {m.resource}, the largest on offer is {m.largest}" for m in misfits)
        super().__init__(f"Some shapes fit no pool: {'; '.join(reasons)}.")


def checked_demand(demand: Mapping[Shape, int]) -> Mapping[Shape, int]:
    checked_shapes(demand)
    for shape, copies in demand.items():
        _check_count(copies, f"the number of copies of shape '{shape.name}'")
    return demand


def checked_shapes(shapes: Iterable[Shape]) -> dict[str, Shape]:
    """The shapes by name; raises ValueError for duplicate names and for negative requirements or limits below 1."""
    by_name = _by_key(((shape.name, shape) for shape in shapes), "shapes have the name")
    for shape in by_name.values():
        for resource, amount in shape.requirements.items():
            _check_count(amount, f"the {resource} requirement of shape '{shape.name}'")
        limit = shape.copies_per_instance
        if limit is not None and limit < 1:
            raise ValueError(f"Shape '{shape.name}' allows {limit} copies per instance; it must be 1 or more, or None.")
    return by_name


def checked_pools(pools: Iterable[Pool], shapes: Iterable[Shape]) -> dict[str, Pool]:
    """The pools by name; raises ValueError for bad pools, and for shapes that name a pool that there is not."""
    by_name = _by_key(((pool.name, pool) for pool in pools), "pools have the name")
    for pool in by_name.values():
        for resource, amount in pool.capacity.items():
            _check_count(amount, f"the {resource} capacity of pool '{pool.name}'")
        check_money(pool.price_usd_per_hour, f"the price of pool '{pool.name}'")
    for shape in shapes:
        if unknown := sorted((shape.pools or frozenset()) - by_name.keys()):
            raise ValueError(f"Shape '{shape.name}' may use pool '{unknown[0]}', but there is no such pool.")
    return by_name


def checked_nodes(nodes: Iterable[Node], shapes: Mapping[str, Shape], pools: Mapping[str, Pool]) -> list[Node]:
    """The nodes; raises ValueError for duplicate ids, negative loads and unknown pools or shapes."""
    by_id = _by_key(((node.id, node) for node in nodes), "nodes have the id")
    for node in by_id.values():
        if node.pool not in pools:
            raise ValueError(f"Node '{node.id}' is in pool '{node.pool}', but there is no such pool.")
        for name, copies in node.load.items():
            if name not in shapes:
                raise ValueError(f"Node '{node.id}' holds shape '{name}', but there is no such shape.")
            _check_count(copies, f"the number of copies of shape '{name}' on node '{node.id}'")
    return list(by_id.values())


def check_budget(budget: int, saving_per_move_usd_per_hour: float) -> None:
    _check_count(budget, "the budget of instances")
    check_money(saving_per_move_usd_per_hour, "the saving per move")


def check_money(usd: float, what: str) -> None:
    if not (math.isfinite(usd) and usd >= 0):
        raise ValueError(f"{what[0].upper()}{what[1:]} is {usd} $/h; it must be 0 or more.")


def _check_count(amount: int, what: str) -> None:
    if not isinstance(amount, int) or amount < 0:
        raise ValueError(f"{what[0].upper()}{what[1:]} is {amount}; it must be a whole number, 0 or more.")


def _by_key[T](named: Iterable[tuple[str, T]], what: str) -> dict[str, T]:
    by_key: dict[str, T] = {}
    for key, thing in named:
        if key in by_key:
            raise ValueError(f"Two {what} '{key}'.")
        by_key[key] = thing
    return by_key
