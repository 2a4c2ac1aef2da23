"""What must hold however the world misbehaves? Each check yields one sentence for each time that it did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulator.invariants.brakes import BRAKE_INVARIANTS
from simulator.invariants.delivery import DELIVERY_INVARIANTS, MALFORMED
from simulator.invariants.drains import DRAIN_INVARIANTS
from simulator.invariants.hooks import HOOK_INVARIANTS
from simulator.invariants.launched_first import LAUNCHED_FIRST_INVARIANTS
from simulator.invariants.ours import OUR_INVARIANTS
from simulator.invariants.pressed import nothing_done_for_who_is_not_listed
from simulator.invariants.rebalanced import REBALANCE_INVARIANTS
from simulator.invariants.repaired import REPAIR_INVARIANTS
from simulator.invariants.replaced import REPLACE_INVARIANTS
from simulator.invariants.rollouts import UPDATE_INVARIANTS
from simulator.invariants.services import SERVICE_INVARIANTS
from simulator.invariants.standstill import every_standstill_is_explained
from simulator.invariants.told import TOLD_INVARIANTS
from simulator.stage import Stage

__all__ = ["INVARIANTS", "MALFORMED", "violations"]

INVARIANTS: tuple[Callable[[Stage], Iterator[str]], ...] = (
    *SERVICE_INVARIANTS,
    *HOOK_INVARIANTS,
    *DRAIN_INVARIANTS,
    *BRAKE_INVARIANTS,
    *OUR_INVARIANTS,
    *TOLD_INVARIANTS,
    *DELIVERY_INVARIANTS,
    *UPDATE_INVARIANTS,
    every_standstill_is_explained,
    nothing_done_for_who_is_not_listed,
    *REPLACE_INVARIANTS,
    *REBALANCE_INVARIANTS,
    *REPAIR_INVARIANTS,
    *LAUNCHED_FIRST_INVARIANTS,
)

# What Ballast does not hold yet, and why: looked at by `make chaos ARGS=--all` only.
PENDING: Mapping[Callable[[Stage], Iterator[str]], str] = {}


def violations(stage: Stage, *, everything: bool = False) -> list[str]:
    """Every broken invariant in words, named by its function; `everything`: those of PENDING as well."""
    checks = [check for check in INVARIANTS if everything or check not in PENDING]
    return [f"{check.__name__}: {sentence}" for check in checks for sentence in check(stage)]
