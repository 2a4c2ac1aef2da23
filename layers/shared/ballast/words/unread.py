"""What on-call reads about stored items that nobody can read: one ticket an item, which names its key."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ballast.records.kept import Unread
from ballast.words.codes import UNREADABLE_ITEM, Code
from ballast.words.incident import Incident, say
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity
from ballast.words.shortened import cut

if TYPE_CHECKING:
    from ballast.facts.view import Cluster
    from ballast.records.watch import Watch

WRITTEN = "It was written by another version of Ballast, by a hand or by a fault"
KEY_MOST = 200
IMPACT = {
    "drain": "What was begun with this instance is not known and not gone on with; if it has to go, it is drained all the same.",
    "rollout": "Its rollout stands still: nothing begins, and what is under way is not followed.",
    "update": "Rollouts leave this instance as it is.",
    "pause": "Nothing voluntary begins in this cluster, since the pause holds.",
    "move": "What was begun with this instance is not known and not gone on with; nothing voluntary begins with it.",
    "shortage": "Rebalancing launches nothing that it may be about.",
    "provider": "Nothing is given back in this capacity provider or group.",
    "tally": "The next report of rebalancing does not say what was done.",
    "registered": "What instances had that are gone by now is not known; a group that stands empty is planned for with less.",
    "rebalance": "Pages and reports of rebalancing may be told once more.",
    "watch": "What it remembers may be told once more.",
    "#in-flight": "Nothing voluntary begins before Ballast has counted its drains anew, within minutes.",
}
REMEDY = "If Ballast was rolled back, deploy the newer version again; else correct the item or delete it in the table Ledger."


def key(unread: Unread) -> str:
    """Of the item, as it can be printed."""
    return "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in unread.item)


def unreadable(cluster: Cluster, watch: Watch, unread: Unread, now: datetime) -> Notice:
    kind = unread.item if unread.item == "#in-flight" else unread.item.partition("#")[0]
    return say(
        _of_watch(cluster, watch), Code.ITEM_UNREADABLE, Severity.TICKET, now,
        title=f"ledger item cannot be read: {cut(watch.subject, 40)}",
        what=f"Nobody can read the item {cut(watch.subject, KEY_MOST)} that the ledger holds of cluster {cluster.name}.",
        why=f"{WRITTEN}: {unread.why}.", impact=IMPACT.get(kind, "It is skipped."), next=REMEDY,
    )  # fmt: skip


def readable(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        _of_watch(cluster, watch), Code.ITEM_READABLE, Severity.INFO, now, closes=True,
        title=f"ledger item read again: {cut(watch.subject, 40)}",
        what=f"The item {cut(watch.subject, KEY_MOST)} of cluster {cluster.name} can be read again, or is gone.",
        why="The sweep has read the ledger.", impact="None any more.", next="Nothing more to do.",
    )  # fmt: skip


def replaced(unread: Unread, now: datetime) -> Notice:
    """Of what Ballast writes anew by itself."""
    name = cut(key(unread), KEY_MOST)
    about = Incident(EVERY_CLUSTER, None, UNREADABLE_ITEM, f"{EVERY_CLUSTER}/item/{unread.cluster}/{name}", now, ())
    return say(
        about, Code.ITEM_UNREADABLE, Severity.TICKET, now, closes=True,
        title=f"stored item cannot be read: {cut(name, 40)}",
        what=f"Nobody could read the stored item {name} under {cut(unread.cluster, KEY_MOST)}.",
        why=f"{WRITTEN}: {unread.why}.",
        impact="Ballast begins anew what it remembers there; people may be told of something twice.",
        next="Nothing has to be done unless it comes again: then find out who writes to the table.",
    )  # fmt: skip


def _of_watch(cluster: Cluster, watch: Watch) -> Incident:
    return Incident(cluster.name, None, UNREADABLE_ITEM, watch.incident, watch.since, (), about=cut(watch.subject, 60))
