"""What does the ledger hold about rebalancing? One that nobody can read is skipped and named; what it may stand for is not free.

Unknown is never free: of an instance whose move nobody can read nothing is begun (`ledger_items.drains_of`), a pool whose
shortage nobody can read is short, and where nobody can read how ECS took our moves nothing is given back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.aws.codec import Item
from ballast.aws.ledger_items import key_of, read_all
from ballast.records.kept import Kept, Unread
from ballast.records.rebalancing import LearnedSizes, Move, ProviderMemory, Shortage, Tally, Told
from ballast.value import dataclass

POOL = 4  # parts of a shortage's key
SHORT_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RebalanceBooks:
    """Of one cluster; `unread`: what of it nobody can read."""

    moves: tuple[Move, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    memories: tuple[ProviderMemory, ...] = ()
    told: Told | None = None
    tally: Tally | None = None
    learned: LearnedSizes | None = None
    unread: tuple[Unread, ...] = ()

    def wary(self, now: datetime) -> RebalanceBooks:
        """With the worst that what nobody can read may say."""
        return replace(
            self,
            shortages=(*self.shortages, *_short(self.unread, now)),
            memories=(*self.memories, *_against(self.unread)),
        )


def read_rebalancing(items: Sequence[Item]) -> RebalanceBooks:
    """Of all items of a cluster; those of other kinds are not its business."""
    unread: list[Unread] = []

    def those[T: Kept](kind: type[T], prefix: str) -> tuple[T, ...]:
        found, others = read_all(kind, (item for item in items if key_of(item)[1].startswith(prefix)))
        unread.extend(others)
        return found

    moves, shortages = those(Move, "move#"), those(Shortage, "shortage#")
    memories = those(ProviderMemory, "provider#")
    told, tally = those(Told, Told.item), those(Tally, Tally.item)
    learned = those(LearnedSizes, LearnedSizes.item)
    single = next(iter(told), None), next(iter(tally), None), next(iter(learned), None)
    return RebalanceBooks(moves, shortages, memories, *single, tuple(unread))


def _short(unread: Sequence[Unread], now: datetime) -> Iterator[Shortage]:
    for each in unread:
        kind, _, key = each.item.partition("#")
        parts = [None if part == "*" else part for part in key.split("/")]
        if kind == "shortage":
            group, instance_type, zone, market = parts if len(parts) == POOL else (None,) * POOL
            yield Shortage(each.cluster, group, instance_type, zone, market, "unknown", now, now + SHORT_FOR)


def _against(unread: Sequence[Unread]) -> Iterator[ProviderMemory]:
    for each in unread:
        kind, _, provider = each.item.partition("#")
        if kind == "provider":
            yield ProviderMemory(each.cluster, provider, drain_counts_against=True)
