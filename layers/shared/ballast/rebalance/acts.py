"""What a round decides, as values that the shell translates: give back, launch, go on with a move, or tell people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from ballast.rebalance.stays import Stay
from ballast.records.rebalancing import Method, Move, ProviderMemory, Shortage
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Claim the instance within the shared budget and set it DRAINING. `version`: of the container instance, as proven."""

    move: Move
    version: int
    placements: Mapping[str, Mapping[str, int]]  # of the whole plan: copies of each ask by receiver

    @property
    def line(self) -> str:
        move = self.move
        return f"give back {move.instance_id} of {move.group}: {move.tasks} tasks move, {usd(move.saving_usd_per_hour)} saved"


@dataclass(frozen=True, slots=True)
class Try:
    """One call that may bring an instance. `zone` and `market` only with LaunchInstances; else the group chooses."""

    group: str
    zone: str | None = None
    market: str | None = None


@dataclass(frozen=True, slots=True)
class Launch:
    """Have a group launch `add` more: raise desired from `desired`, or LaunchInstances. `tries`: this, then the next ones."""

    provider: str
    group: str
    add: int
    desired: int
    why: str
    method: Method
    tries: tuple[Try, ...]
    usd_per_hour: float | None
    moves: tuple[Move, ...] = ()  # that wait for it, and whose instances go once it has joined
    spare: bool = False  # for headroom, while no task waits

    @property
    def line(self) -> str:
        return f"raise {self.group} from {self.desired} to {self.desired + self.add}: {self.why}"


class Do(StrEnum):
    """What is done to go on with a move."""

    WAIT = "wait"
    DRAIN = "drain"
    TERMINATE = "terminate and lower the desired capacity"
    REPLACE = "terminate without lowering the desired capacity"
    UNDO = "set ACTIVE again"
    FINISH = "finished"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class GoOn:
    """`after`: the move as it is to be remembered, None once it is over. `memory`: of its provider, where that changes."""

    move: Move
    do: Do
    why: str
    after: Move | None
    memory: ProviderMemory | None = None
    of: str = ""  # the instance whose move it is, where the step is about another

    @property
    def line(self) -> str:
        return f"{self.move.instance_id} of {self.move.group}: {self.do}: {self.why}"


@dataclass(frozen=True, slots=True)
class SetBack:
    """Set a group's desired capacity to what it has, after its launches were refused and another pool was asked."""

    group: str
    desired: int

    @property
    def line(self) -> str:
        return f"set {self.group} back to {self.desired}, which it has"


@dataclass(frozen=True, slots=True)
class PutAside:
    shortage: Shortage
    before: Shortage | None

    @property
    def line(self) -> str:
        return f"put {self.shortage.item} aside until {self.shortage.until:%H:%M}: {self.shortage.code}"


@dataclass(frozen=True, slots=True)
class Page:
    """For a person. `key` is what is told at most every four hours."""

    key: str
    sentence: str

    @property
    def line(self) -> str:
        return f"tell on-call: {self.sentence}"


type Act = GiveBack | Launch | GoOn | SetBack | PutAside | Page


@dataclass(frozen=True, slots=True)
class Kept:
    """An instance that stays, at what price, and why."""

    instance_id: str
    part: str
    stay: Stay
    usd_per_hour: float | None


@dataclass(frozen=True, slots=True)
class Round:
    """`acts` are to be done; `would` what would be done, were rebalancing, or that part of it, on.

    `holds`: keys of pages whose cause lasts, whether they are told now or were before; None where nobody looked.
    """

    acts: tuple[Act, ...]
    would: tuple[Act, ...]
    kept: tuple[Kept, ...]
    at: datetime
    holds: frozenset[str] | None = None


def usd(amount: float) -> str:
    return f"{amount:.3f} USD/h"
