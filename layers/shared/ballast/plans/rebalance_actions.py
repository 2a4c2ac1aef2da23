"""What to do: what only rebalance_capacity does, besides `actions`."""

from __future__ import annotations

from ballast.plans.action import Action, Place
from ballast.records.disruption import Disruption
from ballast.records.rebalancing import LearnedSizes, Move, Told
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class ClaimMove(Action):
    """Put a move and the drain that it begins into the ledger, within the budget, or give up the plan.

    `before`, `known`: what the ledger held of either. `others_out`: instances out of service that the in-flight count misses.
    """

    move: Move
    drain: Disruption
    budget: int
    others_out: int
    before: Move | None = None
    known: Disruption | None = None
    place = Place.CLAIM
    line = None


@dataclass(frozen=True, slots=True)
class LaunchInstances(Action):
    """Have a group launch in one zone, if it still wants `desired`, and say at once what it does not get.

    `token`: with the same one the same call answers as before.
    """

    group: str
    desired: int
    add: int
    zone: str
    token: str

    @property
    def line(self) -> str:
        return f"launch {self.add} of {self.group} in {self.zone}"


@dataclass(frozen=True, slots=True)
class Remember(Action):
    """What was told when, or what was learned."""

    before: Told | LearnedSizes | None
    after: Told | LearnedSizes
    place = Place.RECORD
    writes = False
    line = None
