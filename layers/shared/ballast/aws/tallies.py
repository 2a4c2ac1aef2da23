"""What is kept for the digest, in the Conversations table:

told#DAY#…   what was told of a day, an entry each in a string set: added twice it is there once
raised       conversations that may still need somebody     digest   the last digest, and until when it counted
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from ballast.aws.codec import UNREADABLE, from_item, to_item
from ballast.aws.conversation_items import ItemTable
from ballast.errors import TransientError, UnreadableItemError
from ballast.publish.tally import Entry, Kind
from ballast.value import dataclass
from ballast.words.notice import Notice

RAISED, DIGEST = "raised", "digest"
SHARDS = "0123456789abcdef"  # of a day, as an item holds 400 KB and a storm may be told in one
# EventBridge tries for a day, and a queue keeps for a day; clocks differ by minutes.
LATEST, AHEAD = timedelta(days=2), timedelta(minutes=10)
SECOND = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Told:
    """The last digest: what is counted next begins at `counted_to`. `body` is its notice, empty where nothing was said."""

    counted_to: datetime  # `until` is a word of DynamoDB's
    body: str = ""
    revision: int = 0

    @property
    def notice(self) -> Notice | None:
        return Notice.parse({"detail": json.loads(self.body)}) if self.body else None


@dataclass(frozen=True, slots=True)
class Tallies:
    """Reads and writes of the table. Every write is repeatable."""

    table: ItemTable

    def add(self, entries: Iterable[Entry]) -> None:
        together: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            together[f"told#{entry.at.astimezone(UTC):%Y%m%d}#{entry.key[0]}"].add(_text(entry))
        for key, texts in sorted(together.items()):
            self.table.add_kept(key, {"entries": texts})

    def of(self, since: datetime, until: datetime) -> list[Entry]:
        """All that may have been heard in between, and more."""
        first = (since - LATEST).date()
        days = [first + timedelta(days=n) for n in range(((until + AHEAD).date() - first).days + 1)]
        items = self.table.get_many([f"told#{day:%Y%m%d}#{shard}" for day in days for shard in SHARDS])
        read = (_entry(text) for item in items for text in item.get("entries", {}).get("SS", ()))
        return [entry for entry in read if entry]

    def raise_(self, conversations: AbstractSet[str]) -> None:
        self.table.add_to_sets(RAISED, {"conversations": set(conversations)})

    def raised(self) -> tuple[frozenset[str], int]:
        """And the revision, which moves with every addition."""
        item = self.table.get(RAISED) or {}
        return frozenset(item.get("conversations", {}).get("SS", ())), int(item.get("revision", {}).get("N", "0"))

    def strike(self, conversations: AbstractSet[str], revision: int) -> None:
        """Nothing happens if others were added since: the next digest strikes them."""
        if conversations:
            self.table.take_from_sets(RAISED, {"conversations": set(conversations)}, revision)

    def told(self) -> Told | None:
        """None where there is none that can be read."""
        item = self.table.get(DIGEST)
        with suppress(UnreadableItemError, *UNREADABLE):
            return from_item(Told, item) if item else None
        return None

    def tell(self, told: Told, before: Told | None) -> Told:
        """What stands afterwards. Raises TransientError where another function has written something else meanwhile."""
        fields, standing = to_item(told), None if before else self.table.get(DIGEST)
        if standing:  # nobody can read it
            written = self.table.put_over(DIGEST, fields, standing)
        else:
            written = self.table.put_if(DIGEST, fields, {"revision": to_item(before)["revision"]} if before else None)
        if not written:
            raise TransientError("Another function tells the digest; the next sweep looks again.")
        return told


def _text(entry: Entry) -> str:
    figure = "-" if entry.figure is None else str(entry.figure)
    times = f"{entry.at.astimezone(UTC):{SECOND}} {entry.heard_at.astimezone(UTC):{SECOND}}"
    return f"{entry.kind} {entry.key} {times} {figure} {entry.cluster}"


def _entry(text: str) -> Entry | None:
    """None of what another version has written."""
    with suppress(ValueError):
        kind, key, at, heard, figure, cluster = text.split(" ", 5)
        said_at, heard_at = (datetime.strptime(each, SECOND).replace(tzinfo=UTC) for each in (at, heard))
        return Entry(Kind(kind), key, said_at, heard_at, cluster, None if figure == "-" else int(figure))
    return None
