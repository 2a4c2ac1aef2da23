"""Where do conversations live between events? In one DynamoDB table, one kind of item each:

conversation#…  its state as JSON, with a revision    incident#…  the conversation that it joined
part#…          more incidents of a conversation
window#…        the conversation that takes newcomers watch#…     a failing service
agenda          what the next sweep looks at        slack           when its channel may be written to
Every write is conditional or repeatable, so overlapping functions and retries agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from ballast.aws.conversation_items import KEY, ItemTable
from ballast.aws.conversation_records import (
    Joined,
    Kept,
    Listed,
    Paced,
    Part,
    Window,
    agenda_sets,
    pair,
    part_key,
    to_pace,
    to_watch,
    to_window,
    watch_item,
    watch_key,
)
from ballast.aws.conversation_text import from_texts, parts_of, to_texts
from ballast.aws.table import Item, from_item, to_item
from ballast.errors import TransientError
from ballast.publish.conversation import Conversation
from ballast.publish.due import JoinWindow
from ballast.publish.ports import Agenda
from ballast.publish.slack_pace import Pace
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.value import dataclass

MOST_ATTEMPTS = 10
AGENDA = "agenda"
PACE = "slack"


@dataclass(frozen=True, slots=True)
class Conversations:
    """Reads and writes of the table."""

    table: ItemTable

    def joined(self, incidents: Iterable[str]) -> dict[str, str]:
        """The conversation of each incident that has one."""
        names = {f"incident#{name}": name for name in sorted(incidents)}
        found = self.table.get_many(list(names))
        return {names[item[KEY]["S"]]: from_item(Joined, item).joined for item in found}

    def join(self, incident: str, conversation: str) -> str:
        """The incident's conversation: this one, or the one that another function chose first."""
        standing = self.table.put_first(f"incident#{incident}", to_item(Joined(conversation)))
        return from_item(Joined, standing).joined

    def window(self, cluster: str, reason: str) -> JoinWindow | None:
        item = self.table.get(f"window#{cluster}#{reason}")
        return to_window(item) if item else None

    def open_window(self, cluster: str, reason: str, window: JoinWindow, replacing: JoinWindow | None) -> JoinWindow:
        """The window that is open now: this one, or the one that another function opened first."""
        key = f"window#{cluster}#{reason}"
        read = to_item(Joined(replacing.conversation)) if replacing else None
        if self.table.put_if(key, to_item(Window(window.conversation, window.opened_at)), read):
            return window
        standing = self.table.get(key)
        return to_window(standing) if standing else window

    def load(self, conversation: str) -> Conversation | None:
        item = self.table.get(f"conversation#{conversation}")
        return from_texts(self._texts(item)) if item else None

    def update(
        self, conversation: str, change: Callable[[Conversation | None], Conversation | None]
    ) -> Conversation | None:
        """Read, change, and write if nobody else did meanwhile; else once more. No change, no write."""
        key = f"conversation#{conversation}"
        for _ in range(MOST_ATTEMPTS):
            item = self.table.get(key)
            before = self._texts(item) if item else ()
            known = from_texts(before) if before else None
            changed = change(known)
            if changed is None or changed == known:
                return changed
            head, *parts = to_texts(changed)
            new = {
                part_key(key, n): to_item(Part(text))
                for n, text in enumerate(parts, 1)
                if text not in before[n : n + 1]
            }
            read = {"revision": item["revision"]} if item else None
            after = Kept(from_item(Kept, item).revision + 1 if item else 1, head)
            if self.table.put_together(key, to_item(after), read, new):
                return changed
        raise TransientError(f"Conversation {conversation} changes too fast to be written.")

    def _texts(self, item: Item) -> tuple[str, ...]:
        """Of the head and its parts; a part that was written since belongs to a later head, whose writer is ahead of us."""
        head = from_item(Kept, item).body
        keys = [part_key(item[KEY]["S"], number) for number in range(1, parts_of(head) + 1)]
        found = {one[KEY]["S"]: from_item(Part, one).body for one in self.table.get_many(keys)} if keys else {}
        return (head, *(found[key] for key in keys))

    def agenda(self) -> Agenda:
        kept = from_item(Listed, self.table.get(AGENDA) or {})
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
        return to_pace(self.table.get(PACE))

    def change_pace(self, change: Callable[[Pace], Pace | None]) -> bool:
        """Whether it was changed: not where `change` answers None, nor where another function was first."""
        item = self.table.get(PACE)
        after = change(to_pace(item))
        if after is None:
            return False
        revision = from_item(Paced, item).revision if item else 0
        fields = to_item(after, revision=revision + 1)
        return self.table.put_if(PACE, fields, {"revision": item["revision"]} if item else None)

    def watch(self, watch: ServiceFailure) -> ServiceFailure:
        """The watch that stands: this one, or the one that began earlier."""
        return to_watch(self.table.put_first(watch_key(watch.kind, watch.cluster, watch.service), watch_item(watch)))

    def watched(self, kind: FailureKind, cluster: str, service: str) -> ServiceFailure | None:
        item = self.table.get(watch_key(kind, cluster, service))
        return to_watch(item) if item else None

    def rewatch(self, watch: ServiceFailure) -> None:
        self.table.put(watch_key(watch.kind, watch.cluster, watch.service), watch_item(watch))

    def unwatch(self, watch: ServiceFailure) -> None:
        self.table.delete(watch_key(watch.kind, watch.cluster, watch.service))
