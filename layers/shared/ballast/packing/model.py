"""What do we pack, into what, and what comes out? The values that callers build and receive.

Named tuples, because `dataclasses` costs more to import than all of this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Shape(NamedTuple):
    """Tasks that are interchangeable for placement: one service, or one task definition and its constraints.

    `requirements` of one copy: "cpu" in CPU units (1024 = 1 vCPU), "memory" in MiB, "gpu" and "eni" in pieces,
    "port:tcp:8080" as 1. `copies_per_instance` is the most that one instance may hold (1 for `distinctInstance`).
    `pools` names the pools it may use, None means any.
    """

    name: str
    requirements: Mapping[str, int]
    copies_per_instance: int | None = None
    pools: frozenset[str] | None = None

    def __hash__(self) -> int:  # requirements are a dict
        return hash(self.name)


class Pool(NamedTuple):
    """One instance type that can be bought, usually one Auto Scaling group.

    `capacity` is what is left for tasks: the instance's `registeredResources` less what daemon tasks take. A resource
    that is absent is 0, except a port ("port:tcp:8080"): every instance has each port once unless it says 0.
    """

    name: str
    instance_type: str
    capacity: Mapping[str, int]
    price_usd_per_hour: float


class Node(NamedTuple):
    """An instance that runs now: `pool` is a pool's name, `load` is copies by shape name."""

    id: str
    pool: str
    load: Mapping[str, int]


class Bound(NamedTuple):
    """No plan can cost less; `value_by_shape` is the fair price of one copy, in $/h by shape name.

    The sum of value x copies over the demand is the bound.
    """

    usd_per_hour: float
    value_by_shape: Mapping[str, float]


class PlannedInstances(NamedTuple):
    """Launch `count` instances of `pool`, each with room for `load` (copies by shape name)."""

    pool: str
    load: Mapping[str, int]
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody counts with


class CapacityPlan(NamedTuple):
    """What to buy for a demand; together the loads are exactly the demand."""

    instances: tuple[PlannedInstances, ...]
    usd_per_hour: float
    lower_bound_usd_per_hour: float


class Consolidation(NamedTuple):
    """Which instances to give back, and the proof that their tasks have somewhere to go.

    `placements` (copies by shape name, by receiving node id) and the loads of `launch` together are exactly the
    loads of `remove`. `launch` empty means that nothing has to be bought first. `moves` counts the tasks that
    restart. `saving_usd_per_hour` is prices removed less prices launched; the price of the moves is not deducted.
    """

    remove: tuple[str, ...]
    launch: tuple[PlannedInstances, ...]
    placements: Mapping[str, Mapping[str, int]]
    moves: int
    saving_usd_per_hour: float


class Explanation(NamedTuple):
    """A cost in $/h and its parts.

    Bound: what split tasks and instances would cost. Granularity: lost because they cannot be split. Fragmentation:
    lost because the fleet is not the planned one; consolidation can win it back.
    """

    usd_per_hour: float
    bound_usd_per_hour: float
    granularity_usd_per_hour: float
    fragmentation_usd_per_hour: float


def explain(plan: CapacityPlan, *, fleet_usd_per_hour: float | None = None) -> Explanation:
    """The parts of the plan's cost, or of what a fleet costs now that runs the demand of the plan.

    A fleet that costs less than the plan is better than it: then it has no fragmentation.
    """
    cost = plan.usd_per_hour if fleet_usd_per_hour is None else fleet_usd_per_hour
    planned = min(plan.usd_per_hour, cost)
    return Explanation(
        usd_per_hour=cost,
        bound_usd_per_hour=plan.lower_bound_usd_per_hour,
        granularity_usd_per_hour=planned - plan.lower_bound_usd_per_hour,
        fragmentation_usd_per_hour=cost - planned,
    )
