"""What do we remember of rebalancing? Moves under way, what was short, and how ECS took our moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from ballast.value import dataclass

DAILY = "daily"  # the key by which the report is told


class MovePhase(StrEnum):
    """LAUNCHING waits for a cheaper instance; DRAINING for the last task; TERMINATING for Auto Scaling."""

    LAUNCHING = "launching"
    DRAINING = "draining"
    TERMINATING = "terminating"


class Method(StrEnum):
    """What ended or began with an instance, in the order in which they are tried."""

    SCALE_OUT = "scale_out"
    IDLE = "idle"
    CONSOLIDATE = "consolidate"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Move:
    """One instance that is given back. Its drain is a disruption of its own; this is what surrounds it."""

    cluster: str
    instance_id: str
    provider: str  # "" where it has none
    group: str
    method: Method
    phase: MovePhase
    started_at: datetime
    deadline: datetime  # of its phase
    desired: int  # of the group, as it should be by our doing
    receivers: tuple[str, ...] = ()  # instance ids that the proof counts on
    services: tuple[str, ...] = ()
    tasks: int = 0
    saving_usd_per_hour: float = 0.0
    launched: int = 0
    known: tuple[str, ...] = ()  # instance ids of the group before the launch
    launched_in: str = ""  # the group that is to bring what was launched; "": its own
    revision: int = 0

    @property
    def item(self) -> str:
        return f"move#{self.instance_id}"

    @property
    def home(self) -> str:
        """The group from which the new instances come."""
        return self.launched_in or self.group


@dataclass(frozen=True, slots=True)
class Shortage:
    """A pool put aside: None stands for any type, zone or market, and for every group."""

    cluster: str
    group: str | None
    instance_type: str | None
    zone: str | None
    market: str | None
    code: str  # of EC2, or "unknown"
    failed_at: datetime
    until: datetime
    failures: int = 1
    revision: int = 0

    @property
    def item(self) -> str:
        parts = (self.group, self.instance_type, self.zone, self.market)
        return f"shortage#{'/'.join(part or '*' for part in parts)}"


@dataclass(frozen=True, slots=True)
class Told:
    """When the cluster was planned last, and when each page or report was told last, by its key."""

    cluster: str
    planned_at: datetime | None = None
    told: Mapping[str, datetime] = field(default_factory=dict)
    revision: int = 0

    item = "rebalance"


@dataclass(frozen=True, slots=True)
class ProviderMemory:
    """How it went with one provider. `drain_counts_against`: ECS launched for an instance that we drained."""

    cluster: str
    provider: str
    clean_moves: int = 0
    drain_counts_against: bool = False
    scaled_out_at: datetime | None = None  # by us
    failed_at: datetime | None = None  # a launch or a move of ours, or it was undone
    launched: tuple[str, ...] = ()  # instance ids that came by us within the rest
    revision: int = 0

    @property
    def item(self) -> str:
        return f"provider#{self.provider}"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was done since the last daily report, in counts. `tasks`: those that moved; money in millionths of a dollar."""

    cluster: str
    since: datetime
    given_back: int = 0
    tasks: int = 0
    micro_usd_per_hour: int = 0
    undone: int = 0
    launched: int = 0  # instances that groups were raised by
    revision: int = 0

    item = "tally"


@dataclass(frozen=True, slots=True)
class LearnedSize:
    """The least that instances of a group and type registered, and what the next one is sure to have."""

    group: str
    instance_type: str
    capacity: Mapping[str, int]
    attributes: tuple[str, ...]  # NAME, or NAME=VALUE where it has a value
    trunked: bool
    seen_on: datetime  # the day on which one was last there that registered no more


@dataclass(frozen=True, slots=True)
class LearnedSizes:
    """Of a cluster, so that a group that stands empty is planned for with what its instances really had."""

    cluster: str
    sizes: tuple[LearnedSize, ...] = ()
    revision: int = 0

    item = "registered"
