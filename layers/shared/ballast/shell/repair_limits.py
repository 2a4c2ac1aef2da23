"""What do the books say that keeps others from replacing what is broken as fast as they would?"""

from __future__ import annotations

from datetime import datetime

from ballast.aws.ledger_items import Books
from ballast.facts.fleet import RepairLimits
from ballast.facts.view import Cluster
from ballast.policy.policy import Repair
from ballast.records.repair import Repairs
from ballast.records.watch import WatchKind


def memories_of(cluster: str, books: Books, now: datetime) -> dict[str, Repairs]:
    """By group. What nobody can read may say that it rests, so it does."""
    unread = {one.item.partition("#")[2] for one in books.unread if one.item.startswith("repairs#")}
    rests = {group: Repairs(cluster, group, failures=1, failed_at=now) for group in unread}
    return {memory.group: memory for memory in books.repairs} | rests


def limits_of(cluster: Cluster, books: Books, now: datetime) -> RepairLimits:
    return RepairLimits(
        held=any(watch.kind is WatchKind.REPAIR_HELD for watch in books.watches),
        memories=memories_of(cluster.name, books, now) if cluster.policy.repair is Repair.ON else None,
        failing=frozenset(w.subject for w in books.watches if w.kind is WatchKind.LAUNCHES_FAIL),
    )
