"""Whose turn is it? A cluster with what the ledger holds of it, before anything of AWS is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ballast.aws.ledger import Ledger, as_kept
from ballast.aws.ledger_items import Books
from ballast.aws.rebalance_items import RebalanceBooks
from ballast.aws.rebalance_ledger import books_of
from ballast.aws.table import Table
from ballast.facts.view import Cluster
from ballast.policy.rebalance_settings import Asked, asked_of
from ballast.policy.rebalancing import Rebalance
from ballast.rebalance.events import RebalanceEvent
from ballast.rebalance.steps import is_ours
from ballast.records.rebalancing import DAILY
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """A cluster with what the ledger holds. `plans`: whether anything may begin."""

    cluster: Cluster
    books: Books
    own: RebalanceBooks
    asked: Asked
    events: Sequence[RebalanceEvent]
    plans: bool = False

    @property
    def name(self) -> str:
        return self.cluster.name

    @property
    def is_under_way(self) -> bool:
        """Whether anything is to be brought to its end: a move, or a drain that has lost its own."""
        return bool(self.own.moves) or any(is_ours(drain) and drain.takes_budget for drain in self.books.disruptions)

    @property
    def planned_at(self) -> datetime | None:
        return self.own.told.planned_at if self.own.told else None

    @property
    def reported_at(self) -> datetime | None:
        return self.own.told.told.get(DAILY) if self.own.told else None

    def reports(self, now: datetime) -> bool:
        """Whether its daily report is due."""
        from ballast.rebalance.tell import is_due  # noqa: PLC0415 - most rounds report nothing

        told = self.own.told.told if self.own.told else {}
        return self.asked.policy.rebalance is not Rebalance.OFF and is_due(told, now)


def turn_of(
    ledger: Ledger, cluster: Cluster, asked: Asked, may: Rebalance, events: Sequence[RebalanceEvent]
) -> Turn:  # fmt: skip
    """What cannot be read of the settings of rebalancing stops what begins as what cannot be read of the others does."""
    books, own = books_of(Table(ledger.table), cluster.name)
    wanted = asked_of(asked, cluster.tags, may=may)
    kept = as_kept(cluster, books.pause, books.unread)
    policy = replace(kept.policy, unreadable=(*kept.policy.unreadable, *wanted.unreadable))
    return Turn(replace(kept, policy=policy), books, own, wanted, events)
