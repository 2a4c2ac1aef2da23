"""What the ledger holds of each managed cluster: whether it is taken up, paused, and what waits for a human."""

from __future__ import annotations

from collections.abc import Iterable

from ballast.aws.ledger import Ledger
from ballast.records.disruption import Phase
from ballast_cli.doctor.asks.look import at_once
from ballast_cli.doctor.fleet import Book


def books_of(table: str, clusters: Iterable[str]) -> dict[str, Book]:
    """One query a cluster and one for all: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html"""
    ledger, names = Ledger(table), sorted(clusters)
    known = ledger.clusters()

    def book(name: str) -> Book:
        books = ledger.books(name)
        escalated = tuple(d.instance_id for d in books.disruptions if d.phase is Phase.ESCALATED)
        since = known[name].pause_tag_since if name in known else None
        return Book(name in known, books.pause, since, escalated, tuple(unread.item for unread in books.unread))

    return dict(zip(names, at_once(book, names), strict=True))
