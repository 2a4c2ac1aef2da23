"""What does the operator allow of rebalancing? Off by default, but for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from enum import StrEnum

from ballast.policy.windows import Window
from ballast.value import dataclass


class Rebalance(StrEnum):
    """REPORT tells what ON would do. OFF ends what is under way and begins nothing."""

    OFF = "off"
    REPORT = "report"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Spare:
    """Room that is kept for `copies` of a task definition; with windows only while one of them is open."""

    definition: str  # as `Snapshot.definitions` names it
    copies: int
    provider: str | None = None
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class RebalancePolicy:
    """`saving_usd_per_hour_per_move` None: half of what a task costs now, an eighth in an exchange (docs/decisions/0071)."""

    rebalance: Rebalance = Rebalance.REPORT
    scale_out: bool = False
    headroom: bool = False
    consolidate: bool = False
    replace: bool = False
    saving_usd_per_hour_per_move: float | None = None
    saving_percent: int = 10  # of the price removed, at least
    stabilisation: timedelta = timedelta(minutes=10)  # without a start or stop on an instance, before it goes
    rest: timedelta = timedelta(minutes=30)  # of a provider after a scale-out, a failure or a move undone
    spare_percent: int = 0  # of the tasks that run, kept as room for more of them
    spare: tuple[Spare, ...] = ()
    windows: tuple[Window, ...] = ()  # in which moves may begin; none: always
    stop_before_start: bool = False  # whether tasks move that ECS may stop before it starts others
    launch_instances: bool = False  # LaunchInstances in the place of a raised desired capacity; not tried on an account
    price_factors: Mapping[str, float] = field(default_factory=dict)  # by type, or m7i.*
