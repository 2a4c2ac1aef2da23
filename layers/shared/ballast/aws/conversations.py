"""Where do conversations live between events? In one DynamoDB table, one kind of item each:

conversation#…  its state as JSON, with a revision    incident#…  the conversation that it joined
part#…          more incidents of a conversation
window#…        the conversation that takes newcomers watch#…     a failing service
agenda          what the next sweep looks at        slack           when its channel may be written to
told#…, raised, digest: see `tallies`
Every write is conditional or repeatable, so overlapping functions and retries agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from ballast.aws.codec import Item, from_item, to_item, value
from ballast.aws.conversation_items import KEY, ItemTable
from ballast.aws.conversation_records import (
    Joined,
    Kept,
    Listed,
    Part,
    Window,
    agenda_sets,
    pair,
    part_key,
    readable_sets,
    to_pace,
    to_watch,
    to_window,
    watch_item,
    watch_key,
)
from ballast.aws.conversation_text import from_texts, parts_of, to_texts
from ballast.errors import TransientError
from ballast.publish.conversation import Conversation
from ballast.publish.due import JoinWindow
from ballast.publish.ports import Agenda
from ballast.publish.slack_pace import Pace
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.records.kept import Unread

MOST_ATTEMPTS = 10
AGENDA = "agenda"
PACE = "slack"


@dataclass(frozen=True, slots=True)
class Conversations:
    """Reads and writes of the table."""

    table: ItemTable

    def take_unread(self) -> Sequence[Unread]:
        """What nobody could read since it was asked last."""
        found = tuple(self.table.unread.values())
        self.table.unread.clear()
        return found

    def joined(self, incidents: Iterable[str]) -> dict[str, str]:
        """The conversation of each incident that has one."""
        names = {f"incident#{name}": name for name in sorted(incidents)}
        found = {item[KEY]["S"]: item for item in self.table.get_many(list(names))}
        read = {names[key]: self.table.read(key, item, _joined) for key, item in found.items()}
        return {name: conversation for name, conversation in read.items() if conversation}

    def join(self, incident: str, conversation: str) -> str:
        """The incident's conversation: this one, or the one that another function chose first."""
        return self.table.first(f"incident#{incident}", to_item(Joined(conversation)), _joined)

    def window(self, cluster: str, reason: str) -> JoinWindow | None:
        return self.table.readable(f"window#{cluster}#{reason}", to_window)

    def open_window(self, cluster: str, reason: str, window: JoinWindow, replacing: JoinWindow | None) -> JoinWindow:
        """The window that is open now: this one, or the one that another function opened first."""
        key = f"window#{cluster}#{reason}"
        read = to_item(Joined(replacing.conversation)) if replacing else None
        new = to_item(Window(window.conversation, window.opened_at))
        return window if self.table.put_if(key, new, read) else self.table.first(key, new, to_window)

    def load(self, conversation: str) -> Conversation | None:
        found = self.table.readable(f"conversation#{conversation}", self._kept)
        return found and found[0]

    def update(
        self, conversation: str, change: Callable[[Conversation | None], Conversation | None]
    ) -> Conversation | None:
        """Read, change, and write if nobody else did meanwhile; else once more. No change, no write.

        One that nobody can read is as none: what is to be told begins another in its place.
        """
        key = f"conversation#{conversation}"
        for _ in range(MOST_ATTEMPTS):
            item = self.table.get(key)
            found = self.table.read(key, item, self._kept) if item else None
            known, before, revision = found or (None, (), 0)
            changed = change(known)
            if changed is None or changed == known:
                return changed
            head, *parts = to_texts(changed)
            new = {
                part_key(key, n): to_item(Part(text))
                for n, text in enumerate(parts, 1)
                if text not in before[n : n + 1]
            }
            after = to_item(Kept(revision + 1, head))
            if item and not found:
                written = self.table.put_over(key, after, item, new)
            else:
                written = self.table.put_together(key, after, {"revision": item["revision"]} if item else None, new)
            if written:
                return changed
        raise TransientError(f"Conversation {conversation} changes too fast to be written.")

    def _kept(self, item: Item) -> tuple[Conversation, tuple[str, ...], int]:
        """And its texts and revision."""
        texts = self._texts(item)
        return from_texts(texts), texts, from_item(Kept, item).revision

    def _texts(self, item: Item) -> tuple[str, ...]:
        """Of the head and its parts; a part that was written since belongs to a later head, whose writer is ahead of us."""
        head = from_item(Kept, item).body
        keys = [part_key(item[KEY]["S"], number) for number in range(1, parts_of(head) + 1)]
        found = {one[KEY]["S"]: from_item(Part, one).body for one in self.table.get_many(keys)} if keys else {}
        return (head, *(found[key] for key in keys))

    def agenda(self) -> Agenda:
        item = self.table.get(AGENDA) or {}
        kept = self.table.read(AGENDA, item, lambda one: from_item(Listed, one))
        if kept is None:
            kept = Listed(*readable_sets(item))
            sets = agenda_sets(kept.conversations, frozenset(map(pair, kept.placements)))
            fields = {name: {"SS": sorted(members)} for name, members in sets.items() if members}
            self.table.put_over(AGENDA, {**fields, "revision": value(kept.revision)}, item)
        return Agenda(kept.conversations, frozenset(map(pair, kept.placements)), kept.revision)

    def add_to_agenda(self, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]) -> None:
        self.table.add_to_sets(AGENDA, agenda_sets(conversations, placements))

    def strike_from_agenda(
        self, agenda: Agenda, conversations: AbstractSet[str], placements: AbstractSet[tuple[str, str]]
    ) -> None:
        """Nothing happens if the agenda has grown since it was read: the next sweep tidies up."""
        if conversations or placements:
            self.table.take_from_sets(AGENDA, agenda_sets(conversations, placements), agenda.revision)

    def pace(self) -> Pace:
        found = self.table.readable(PACE, to_pace)
        return found[0] if found else Pace()

    def change_pace(self, change: Callable[[Pace], Pace | None]) -> bool:
        """Whether it was changed: not where `change` answers None, nor where another function was first."""
        item = self.table.get(PACE)
        found = self.table.read(PACE, item, to_pace) if item else None
        pace, revision = found or (Pace(), 0)
        after = change(pace)
        if after is None:
            return False
        fields = to_item(after, revision=revision + 1)
        if item and not found:
            return self.table.put_over(PACE, fields, item)
        return self.table.put_if(PACE, fields, {"revision": item["revision"]} if item else None)

    def watch(self, watch: ServiceFailure) -> ServiceFailure:
        """The watch that stands: this one, or the one that began earlier."""
        return self.table.first(watch_key(watch.kind, watch.cluster, watch.service), watch_item(watch), to_watch)

    def watched(self, kind: FailureKind, cluster: str, service: str) -> ServiceFailure | None:
        return self.table.readable(watch_key(kind, cluster, service), to_watch)

    def rewatch(self, watch: ServiceFailure) -> None:
        self.table.put(watch_key(watch.kind, watch.cluster, watch.service), watch_item(watch))

    def unwatch(self, watch: ServiceFailure) -> None:
        self.table.delete(watch_key(watch.kind, watch.cluster, watch.service))


def _joined(item: Item) -> str:
    return from_item(Joined, item).joined
