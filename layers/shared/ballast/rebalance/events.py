"""What rebalance_capacity hears: each event says where to look, a launch that failed also what is short."""

from __future__ import annotations

from datetime import datetime

from ballast.rebalance.shortages import Failure
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """Something moved in a cluster, or in the cluster that has instances of this group."""

    at: datetime
    cluster: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Drained:
    """An instance of the cluster is empty, as drain_instance saw it."""

    at: datetime
    cluster: str


@dataclass(frozen=True, slots=True)
class Minute:
    """The schedule's round: what is under way takes its next step, and whose turn it is gets planned."""

    at: datetime


@dataclass(frozen=True, slots=True)
class NotLaunched:
    """A group did not get an instance."""

    failure: Failure


type RebalanceEvent = Look | Drained | Minute | NotLaunched
